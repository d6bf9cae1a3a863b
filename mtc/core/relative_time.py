"""Moments relative to now: short, on the store's clock, with the exact one for machines."""

from __future__ import annotations

from datetime import datetime, timedelta

from mtc.core import clock
from mtc.core.local_time import clock_time, local


def when(moment: datetime | None) -> str:
    """`5 minutes ago`, `today, 14:05`, `yesterday, 09:30`, `3 November, 14:05`, `3 November 2025`."""
    if moment is None:
        return ""
    now = clock.now()
    age = now - moment
    if timedelta(0) <= age < timedelta(minutes=1):
        return "just now"
    if timedelta(0) <= age < timedelta(hours=1):
        minutes = int(age.total_seconds() // 60)
        return f"{minutes} minute{'' if minutes == 1 else 's'} ago"
    here, today = local(moment), local(now).date()
    if here.date() == today:
        return f"today, {clock_time(here)}"
    if here.date() == today - timedelta(days=1):
        return f"yesterday, {clock_time(here)}"
    if here.year == today.year:
        return f"{here.day} {here:%B}, {clock_time(here)}"
    return f"{here.day} {here:%B %Y}"


def ago(moment: datetime | None) -> str:
    """How long ago that was, in whole units: `just now`, `5 minutes ago`, `3 hours ago`, `2 days ago`."""
    if moment is None:
        return ""
    seconds = max(0, (clock.now() - moment).total_seconds())
    for unit, length in (("day", 86_400), ("hour", 3600), ("minute", 60)):
        if seconds >= length:
            number = int(seconds // length)
            return f"{number:,} {unit}{'' if number == 1 else 's'} ago"
    return "just now"


def exact(moment: datetime | None) -> str:
    """ISO 8601 for the datetime attribute."""
    return moment.isoformat(timespec="seconds") if moment else ""
