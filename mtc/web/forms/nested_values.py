"""From a submitted form back to a nested dict, keeping exactly what was typed."""

import re
from collections.abc import Collection
from typing import Any

from werkzeug.datastructures import MultiDict

from mtc.core.fields import Field, FieldSet

_LINE_END = re.compile(r"\r\n|\r|\n")
_OFF = ("", "0", "false", "off", "no")


def read(
    fieldset: FieldSet, formdata: MultiDict[str, str], prefix: str = "", only: Collection[str] | None = None
) -> dict[str, Any]:
    """Return the submitted values by key, ready for FieldSet.validate.

    `only` limits the fields at the root: to one for a single-field edit, or to those that the page
    offered, since an absent checkbox reads as off. Rows of repeaters are renumbered from 0.
    """
    fields = tuple(field for field in fieldset.fields if only is None or field.key in only)
    return _object(fields, formdata, f"{prefix.rstrip('-')}-" if prefix else "")


def _object(fields: tuple[Field, ...], formdata: MultiDict[str, str], prefix: str) -> dict[str, Any]:
    values: dict[str, Any] = {}
    for field in fields:
        name = prefix + field.key
        if field.kind == "boolean":
            values[field.key] = formdata.get(name, "").strip().lower() not in _OFF
        elif field.kind == "choices":
            values[field.key] = formdata.getlist(name)
        elif field.kind == "list":
            # not splitlines(), which also cuts at characters that no browser takes for the end of a line
            values[field.key] = [line for line in _LINE_END.split(formdata.get(name, "")) if line.strip()]
        elif field.kind == "repeater":
            values[field.key] = _rows(field, formdata, name)
        elif field.kind == "group":
            group = _object(field.fields, formdata, f"{name}-")
            if field.required or not _may_be_absent(field) or not _blank(group):
                values[field.key] = group
        elif name in formdata:
            values[field.key] = formdata[name]
    return values


def _rows(field: Field, formdata: MultiDict[str, str], name: str) -> list[dict[str, Any]]:
    # each row sends a hidden "_row", so that one with only an unticked box is not lost
    start = f"{name}-"
    heads = {key[len(start) :].partition("-")[0] for key in formdata if key.startswith(start)}
    numbers = sorted(int(head) for head in heads if head.isascii() and head.isdecimal() and len(head) < 7)
    return [_object(field.fields, formdata, f"{start}{number}-") for number in numbers]


def _may_be_absent(field: Field) -> bool:
    # only then would filling in its blanks be refused for what a person never started
    return any(part.required and part.default is None for part in field.fields)


def _blank(values: dict[str, Any]) -> bool:
    return all(
        value in (False, [], {}) or (isinstance(value, str) and not value.strip())
        for value in values.values()
    )
