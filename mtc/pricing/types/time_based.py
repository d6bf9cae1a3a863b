"""Prices at certain times: conditions {days: [mon…sun], from: HH:MM, to: HH:MM}, on the store's clock.

A span belongs to the day on which it begins, so that `sat` from 22:00 to 02:00 ends early on Sunday; one
that ends when it begins lasts until the same time of the next day. What counts is what the clock shows:
hours that it skips in spring give nothing, and those that come twice in autumn count both times. The
rule's own starts_at and ends_at bound it too, as they do for every kind.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from mtc.core.i18n import Sentence, _l
from mtc.pricing.registry import Facts, Kind, kinds

DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_TIME = re.compile(r"([01]?[0-9]|2[0-3]):([0-5][0-9])", re.ASCII)
_MIDNIGHT = 24 * 60


def _minutes(text: Any) -> int | None:
    """Minutes since midnight of a text such as 18:00; None when it is no time."""
    if text == "24:00":
        return _MIDNIGHT
    match = _TIME.fullmatch(text) if isinstance(text, str) else None
    return int(match[1]) * 60 + int(match[2]) if match else None


def is_on(conditions: Mapping[str, Any], local: datetime) -> bool:
    """Return whether the conditions hold while the store's clock shows this."""
    start, end = _minutes(conditions.get("from") or "00:00"), _minutes(conditions.get("to") or "24:00")
    if start is None or end is None:
        return False
    days = conditions.get("days") or DAYS
    begins_today, began_yesterday = (DAYS[(local.weekday() - back) % 7] in days for back in (0, 1))
    now = local.hour * 60 + local.minute
    if start < end:
        return begins_today and start <= now < end
    return (begins_today and now >= start) or (began_yesterday and now < end)


def holds(conditions: Mapping[str, Any], facts: Facts) -> bool:
    """Return whether the moment of the purchase lies in one of the spans."""
    return is_on(conditions, facts.local)


def faults(conditions: Mapping[str, Any]) -> dict[str, list[Sentence]]:
    """Return the errors of the conditions."""
    errors: dict[str, list[Sentence]] = {}
    days = conditions.get("days") or []
    if not isinstance(days, list) or any(day not in DAYS for day in days):
        errors["days"] = [_l("Choose days of the week.")]
    for name in ("from", "to"):
        value = conditions.get(name)
        if value and (_minutes(value) is None or (name == "from" and value == "24:00")):
            errors[name] = [_l("Enter a time such as 18:00.")]
    return errors


kinds.register("time_based", Kind("Times and days", holds, faults, ("days", "from", "to")))
