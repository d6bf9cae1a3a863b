"""Times by the clock in the five fields of cron: minute, hour, day of the month, month, day of the week.

A field is `*` or a list of numbers and ranges (`1,15`, `9-17`), with a step if need be (`*/15`, `9-17/2`).
Sunday is 0 or 7. Where both the day of the month and that of the week are given, one of them is enough.
"""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

_RANGES = ((0, 59), (0, 23), (1, 31), (1, 12), (0, 7))
_FARTHEST_DAYS = 8 * 366 + 1
"""From one 29 February to the next there may be eight years."""


@dataclass(frozen=True, slots=True)
class Cron:
    """The times of one expression."""

    minutes: tuple[int, ...]
    hours: tuple[int, ...]
    days: frozenset[int]
    months: frozenset[int]
    weekdays: frozenset[int]
    any_hour: bool
    either_day: bool

    def next_after(self, moment: datetime, zone: ZoneInfo) -> datetime:
        """The first time after the moment on the zone's clock, in UTC.

        Where the clock leaves out a time of fixed hours, it counts as if the clock had not changed yet; where
        it shows one twice, the first counts. What runs at any hour is left out or repeated with the clock.
        Raises ValueError where none comes.
        """
        day = moment.astimezone(zone).date() - timedelta(days=1)
        for _ in range(_FARTHEST_DAYS):
            later = [slot for slot in self._slots(day, zone) if slot > moment]
            if later:
                # A time that was left out before midnight falls on the day after.
                following = self._slots(day + timedelta(days=1), zone)
                return min([*later, *(slot for slot in following if slot > moment)])
            day += timedelta(days=1)
        raise ValueError("no such day comes")

    def _slots(self, day: date, zone: ZoneInfo) -> Iterator[datetime]:
        if day.month not in self.months or not self._is_day(day):
            return
        for hour in self.hours:
            for minute in self.minutes:
                local = datetime.combine(day, time(hour, minute), zone)
                first, second = (local.replace(fold=fold).astimezone(UTC) for fold in (0, 1))
                exists = first.astimezone(zone).replace(tzinfo=None) == local.replace(tzinfo=None)
                if exists or not self.any_hour:
                    yield first
                if exists and self.any_hour and second != first:
                    yield second

    def _is_day(self, day: date) -> bool:
        of_month, of_week = day.day in self.days, day.isoweekday() % 7 in self.weekdays
        return (of_month or of_week) if self.either_day else (of_month and of_week)


def parse_cron(text: str) -> Cron:
    """The times of an expression such as `15 3 * * *`; raises ValueError with a sentence."""
    fields = text.split(" ")
    if len(fields) != len(_RANGES):
        raise ValueError("Write five fields with a space between them, such as 15 3 * * *.")
    parsed = [_numbers(field, *limits) for field, limits in zip(fields, _RANGES, strict=True)]
    minutes, hours, days, months, weekdays = parsed
    either_day = not fields[2].startswith("*") and not fields[4].startswith("*")
    # 2024 has a 29 February.
    if not either_day and not any(min(days) <= monthrange(2024, month)[1] for month in months):
        raise ValueError(f"There is no day {min(days)} in these months.")
    return Cron(
        minutes=tuple(sorted(minutes)),
        hours=tuple(sorted(hours)),
        days=frozenset(days),
        months=frozenset(months),
        weekdays=frozenset(number % 7 for number in weekdays),
        any_hour=fields[1].startswith("*"),
        either_day=either_day,
    )


def _numbers(field: str, lowest: int, highest: int) -> set[int]:
    numbers: set[int] = set()
    for part in field.split(","):
        span, slash, step = part.partition("/")
        first, dash, last = span.partition("-")
        if span == "*":
            start, end = lowest, highest
        else:
            start = _number(first, field)
            end = _number(last, field) if dash else start
        by = _number(step, field) if slash else 1
        if not lowest <= start <= end <= highest or not by or (slash and span != "*" and not dash):
            raise ValueError(f"{field} is not right: numbers from {lowest} to {highest}, ranges and steps.")
        numbers.update(range(start, end + 1, by))
    return numbers


def _number(text: str, field: str) -> int:
    if not (text.isascii() and text.isdigit() and len(text) <= 2):
        raise ValueError(f"{field} is not right: write numbers, such as 1,15 or 9-17 or */5.")
    return int(text)
