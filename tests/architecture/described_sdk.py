"""docs/sdk.md: the modules of `mtc.sdk` with every name, its fields and methods."""

from __future__ import annotations

import inspect
from types import ModuleType
from typing import Any

from tests.sdk.surface import describe, members, modules


def sdk_page() -> str:
    """docs/sdk.md."""
    lines = [
        "# The SDK",
        "",
        "What plugins import ([plugins/](plugins/README.md)). Within one number of the SDK, names, parameters"
        " and fields are only added.",
        "",
    ]
    for module in modules():
        lines += [f"## `{module.__name__}`", "", first_paragraph(module), ""]
        if module.__name__ == "mtc.sdk.events":
            lines += [
                "Fields are listed in [events.md](events.md).",
                "",
                ", ".join(f"`{n}`" for n in module.__all__),
                "",
            ]
        else:
            for name in module.__all__:
                lines += described(module, name)
    return "\n".join(lines)


def described(module: ModuleType, name: str) -> list[str]:
    """The lines of one name."""
    thing = getattr(module, name)
    said = describe(thing)
    if said.startswith("function"):
        return [f"### `{name}{said.removeprefix('function ')}`", "", first_paragraph(thing), ""]
    if said != "class":
        label = getattr(thing, "label", "")
        return [f"### `{name}`", "", f"{said}{f': {label}' if label and isinstance(label, str) else ''}.", ""]
    lines = [f"### `{name}`", "", first_paragraph(thing), ""]
    listed = members(thing)
    if listed:
        lines += ["| name | type |", "|---|---|"]
        lines += [f"| `{member}` | `{text.replace('|', 'or')}` |" for member, text in listed.items()]
        lines.append("")
    return lines


def first_paragraph(thing: Any) -> str:
    """The first paragraph of a docstring on one line."""
    return " ".join((inspect.getdoc(thing) or "").split("\n\n")[0].split())
