"""Moments relative to now: short, on the store's clock, in the running language."""

from __future__ import annotations

from datetime import datetime, timedelta

from mtc.core import clock
from mtc.core.i18n import formats, gettext
from mtc.core.local_time import clock_time, local


def when(moment: datetime | None) -> str:
    """`5 minutes ago`, `today, 14:05`, `yesterday, 09:30`, `3 November, 14:05`, `3 November 2025`."""
    if moment is None:
        return ""
    now = clock.now()
    age = now - moment
    if timedelta(0) <= age < timedelta(hours=1):
        return formats.minutes_ago(age.total_seconds())
    here, today = local(moment), local(now).date()
    if here.date() == today:
        return gettext("today, %(time)s", time=clock_time(here))
    if here.date() == today - timedelta(days=1):
        return gettext("yesterday, %(time)s", time=clock_time(here))
    if here.year == today.year:
        return gettext("%(day)s, %(time)s", day=formats.day_of_year(here), time=clock_time(here))
    return formats.day(here)


def ago(moment: datetime | None) -> str:
    """Return the time since a moment in whole units: `just now`, `5 minutes ago`, `2 days ago`."""
    if moment is None:
        return ""
    return formats.ago((clock.now() - moment).total_seconds())


def exact(moment: datetime | None) -> str:
    """ISO 8601 for the datetime attribute."""
    return moment.isoformat(timespec="seconds") if moment else ""
