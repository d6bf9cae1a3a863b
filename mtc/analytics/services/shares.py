"""Shares and changes as people read them."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal


def share(part: int, whole: int) -> int:
    """Return the part's share of the whole, in hundredths of a per cent, half up; 0 of nothing."""
    if whole == 0:
        return 0
    return int((Decimal(part) * 10_000 / whole).quantize(Decimal(1), rounding=ROUND_HALF_UP))


def change(now: int, before: int) -> int | None:
    """By how many per cent a number has changed, half up; None when there was nothing before."""
    if before == 0:
        return None
    return int((Decimal(now - before) * 100 / before).quantize(Decimal(1), rounding=ROUND_HALF_UP))
