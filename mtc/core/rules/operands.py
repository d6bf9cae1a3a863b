"""Reads the values of a rule and of the data by type; what cannot be read is None or a Fault."""

import math
from datetime import date, datetime, time
from typing import Any

from mtc.core.i18n import Sentence, _l, source_text
from mtc.core.rules.language import MAX_NUMBER, MAX_TEXT, MAX_VALUES, WEEKDAYS, Operator

_EXPECTED = {
    "text": _l("Use a text of at most %(most)s characters.", most=MAX_TEXT),
    "number": _l("Use a number."),
    "boolean": _l("Use true or false."),
    "date": _l("Use a date such as 2026-11-22."),
    "datetime": _l("Use a moment with its offset, such as 2026-11-22T21:00:00+00:00."),
    "list": _l("Use a text of at most %(most)s characters or a number.", most=MAX_TEXT),
}


class Fault(Exception):
    """Fault of an operand, as a sentence, with the step at which it is (an index, or nothing)."""

    def __init__(self, message: Sentence, step: int | None = None) -> None:
        super().__init__(source_text(message))
        self.message = message
        self.step = step


def read(value_type: str, value: Any) -> Any:
    """Return a value of the given type, or None when it is missing or not of that type."""
    if value_type == "text":
        return value if isinstance(value, str) else None
    if value_type == "number":
        return value if _is_number(value) else None
    if value_type == "boolean":
        return value if isinstance(value, bool) else None
    if value_type == "list":
        return list(value) if isinstance(value, list | tuple | set | frozenset) else None
    return _date(value) if value_type == "date" else _moment(value)


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value)


def _date(value: Any) -> date | None:
    if isinstance(value, datetime):
        return value.date()
    if isinstance(value, date):
        return value
    try:
        return datetime.fromisoformat(value).date() if isinstance(value, str) and len(value) <= 40 else None
    except ValueError:
        return None


def _moment(value: Any) -> datetime | None:
    if isinstance(value, str) and len(value) <= 40:
        try:
            value = datetime.fromisoformat(value)
        except ValueError:
            return None
    return value if isinstance(value, datetime) and value.utcoffset() is not None else None


def _time(value: Any) -> time:
    try:
        if isinstance(value, str) and len(value) == 5:
            return time.fromisoformat(value)
    except ValueError:
        pass
    raise Fault(_l("Use times such as 22:00."))


def _single(value_type: str, value: Any, step: int | None = None) -> Any:
    if value_type == "list":
        parsed = value if isinstance(value, str) or _is_number(value) else None
    else:
        parsed = read(value_type, value)
    too_long = isinstance(parsed, str) and len(parsed) > MAX_TEXT
    too_large = isinstance(parsed, int | float) and abs(parsed) > MAX_NUMBER
    not_a_day = value_type == "date" and isinstance(value, str) and len(value) != 10
    if parsed is None or too_long or too_large or not_a_day:
        raise Fault(_EXPECTED[value_type], step)
    return parsed


def _pair(value: Any) -> list[Any]:
    if not isinstance(value, list) or len(value) != 2:
        raise Fault(_l("Give two values."))
    return value


def operand(operator: Operator, value_type: str, value: Any) -> Any:
    """Read the operand of a condition on a variable of type `value_type`; raises Fault."""
    match operator.operand:
        case "value":
            return _single(value_type, value)
        case "part":
            part = _single(value_type, value)
            if part == "":
                raise Fault(_l("Use a text that is not empty."))
            return part
        case "values":
            return [_single(value_type, item, index) for index, item in enumerate(_values(value))]
        case "range":
            return _range(value_type, _pair(value))
        case "times":
            return [_time(item) for item in _pair(value)]
        case "weekdays":
            days = _values(value)
            if any(day not in WEEKDAYS for day in days):
                raise Fault(_l("Use days from %(list)s.", list=", ".join(WEEKDAYS)))
            return days
        case "yes_no":
            return _single("boolean", value)


def _values(value: Any) -> list[Any]:
    if not isinstance(value, list) or not 1 <= len(value) <= MAX_VALUES:
        raise Fault(_l("Give a list of 1 to %(most)s values.", most=MAX_VALUES))
    return value


def _range(value_type: str, pair: list[Any]) -> list[Any]:
    start, end = (
        None if item is None else _single(value_type, item, index) for index, item in enumerate(pair)
    )
    if start is None and end is None:
        raise Fault(_l("Give a beginning or an end."))
    if start is not None and end is not None and start > end:
        raise Fault(_l("The beginning must not be after the end."))
    return [start, end]
