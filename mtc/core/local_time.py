"""Moments on the clock of the running store: what people type and read is local, what is kept is UTC.

Two kinds of times on a clock mean no single moment: those that a change of the clock leaves out, and those
that come twice. Read back (RFC 5545), the former count as if the clock had not changed yet, the latter
mean the first.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, time, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from mtc.core.context import current
from mtc.core.db import current_scope
from mtc.core.errors import ValidationError
from mtc.core.i18n import LazyText, Sentence, _l, formats, gettext
from mtc.core.store_info import StoreInfo
from mtc.core.timezones import timezone_of_country, zone_named

_find_store: list[Callable[[UUID], StoreInfo | None]] = []


def find_store_with(find: Callable[[UUID], StoreInfo | None]) -> Callable[[UUID], StoreInfo | None]:
    """Decorator: how the store of a tenant is found where the context names none."""
    _find_store[:] = [find]
    return find


def zone_of(store: StoreInfo) -> ZoneInfo:
    """The time zone of a store: its own, else that of its country."""
    return zone_named(store.timezone or timezone_of_country(store.country))


def zone() -> ZoneInfo:
    """The time zone of the running store; of the tenant's first store in a job; else UTC."""
    context = current()
    if context.store is not None:
        return zone_of(context.store)
    scope = current_scope()
    tenant_id = context.tenant_id or (scope.tenant_id if scope is not None else None)
    if tenant_id is None or scope is None or not _find_store:
        return zone_named("UTC")
    store = _find_store[0](tenant_id)  # reads it once in a scope
    return zone_of(store) if store is not None else zone_named("UTC")


def local(moment: datetime) -> datetime:
    """The moment on the running store's clock; in UTC at the very ends of the calendar."""
    try:
        return moment.astimezone(zone())
    except OverflowError:
        return moment.astimezone(UTC)


def is_repeated(moment: datetime) -> bool:
    """Return whether the clock shows the time of this local moment twice."""
    return moment.replace(fold=0).utcoffset() != moment.replace(fold=1).utcoffset() and _exists(moment)


def _exists(moment: datetime) -> bool:
    there_and_back = moment.astimezone(UTC).astimezone(moment.tzinfo)
    return there_and_back.replace(tzinfo=None) == moment.replace(tzinfo=None)


def from_clock(naive: datetime, where: ZoneInfo | None = None) -> datetime:
    """The moment in UTC that a time on the clock means; OverflowError at the ends of the calendar."""
    return naive.replace(tzinfo=where or zone(), fold=0).astimezone(UTC)


def day_start(day: date, where: ZoneInfo | None = None) -> datetime:
    """The first moment of the day in UTC, also where the clock skips midnight."""
    tz = where or zone()
    first = from_clock(datetime.combine(day, time.min), tz)
    while (earlier := first - timedelta(minutes=15)).astimezone(tz).date() >= day:
        first = earlier
    return first


def parse_day(text: str, field: str, label: Sentence, *, end: bool = False) -> datetime | None:
    """A day that was typed, such as 2026-01-31, as its first moment (`end`: that of the next); None for none.

    Raises ValidationError under the name of the field.
    """
    if not text:
        return None
    try:
        day = date.fromisoformat(text)
        if not 2000 <= day.year <= 2200:
            raise ValueError("far away")
    except ValueError:
        sentence = _l("Enter a day such as 2026-01-31.")
        raise ValidationError(
            LazyText("%(label)s: %(sentence)s", {"label": label, "sentence": sentence}), {field: [sentence]}
        ) from None
    return day_start(day + timedelta(days=1) if end else day)


def offset(moment: datetime) -> str:
    """Return the distance of the local moment from UTC: `UTC`, `UTC+1`, `UTC−3:30`."""
    seconds = int((moment.utcoffset() or timedelta()).total_seconds())
    hours, minutes = divmod(abs(seconds) // 60, 60)
    sign = "−" if seconds < 0 else "+"
    return "UTC" if not seconds else f"UTC{sign}{hours}" + (f":{minutes:02d}" if minutes else "")


def clock_time(moment: datetime) -> str:
    """`14:05` of a local moment; with the distance from UTC when that time comes twice."""
    text = formats.clock_time(moment)
    return f"{text} {offset(moment)}" if is_repeated(moment) else text


def day_text(moment: datetime) -> str:
    """The day of a moment for people, on the store's clock: `22 November 2026`."""
    return formats.day(local(moment))


def moment_text(moment: datetime) -> str:
    """Day, time and distance from UTC of a moment, on the store's clock: `22 November 2026, 21:14 UTC+1`."""
    here = local(moment)
    time_text = f"{formats.clock_time(here)} {offset(here)}"
    return gettext("%(day)s, %(time)s", day=formats.day(here), time=time_text)


def changes(since: datetime, until: datetime, where: ZoneInfo) -> list[tuple[datetime, int]]:
    """(from when on, seconds ahead of UTC) of the zone's clock in a time span; the first is `since`."""
    transitions = [(since, _ahead(since, where))]
    low = since
    while low < until:
        high = min(low + timedelta(days=1), until)
        while (now := _ahead(low, where)) != _ahead(high, where):
            # Halved until the minute: clocks change at whole ones.
            left, right = low, high
            while right - left > timedelta(minutes=1):
                middle = left + (right - left) / 2
                left, right = (middle, right) if _ahead(middle, where) == now else (left, middle)
            low = right.replace(second=0, microsecond=0)
            transitions.append((low, _ahead(low, where)))
        low = high
    return transitions


def _ahead(moment: datetime, where: ZoneInfo) -> int:
    return int((moment.astimezone(where).utcoffset() or timedelta()).total_seconds())
