"""What plugins may rely on, as text: `python -m tests.sdk.surface` renews tests/sdk/surface.json."""

from __future__ import annotations

import importlib
import inspect
import json
import pkgutil
from dataclasses import MISSING, Field, fields, is_dataclass
from pathlib import Path
from types import ModuleType
from typing import Any

import mtc.sdk
from mtc.sdk import SDK_VERSION

FILE = Path(__file__).with_name("surface.json")
Surface = dict[str, dict[str, str]]


def modules() -> list[ModuleType]:
    """`mtc.sdk` and what lies below it, in the order of their names."""
    names = [mtc.sdk.__name__, *(f"mtc.sdk.{found.name}" for found in pkgutil.iter_modules(mtc.sdk.__path__))]
    return [importlib.import_module(name) for name in sorted(names)]


def members(thing: Any) -> dict[str, str]:
    """Fields and methods of a class by name, as they are written; empty for what is no class."""
    if not inspect.isclass(thing):
        return {}
    every = fields(thing) if is_dataclass(thing) else ()
    found = {field.name: field_text(field) for field in every if not field.name.startswith("_")}
    for name, value in inspect.getmembers_static(thing):
        if name.startswith("_") or name in found:
            continue
        if isinstance(value, property):
            found[name] = text_of(getattr(value.fget, "__annotations__", {}).get("return", "Any"))
        elif inspect.isfunction(value):
            found[name] = signature(value)
    return found


def field_text(field: Field[Any]) -> str:
    """The type of a field, with `= …` where it may be left out."""
    optional = field.default is not MISSING or field.default_factory is not MISSING
    return text_of(field.type) + (" = …" if optional else "")


def text_of(annotation: Any) -> str:
    """A type as the code has it."""
    return annotation if isinstance(annotation, str) else inspect.formatannotation(annotation)


def signature(function: Any) -> str:
    """Parameters and result as the code has them."""
    return str(inspect.signature(function)).replace("'", "")


def describe(thing: Any) -> str:
    """A name of the SDK in one line: what it is, and how it is called."""
    if inspect.isclass(thing):
        return "class"
    if inspect.isfunction(thing):
        return f"function {signature(thing)}"
    return type(thing).__name__


def surface() -> Surface:
    """Every public name with a line for itself and for each of its members."""
    found: Surface = {}
    for module in modules():
        for name in module.__all__:
            thing = getattr(module, name)
            found[f"{module.__name__}.{name}"] = {"": describe(thing), **members(thing)}
    return found


def keeps(before: str, now: str) -> bool:
    """Return whether a line is as it was, or a function that has more parameters, which may be left out."""
    before, now = without_marks(before), without_marks(now)
    if before == now or "(" not in before or "(" not in now:
        return before == now
    (head, old, tail), (new_head, new, new_tail) = parts_of(before), parts_of(now)
    added = [parameter for parameter in new if parameter not in old]
    kept = [parameter for parameter in new if parameter in old]
    optional = all(" = " in parameter or parameter == "*" for parameter in added)
    return (head, old, tail) == (new_head, kept, new_tail) and optional


def without_marks(line: str) -> str:
    """The line without the marks of what may be changed and what is personal, which are no types."""
    for mark in ("Changeable[", "Personal["):
        if line.startswith(mark):
            kind, _, default = line.removeprefix(mark).rpartition("]")
            return without_marks(kind) + default
    return line


def parts_of(line: str) -> tuple[str, list[str], str]:
    """What stands before the parameters of a function, the parameters, and what stands behind them."""
    head, _, rest = line.partition("(")
    parameters, depth, start = [], 0, 0
    for place, sign in enumerate(rest):
        if depth == 0 and sign in ",)":
            parameters.append(rest[start:place].strip())
            start = place + 1
            if sign == ")":
                return head, parameters, rest[place:]
        depth += (sign in "([") - (sign in ")]")
    return head, parameters, ""


def broken_promises(before: Surface, now: Surface) -> list[str]:
    """Return what plugins of today could miss: names that are gone, members that are gone or others."""
    faults = []
    for name, lines in before.items():
        for member, line in lines.items():
            if not keeps(line, now.get(name, {}).get(member, "")):
                faults.append(f"{name}.{member}".rstrip("."))
    return faults


def stored() -> tuple[int, Surface]:
    """The number of the SDK and its surface as they were last written."""
    kept = json.loads(FILE.read_text(encoding="utf-8"))
    return kept["sdk"], kept["names"]


def write() -> None:
    """Write the surface of today. Raises SystemExit when it breaks a promise under the same number."""
    now = surface()
    if FILE.exists():
        version, before = stored()
        faults = broken_promises(before, now)
        if faults and version == SDK_VERSION:
            raise SystemExit(f"within one SDK names are only added; these have changed: {', '.join(faults)}")
    text = json.dumps({"sdk": SDK_VERSION, "names": now}, indent=1, ensure_ascii=False, sort_keys=True)
    FILE.write_text(text + "\n", encoding="utf-8")


if __name__ == "__main__":
    write()
