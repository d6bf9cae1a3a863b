"""Filters for numbers and money."""

import math
from collections.abc import Callable
from typing import Any

from mtc.core.errors import AppError
from mtc.core.i18n import current_locale
from mtc.core.money import format_money, marks_of
from mtc.core.template_engine.errors import LimitProblem, Problem
from mtc.core.template_engine.filters.texts import whole
from mtc.core.template_engine.limits import MAX_NUMBER, Meter, bounded
from mtc.core.template_engine.values import UNDEFINED, is_number, plain_text

_FILE_UNITS = ("bytes", "kB", "MB", "GB", "TB", "PB")


def _number(value: Any, filter_name: str) -> int | float:
    if not is_number(value):
        raise Problem(f"{filter_name} needs a number.")
    return bounded(value)


def round_(m: Meter, value: Any, precision: Any = 0, method: Any = "common") -> float:
    """The number rounded to `precision` decimals; the method is common, ceil or floor."""
    number, digits = _number(value, "round"), whole(precision, "The precision of round", -12, 12)
    if method == "common":
        return round(number, digits)
    if method not in ("ceil", "floor"):
        raise Problem("The method of round is common, ceil or floor.")
    scaled = number * 10**digits
    return float((math.ceil if method == "ceil" else math.floor)(scaled) / 10**digits)


def abs_(m: Meter, value: Any) -> int | float:
    """The number without its sign."""
    return abs(_number(value, "abs"))


def int_(m: Meter, value: Any, default: Any = 0) -> Any:
    """The value as a whole number, or the default when it is none."""
    return _read(value, default, int)


def float_(m: Meter, value: Any, default: Any = 0.0) -> Any:
    """The value as a number with decimals, or the default when it is none."""
    return _read(value, default, float)


def _read(value: Any, default: Any, number_type: type[int] | type[float]) -> Any:
    if not isinstance(value, str | int | float) or (isinstance(value, str) and len(value) > 40):
        return default
    try:
        return bounded(number_type(value))
    except (ValueError, OverflowError):
        try:
            return bounded(number_type(float(value)))
        except (ValueError, OverflowError):
            return default


def _locale(m: Meter, requested: Any) -> str:
    """The locale that is named, else the running one."""
    return current_locale() if requested is None else plain_text(m, requested)[:35]


def number(m: Meter, value: Any, decimals: Any = 0, locale: Any = None) -> str:
    """The number with thousands set apart: 1,234.5 (en), 1.234,5 (de)."""
    if value is None or value is UNDEFINED:
        return ""
    text = f"{_number(value, 'number'):,.{whole(decimals, 'The decimals of number', 0, 12)}f}"
    group, point = marks_of(_locale(m, locale))
    return text.translate({ord(","): group, ord("."): point})


def money(m: Meter, value: Any, currency: Any, locale: Any = None) -> str:
    """An amount in the smallest unit of its currency, as people write it: 2999|money("EUR") is €29.99."""
    if value is None or value is UNDEFINED:
        return ""
    if type(value) is not int or abs(value) > MAX_NUMBER:
        raise Problem("money needs a whole number of the smallest unit, such as cents.")
    try:
        return format_money(value, plain_text(m, currency), _locale(m, locale))
    except AppError as error:
        raise Problem(error.message) from None


def percent(m: Meter, value: Any, total: Any, decimals: Any = 0) -> str:
    """The share of a total: 3|percent(12) is 25%."""
    part, all_ = _number(value, "percent"), _number(total, "percent")
    share = part * 100 / all_ if all_ else 0
    return f"{share:.{whole(decimals, 'The decimals of percent', 0, 6)}f}%"


def filesizeformat(m: Meter, value: Any) -> str:
    """A size in bytes as people read it: 13.2 MB."""
    size = float(_number(value, "filesizeformat"))
    if abs(size) < 1000:
        return f"{int(size)} bytes" if size != 1 else "1 byte"
    for unit in _FILE_UNITS[1:]:
        size /= 1000
        if abs(size) < 1000:
            return f"{size:.1f} {unit}"
    raise LimitProblem("This size is too large.")


NUMBER_FILTERS: dict[str, Callable[..., Any]] = {
    "round": round_,
    "abs": abs_,
    "int": int_,
    "float": float_,
    "number": number,
    "money": money,
    "percent": percent,
    "filesizeformat": filesizeformat,
}
