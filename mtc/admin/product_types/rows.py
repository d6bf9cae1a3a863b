"""The fields of a product type as rows of the type editor: from what is stored, and from what was typed."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from werkzeug.datastructures import MultiDict

from mtc.core.fields import Field
from mtc.core.fields.formats import scrub

TEXTS = (
    "was", "name", "label", "type", "help", "options", "default", "unit", "placeholder", "number_format",
    "group", "tab", "min", "max", "step",
)  # fmt: skip
FLAGS = ("required", "filterable", "searchable", "show_on_card")
NESTED = ("group", "repeater")
MOST_ROWS, DEEPEST = 200, 3
# The words of the limits of a type: lowest, highest.
LIMITS = {
    **dict.fromkeys(("text", "textarea", "richtext", "code"), ("minLength", "maxLength")),
    **dict.fromkeys(("number", "integer"), ("min", "max")),
    **dict.fromkeys(("multiselect", "list", "repeater"), ("minItems", "maxItems")),
}


@dataclass
class Row:
    """One field as it stands in the form. `was` is its stored path, empty for a new one; `parts` are the
    fields of a group or of each entry of a repeater."""

    texts: dict[str, str]
    flags: set[str] = field(default_factory=set)
    parts: list[Row] = field(default_factory=list)

    @property
    def is_new(self) -> bool:
        """Return whether the field is not stored yet."""
        return not self.texts["was"]

    @property
    def nested(self) -> bool:
        """Return whether the field has fields of its own."""
        return self.texts["type"] in NESTED

    @property
    def offers(self) -> bool:
        """Return whether the field has options to list; a new row shows where they go."""
        return self.texts["type"] in ("select", "multiselect") or (self.is_new and not self.nested)


def new_row() -> Row:
    """An empty row."""
    return Row({**dict.fromkeys(TEXTS, ""), "type": "text"}, {"searchable"})


def stored_rows(
    definition: Iterable[Mapping[str, Any]], fields: Iterable[Field], places: Mapping[str, tuple[str, str]]
) -> list[Row]:
    """Rows for the fields of a type; `places` says in which (tab, group) of the form a field stands."""
    described = {field.key: field for field in fields}
    rows = []
    for entry in definition:
        spec = described[entry["name"]]
        rules, (low, high) = entry.get("validation") or {}, LIMITS.get(entry["type"], ("", ""))
        tab, group = places.get(spec.path, ("", ""))
        texts = {
            "was": spec.path, "name": entry["name"], "label": spec.label, "type": entry["type"],
            "help": spec.help,
            "options": "\n".join(_option(option) for option in entry.get("options", ())),
            "default": _default(entry.get("default")), "unit": spec.unit, "placeholder": spec.placeholder,
            "number_format": spec.number_format, "group": group, "tab": tab, "min": _shown(rules.get(low)),
            "max": _shown(rules.get(high)), "step": _shown(rules.get("step")),
        }  # fmt: skip
        flags = {flag for flag in FLAGS if getattr(spec, flag)}
        rows.append(Row(texts, flags, stored_rows(entry.get("fields", ()), spec.fields, {})))
    return rows


def _option(option: Mapping[str, str]) -> str:
    value, label = option["value"], option["label"]
    return value if value == label else f"{value} = {label}"


def _default(value: Any) -> str:
    if isinstance(value, list):
        return ", ".join(str(entry) for entry in value if not isinstance(entry, dict))
    if isinstance(value, bool):
        return "yes" if value else "no"
    return "" if isinstance(value, dict) else _shown(value)


def _shown(value: Any) -> str:
    return "" if value is None else str(value)


def typed_rows(form: MultiDict[str, str], prefix: str = "fields", depth: int = 0) -> list[Row]:
    """Return the rows that were sent, in the order of their numbers."""
    start = f"{prefix}-"
    heads = {name[len(start) :].partition("-")[0] for name in form if name.startswith(start)}
    numbers = sorted(int(head) for head in heads if head.isascii() and head.isdecimal() and len(head) < 4)
    rows = []
    for number in numbers[:MOST_ROWS]:
        here = f"{prefix}-{number}"
        texts = {name: scrub(form.get(f"{here}-{name}", ""), multiline=name == "options") for name in TEXTS}
        flags = {flag for flag in FLAGS if form.get(f"{here}-{flag}")}
        parts = typed_rows(form, f"{here}-fields", depth + 1) if depth < DEEPEST else []
        rows.append(Row(texts, flags, parts))
    return rows


def operate(rows: list[Row], operation: str) -> bool:
    """Carry out a button: `add`, `refresh`, `fields-2-up`, `fields-2-fields-0-remove`; False if unknown."""
    if operation in ("refresh", "add"):
        if operation == "add" and len(rows) < MOST_ROWS:
            rows.append(new_row())
        return True
    steps = operation.split("-")
    where, verb = steps[:-1], steps[-1]
    siblings, place = rows, -1
    for step, (word, number) in enumerate(zip(where[::2], where[1::2], strict=False)):
        if word != "fields" or not (number.isascii() and number.isdecimal() and len(number) < 4):
            return False
        siblings = siblings[place].parts if step else rows
        place = int(number)
        if place >= len(siblings):
            return True
    if place < 0 or len(where) % 2:
        return False
    if verb == "add":
        siblings[place].parts.append(new_row())
    elif verb == "remove":
        del siblings[place]
    elif verb == "up" and place > 0:
        siblings[place - 1 : place + 1] = reversed(siblings[place - 1 : place + 1])
    elif verb == "down":
        siblings[place : place + 2] = reversed(siblings[place : place + 2])
    return verb in ("add", "remove", "up", "down")
