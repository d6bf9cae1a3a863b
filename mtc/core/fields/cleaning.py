"""From whatever was sent to values of the right types: drop, scrub, coerce, fill in defaults."""

import copy
import math
import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from dataclasses import field as attribute
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from mtc.core.fields import messages
from mtc.core.fields.describe import Field
from mtc.core.fields.formats import FORMATS, scrub
from mtc.core.i18n import Sentence

MISSING: Any = object()
MAX_TEXT = 100_000
MAX_ITEMS = 200
MAX_INTEGER = 2**53 - 1
MAX_NUMBER = 9 * 10**14
_INTEGER = re.compile(r"[+-]?[0-9]{1,16}")
_NUMBER = re.compile(r"[+-]?[0-9]{1,15}(?:\.[0-9]{1,20})?")
_FOUR_PLACES = Decimal("0.0001")
_TRUE = ("true", "on", "1", "yes")
_FALSE = ("false", "off", "0", "no")


class _Wrong(Exception):
    """A value that cannot become what the field holds; carries the sentence for people."""


def join(path: str, key: str | int) -> str:
    """The path of a part, as WTForms names it: slides-0-title."""
    return f"{path}-{key}" if path else str(key)


@dataclass
class Cleaner:
    """One cleaning: `problems` by path for values left out, `dropped` the paths that no field describes."""

    problems: dict[str, list[Sentence]] = attribute(default_factory=dict)
    dropped: list[str] = attribute(default_factory=list)

    def object(self, fields: tuple[Field, ...], data: Mapping[str, Any], path: str = "") -> dict[str, Any]:
        """The values of an object: described keys only, coerced, with defaults."""
        fields_by_key = {field.key for field in fields}
        self.dropped += [
            join(path, key[:80]) for key in data if isinstance(key, str) and key not in fields_by_key
        ]
        values = {}
        for field in fields:
            value = self.value(field, data.get(field.key, MISSING), join(path, field.key))
            if value is not MISSING:
                values[field.key] = value
        return values

    def value(self, field: Field, raw: Any, path: str) -> Any:
        """One value, or MISSING when there is none or it cannot be read (then `problems` says why)."""
        if raw is MISSING or raw is None:
            return self._default(field, path)
        try:
            if field.kind == "group":
                return self._group(field, raw, path)
            if field.type == "array":
                return self._array(field, raw, path)
            value = scalar(field.type, field.format, raw, multiline=field.widget == "textarea")
        except _Wrong as wrong:
            self.problems[path] = [str(wrong)]
            return MISSING
        if value == "":
            # a person may empty a text that has a default; then empty is what they want
            return "" if _may_be_emptied(field) else self._default(field, path)
        return value

    def _default(self, field: Field, path: str) -> Any:
        if field.default not in (None, "", {}):
            return self.value(replace(field, default=None), copy.deepcopy(field.default), path)
        if field.kind == "group" and all(
            not part.required or part.default is not None for part in field.fields
        ):
            values = self.object(field.fields, {}, path)
            return values if values or field.required else MISSING
        return MISSING

    def _group(self, field: Field, raw: Any, path: str) -> Any:
        if not isinstance(raw, Mapping):
            raise _Wrong(messages.of_type("object"))
        if not any(part.key in raw for part in field.fields):
            self.object((), raw, path)
            return self._default(field, path)
        values = self.object(field.fields, raw, path)
        return values if values or field.required else MISSING

    def _array(self, field: Field, raw: Any, path: str) -> list[Any]:
        raw = [raw] if isinstance(raw, str) and field.kind != "repeater" else raw
        if not isinstance(raw, list | tuple):
            raise _Wrong(messages.of_type("array"))
        if len(raw) > MAX_ITEMS:
            raise _Wrong(messages.for_keyword("maxItems", MAX_ITEMS, field))
        if field.kind == "repeater":
            return [self._entry(field, item, join(path, index)) for index, item in enumerate(raw)]
        items = field.schema["items"]
        values = []
        for index, item in enumerate(raw):
            try:
                value = "" if item is None else scalar(items["type"], items.get("format"), item)
            except _Wrong as wrong:
                self.problems.setdefault(path, []).append(f"Entry {index + 1}: {wrong}")
                continue
            if value != "":
                values.append(value)
        if field.kind == "choices":
            # a set of options has one order, whichever way it was ticked
            order = {option.value: place for place, option in enumerate(field.options)}
            values.sort(key=lambda value: order.get(value, len(order)))
        return values

    def _entry(self, field: Field, item: Any, path: str) -> dict[str, Any]:
        if isinstance(item, Mapping):
            return self.object(field.fields, item, path)
        # the place is kept so that the paths of later entries still point at them
        self.problems[path] = [messages.of_type("object")]
        return {}


def scalar(kind: str, format_name: str | None, raw: Any, *, multiline: bool = False) -> Any:
    """A text, number or switch in its stored form; raises _Wrong when it cannot be read as one."""
    match kind:
        case "string":
            return _text(format_name, raw, multiline)
        case "boolean":
            return _boolean(raw)
        case "integer":
            return _integer(raw)
        case _:
            return _number(raw)


def _text(format_name: str | None, raw: Any, multiline: bool) -> str:
    if not isinstance(raw, str):
        raise _Wrong(messages.of_type("string"))
    if len(raw) > MAX_TEXT:
        raise _Wrong(messages.too_long(MAX_TEXT))
    form = FORMATS[format_name] if format_name else None
    text = scrub(raw, multiline=multiline or bool(form and form.multiline))
    if form is None or text == "":
        return text
    canonical = form.canonical(text)
    if canonical is None:
        raise _Wrong(form.message)
    return canonical


def _boolean(raw: Any) -> Any:
    if isinstance(raw, bool):
        return raw
    word = raw.strip().lower() if isinstance(raw, str) else raw
    if word in ("", *_TRUE, *_FALSE) and isinstance(word, str):
        return word in _TRUE if word else ""
    raise _Wrong(messages.of_type("boolean"))


def _integer(raw: Any) -> Any:
    if isinstance(raw, str):
        raw = raw.strip()
        if raw == "":
            return ""
        raw = int(raw) if _INTEGER.fullmatch(raw) else None
    if isinstance(raw, float) and math.isfinite(raw) and raw.is_integer():
        raw = int(raw)
    if isinstance(raw, bool) or not isinstance(raw, int) or abs(raw) > MAX_INTEGER:
        raise _Wrong(messages.of_type("integer"))
    return raw


def _number(raw: Any) -> Any:
    if isinstance(raw, str):
        raw = raw.strip()
        if raw == "":
            return ""
        raw = Decimal(raw) if _NUMBER.fullmatch(raw) else None
    elif isinstance(raw, bool) or not isinstance(raw, int | float) or not _in_reach(raw):
        raw = None
    if raw is None or abs(raw) > MAX_NUMBER:
        raise _Wrong(messages.of_type("number"))
    rounded = Decimal(str(raw)).quantize(_FOUR_PLACES, rounding=ROUND_HALF_UP)
    return int(rounded) if rounded == int(rounded) else float(rounded)


def _in_reach(raw: float) -> bool:
    return abs(raw) <= MAX_NUMBER if isinstance(raw, int) else math.isfinite(raw)


def _may_be_emptied(field: Field) -> bool:
    plain = field.kind in ("text", "richtext", "code")
    return plain and not field.required and field.default not in (None, "")
