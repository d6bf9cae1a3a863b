"""Days, times, numbers and lists as people read them in a locale (Unicode CLDR, through Babel).

English without a region is written as in Great Britain: 22 November 2026, 14:05, “A, B and C”.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date, datetime, time
from functools import lru_cache

from babel import Locale, dates, lists
from babel.numbers import get_decimal_symbol, get_group_symbol

from mtc.core.i18n.currency_patterns import MINUS, grouping
from mtc.core.i18n.locales import PSEUDO, SOURCE, babel_locale
from mtc.core.i18n.messages import current_locale, gettext, ngettext

_UNITS = ("kB", "MB", "GB", "TB", "PB")


@lru_cache(512)
def _data(locale: str) -> Locale:
    return Locale("en", "GB") if locale in (SOURCE, PSEUDO) else babel_locale(locale)


def day(value: date, locale: str | None = None) -> str:
    """A day with its year: `22 November 2026`, `22. November 2026`."""
    return _day(_plain(value), "long", locale or current_locale())


def day_of_year(value: date, locale: str | None = None) -> str:
    """A day of a year that goes without saying: `3 November`, `3. November`."""
    return _day(_plain(value), "MMMMd", locale or current_locale())


def short_day_of_year(value: date, locale: str | None = None) -> str:
    """The same in few signs, for an axis: `3 Nov`, `3. Nov.`."""
    return _day(_plain(value), "MMMd", locale or current_locale())


def short_day(value: date, locale: str | None = None) -> str:
    """A day in few signs, for tables: `22 Nov 2026`, `22.11.2026`."""
    return _day(_plain(value), "medium", locale or current_locale())


def _plain(value: date) -> date:
    return value.date() if isinstance(value, datetime) else value


@lru_cache(4096)
def _day(value: date, form: str, locale: str) -> str:
    data = _data(locale)
    if form in ("MMMMd", "MMMd"):
        return dates.format_skeleton(form, datetime.combine(value, time.min), locale=data)
    return dates.format_date(value, form, locale=data)


def clock_time(value: datetime | time, locale: str | None = None) -> str:
    """Hours and minutes on the clock of the moment: `14:05`, `2:05 PM`."""
    return _time(value.hour, value.minute, locale or current_locale())


@lru_cache(4096)
def _time(hour: int, minute: int, locale: str) -> str:
    return dates.format_time(time(hour, minute), "short", locale=_data(locale))


def number(value: int | float, decimals: int = 0, locale: str | None = None) -> str:
    """A number with so many decimals: `1,234.5`, `1.234,5`."""
    write, point = _marks(locale or current_locale())
    whole, _, part = f"{abs(value):.{decimals}f}".partition(".")
    text = write(int(whole)) + (point + part if part else "")
    return MINUS + text if value < 0 and text.strip("0.,٫") else text


@lru_cache(512)
def _marks(locale: str) -> tuple[Callable[[int], str], str]:
    data = _data(locale)
    return grouping(get_group_symbol(data), data.decimal_formats[None].grouping), get_decimal_symbol(data)


def percent(value: float, decimals: int = 0, locale: str | None = None) -> str:
    """Hundredths: 25 is `25%`, `25 %`."""
    where = locale or current_locale()
    before, after = _percent_sign(where)
    return f"{before}{number(value, decimals, where)}{after}"


@lru_cache(512)
def _percent_sign(locale: str) -> tuple[str, str]:
    pattern = _data(locale).percent_formats[None]
    return pattern.prefix[0], pattern.suffix[0]


def file_size(value: float, locale: str | None = None) -> str:
    """A size in bytes as people read it: `1 byte`, `13.2 MB`."""
    if abs(value) < 1000:
        return ngettext("%(num)s byte", "%(num)s bytes", int(value))
    size, power = value / 1000, 0
    while abs(size) >= 1000 and power < len(_UNITS) - 1:
        size, power = size / 1000, power + 1
    return f"{number(size, 1, locale)} {_UNITS[power]}"


def listed(items: Sequence[str], locale: str | None = None) -> str:
    """Several things in a sentence: `A, B and C`, `A, B und C`."""
    return lists.format_list([str(item) for item in items], locale=_data(locale or current_locale()))


def ago(seconds: float) -> str:
    """Return the time since a moment in whole units of the largest size: `just now`, `3 hours ago`."""
    if seconds >= 86_400:
        count = int(seconds // 86_400)
        return ngettext("%(num)s day ago", "%(num)s days ago", count, num=number(count))
    if seconds >= 3600:
        count = int(seconds // 3600)
        return ngettext("%(num)s hour ago", "%(num)s hours ago", count, num=number(count))
    return minutes_ago(seconds)


def minutes_ago(seconds: float) -> str:
    """The same for what is no hour old, or is to come in a moment."""
    if seconds < 60:
        return gettext("just now")
    count = int(seconds // 60)
    return ngettext("%(num)s minute ago", "%(num)s minutes ago", count, num=number(count))
