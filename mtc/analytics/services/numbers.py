"""Thirty days against the thirty before, and ninety days one by one, from one statement."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from mtc.analytics import queries
from mtc.analytics.services.shares import change, share
from mtc.core import clock
from mtc.core.local_time import day_start, local

DAYS = 90
PERIOD = 30


@dataclass(frozen=True, slots=True)
class Day:
    """One day of the store's clock; amounts in minor units."""

    day: date
    orders: int = 0
    revenue: int = 0
    refunded: int = 0


@dataclass(frozen=True, slots=True)
class Period:
    """So many days added up."""

    orders: int
    revenue: int
    refunded: int

    @property
    def average(self) -> int:
        """The average order value in minor units, 0 without orders."""
        return (self.revenue * 2 + self.orders) // (self.orders * 2) if self.orders else 0

    @property
    def refund_share(self) -> int:
        """The refunded part of the revenue in hundredths of a per cent."""
        return share(self.refunded, self.revenue)


@dataclass(frozen=True, slots=True)
class Numbers:
    """Numbers of the home page. `days` are the last 90, today last; no day is missing."""

    currency: str
    days: list[Day]
    now: Period
    before: Period

    def change(self, name: str) -> int | None:
        """By how many per cent orders, revenue or average changed; None when there was nothing before."""
        return change(getattr(self.now, name), getattr(self.before, name))


def store_numbers(currency: str, now: datetime | None = None) -> Numbers:
    """The numbers of the tenant's sales in this currency; one statement."""
    today = local(now or clock.now()).date()
    first = today - timedelta(days=DAYS - 1)
    rows = queries.sales_by_day(day_start(first), day_start(today + timedelta(days=1)), currency)
    by_day = {row.day: row for row in rows}
    days = []
    for number in range(DAYS):
        day = first + timedelta(days=number)
        row = by_day.get(day.isoformat())
        days.append(Day(day, row.orders, int(row.revenue), int(row.refunded)) if row else Day(day))
    return Numbers(currency, days, _sum(days[-PERIOD:]), _sum(days[-2 * PERIOD : -PERIOD]))


def _sum(days: list[Day]) -> Period:
    return Period(
        sum(day_numbers.orders for day_numbers in days),
        sum(day_numbers.revenue for day_numbers in days),
        sum(day_numbers.refunded for day_numbers in days),
    )
