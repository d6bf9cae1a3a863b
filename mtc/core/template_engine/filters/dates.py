"""The date filter: a moment in ISO 8601, on the store's clock, in a few named forms or by a small pattern."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

from mtc.core.local_time import local
from mtc.core.template_engine.errors import Problem
from mtc.core.template_engine.limits import Meter
from mtc.core.template_engine.values import UNDEFINED, is_number, plain_text

_MONTHS = (
    *("January", "February", "March", "April", "May", "June"),
    *("July", "August", "September", "October", "November", "December"),
)
_DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_NAMED = {
    "short": "%d/%m/%Y",
    "medium": "%e %b %Y",
    "long": "%e %B %Y",
    "full": "%A, %e %B %Y",
    "time": "%H:%M",
    "datetime": "%e %b %Y, %H:%M",
    "iso": "%Y-%m-%d",
}
# our own directives, not strftime: the C library takes widths such as %999999999d
_DIRECTIVES: dict[str, Callable[[datetime], str]] = {
    "Y": lambda at: f"{at.year:04d}",
    "y": lambda at: f"{at.year % 100:02d}",
    "m": lambda at: f"{at.month:02d}",
    "d": lambda at: f"{at.day:02d}",
    "e": lambda at: str(at.day),
    "j": lambda at: f"{at.timetuple().tm_yday:03d}",
    "H": lambda at: f"{at.hour:02d}",
    "I": lambda at: f"{at.hour % 12 or 12:02d}",
    "M": lambda at: f"{at.minute:02d}",
    "S": lambda at: f"{at.second:02d}",
    "p": lambda at: "AM" if at.hour < 12 else "PM",
    "A": lambda at: _DAYS[at.weekday()],
    "a": lambda at: _DAYS[at.weekday()][:3],
    "B": lambda at: _MONTHS[at.month - 1],
    "b": lambda at: _MONTHS[at.month - 1][:3],
    "%": lambda at: "%",
}


def date(m: Meter, value: Any, form: Any = "medium") -> str:
    """A moment (ISO 8601 text, or seconds since 1970) in a named form or pattern; nothing stays nothing."""
    if value is None or value is UNDEFINED or value == "":
        return ""
    moment, pattern = _moment(value), plain_text(m, form)
    pattern = _NAMED.get(pattern, pattern)
    if len(pattern) > 100:
        raise Problem("The pattern of date may have at most 100 characters.")
    m.spend(len(pattern) * 10)
    parts = []
    letters = iter(pattern)
    for letter in letters:
        if letter == "%":
            directive = _DIRECTIVES.get(next(letters, ""))
            if directive is None:
                raise Problem(f"The pattern of date knows %{', %'.join(sorted(_DIRECTIVES))}.")
            parts.append(directive(moment))
        else:
            parts.append(letter)
    return "".join(parts)


def _moment(value: Any) -> datetime:
    try:
        if is_number(value):
            return local(datetime.fromtimestamp(value, UTC))
        if isinstance(value, str) and len(value) <= 40:
            moment = datetime.fromisoformat(str(value))
            return local(moment) if moment.tzinfo is not None else moment
    except (ValueError, OverflowError, OSError):
        pass
    raise Problem("date needs a date such as 2026-11-22 or 2026-11-22T21:00:00+00:00.")


DATE_FILTERS: dict[str, Callable[..., Any]] = {"date": date}
