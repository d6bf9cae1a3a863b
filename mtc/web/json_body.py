"""JSON bodies of requests: strict JSON, and values validated by a JSON Schema (draft 2020-12)."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID

from flask import request
from jsonschema import Draft202012Validator, FormatChecker
from jsonschema.exceptions import ValidationError as Fault
from jsonschema.validators import extend

from mtc.core.errors import UnprocessableError, UnsupportedMediaError, ValidationError
from mtc.web.request_checks import check_texts

_NOT_JSON = "The body is no JSON. Send one object in UTF-8, without repeated names."
_TYPES = {
    "string": "a text",
    "integer": "a whole number",
    "boolean": "true or false",
    "array": "a list",
    "object": "an object",
    "null": "null",
}
_formats = FormatChecker(formats=())
# A number with a point is no whole number here, though JSON Schema takes 1.0 for one.
_Validator = extend(
    Draft202012Validator,
    type_checker=Draft202012Validator.TYPE_CHECKER.redefine(
        "integer", lambda _, value: isinstance(value, int) and not isinstance(value, bool)
    ),
)


@_formats.checks("uuid", raises=ValueError)
def _is_uuid(value: object) -> bool:
    return not isinstance(value, str) or str(UUID(value)) == value.lower()


@_formats.checks("date-time", raises=ValueError)
def _is_moment(value: object) -> bool:
    return not isinstance(value, str) or moment(value) is not None


@_formats.checks("date", raises=ValueError)
def _is_date(value: object) -> bool:
    return not isinstance(value, str) or bool(date.fromisoformat(value))


def moment(text: str) -> datetime | None:
    """The moment in UTC that the text names with its offset (RFC 3339), or None."""
    try:
        parsed = datetime.fromisoformat(text)
        return parsed.astimezone(UTC) if parsed.tzinfo is not None and parsed.year > 1 else None
    except (ValueError, OverflowError):
        return None


def read_object() -> dict[str, Any]:
    """The object in the body; no body at all is an empty one.

    Raises UnsupportedMediaError, and ValidationError for what is no JSON.
    """
    if not request.mimetype and not request.get_data(cache=True):
        return {}
    if request.mimetype != "application/json":
        raise UnsupportedMediaError("Send the body as JSON, with “Content-Type: application/json”.")
    try:
        value = json.loads(
            request.get_data(cache=True).decode("utf-8"),
            object_pairs_hook=_once,
            parse_constant=_refuse,
        )
    except (ValueError, RecursionError):
        raise ValidationError(_NOT_JSON) from None
    if not isinstance(value, dict):
        raise ValidationError(_NOT_JSON)
    return value


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    members = dict(pairs)
    if len(members) != len(pairs):  # readers disagree about which one counts
        raise ValueError("a name is repeated")
    return members


def _refuse(constant: str) -> Any:
    raise ValueError(f"{constant} is no JSON")


def validate_json(schema: Mapping[str, Any], value: Any) -> None:
    """Raise UnprocessableError, with a sentence for each place that does not fit."""
    details: dict[str, list[str]] = {}
    for fault in _Validator(schema, format_checker=_formats).iter_errors(value):
        for place, sentence in _sentences(fault):
            details.setdefault(place, []).append(sentence)
    if details:
        raise UnprocessableError("Correct the named fields.", details)
    check_texts(_texts(value))


def _sentences(fault: Fault) -> list[tuple[str, str]]:
    """Our own words: those of the library repeat what was sent."""
    place = ".".join(str(part) for part in fault.absolute_path) or "body"
    limit: Any = fault.validator_value
    owner: Any = fault.schema
    instance: Any = fault.instance
    match fault.validator:
        case "required":
            missing = [name for name in limit if name not in instance]
            return [(name if place == "body" else f"{place}.{name}", "This is needed.") for name in missing]
        case "additionalProperties":
            names = ", ".join(owner.get("properties", ())) or "none"
            return [(place, f"There is a field that is not known here. Known are: {names}.")]
        case "type":
            kinds = [limit] if isinstance(limit, str) else limit
            return [(place, f"Send {' or '.join(_TYPES[type_name] for type_name in kinds)}.")]
        case "enum":
            return [(place, f"Send one of: {', '.join(map(str, limit))}.")]
        case "minimum" | "maximum":
            return [(place, f"Send a number {'from' if fault.validator == 'minimum' else 'up to'} {limit}.")]
        case "minLength" | "minItems":
            return [(place, f"Send at least {limit}.")]
        case "maxLength" | "maxItems":
            return [(place, f"Send at most {limit:,}.")]
        case "format" if limit == "uuid":
            return [(place, "Send an id as this API gives them out.")]
        case "format" if limit == "date":
            return [(place, "Send a day such as 2026-01-31.")]
        case "format":
            return [(place, "Send a moment such as 2026-01-31T18:00:00Z.")]
    return [(place, "This does not fit.")]


def _texts(value: Any) -> list[str]:
    if isinstance(value, str):
        return [value]
    if isinstance(value, Mapping):
        return [*value, *(text for part in value.values() for text in _texts(part))]
    return [text for part in value for text in _texts(part)] if isinstance(value, list) else []
