"""Values of fields as typed columns for the database and as words for people."""

from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from mtc.core.fields.describe import Field
from mtc.core.fields.formats import parse_date, parse_moment, plain_text
from mtc.core.local_time import moment_text

DECIMAL_SCALE = 10_000
# Numbers of fields with one of these words in their key identify something and are not amounts.
_IDENTIFIERS = frozenset({"id", "version", "build", "isbn", "issn", "ean", "code", "serial"})


@dataclass(frozen=True, slots=True)
class TypedValue:
    """One attribute row: `type` says which column counts.

    text: `text`; integer: `number` as it is; number: `number` times DECIMAL_SCALE (four decimal places,
    always an int, for a bigint column); boolean: `flag`; date and datetime: `moment` (aware UTC, a
    date at midnight); list and group: `text` for people to read, filter by `typed_values` instead.
    """

    type: str
    text: str | None = None
    number: int | None = None
    flag: bool | None = None
    moment: datetime | None = None


def typed(field: Field, value: Any) -> TypedValue:
    """The columns for one value that `validate` returned."""
    match field.type:
        case "boolean":
            return TypedValue("boolean", flag=bool(value))
        case "integer":
            return TypedValue("integer", number=int(value))
        case "number":
            return TypedValue("number", number=scaled(value))
        case "array" | "object":
            return TypedValue("list" if field.type == "array" else "group", text=display(field, value))
    if field.format == "date" and (day := parse_date(str(value))):
        return TypedValue("date", moment=datetime(day.year, day.month, day.day, tzinfo=UTC))
    if field.format == "date-time" and (moment := parse_moment(str(value))):
        return TypedValue("datetime", moment=moment)
    return TypedValue("text", text=str(value))


def typed_each(field: Field, value: Any) -> list[TypedValue]:
    """One row for each value: a list of texts or options gives one for each entry, else exactly one."""
    if field.kind in ("choices", "list"):
        return [TypedValue("text", text=str(item)) for item in value]
    return [typed(field, value)]


def scaled(value: Any) -> int:
    """A decimal number as an integer count of ten-thousandths, rounded half up."""
    return int((Decimal(str(value)) * DECIMAL_SCALE).to_integral_value(rounding=ROUND_HALF_UP))


def display(field: Field, value: Any) -> str:
    """The value in words: labels of options, Yes or No, 1,234.5 GB, 31 January 2026. Never raises."""
    if value is None or value == "":
        return ""
    if field.kind == "repeater":
        count = len(value) if isinstance(value, list) else 0
        return f"{count} {'entry' if count == 1 else 'entries'}"
    if field.kind == "group":
        parts = [(part, value.get(part.key)) for part in field.fields] if isinstance(value, dict) else []
        return "; ".join(
            f"{part.label}: {display(part, item)}" for part, item in parts if item not in (None, "")
        )
    if isinstance(value, list):
        return ", ".join(field.label_of(item) for item in value)
    return _one(field, value)


def number_text(field: Field, value: int | float) -> str:
    """The number without its unit: 12,500.5, or 2023 where thousands are not separated.

    The field's `number_format` decides. Without one, thousands are separated from 10,000 on, so that
    years stand together, and never where the key says that the number is an identifier.
    """
    grouped = field.number_format == "grouped"
    if not field.number_format:
        grouped = abs(value) >= 10_000 and not _IDENTIFIERS & set(field.key.split("_"))
    return decimal_text(value, grouped=grouped)


def decimal_text(value: int | float, *, grouped: bool = False) -> str:
    """The number with up to four decimal places, never with an exponent."""
    mark = "," if grouped else ""
    return f"{value:{mark}}" if isinstance(value, int) else f"{value:{mark}.4f}".rstrip("0").rstrip(".")


def _one(field: Field, value: Any) -> str:
    if field.options:
        return field.label_of(value)
    if isinstance(value, bool):
        return "Yes" if value else "No"
    if isinstance(value, int | float):
        return f"{number_text(field, value)} {field.unit}".rstrip()
    text = str(value)
    if field.format == "date" and (day := parse_date(text)):
        return f"{day.day} {day:%B %Y}"
    if field.format == "date-time" and (moment := parse_moment(text)):
        return moment_text(moment)
    if field.format == "secret":
        return "••••••••"
    return plain_text(text) if field.format == "richtext" else text
