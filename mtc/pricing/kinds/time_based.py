"""Prices at certain times: conditions {days: [mon…sun], from: HH:MM, to: HH:MM}, in UTC.

The rule's own starts_at and ends_at bound it too, as they do for every kind.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from mtc.pricing.registry import Facts, Kind, kinds

DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_TIME = re.compile(r"([01]\d|2[0-3]):[0-5]\d")


def holds(conditions: Mapping[str, Any], facts: Facts) -> bool:
    """Whether it is one of the days, between the times; a span may cross midnight."""
    days = conditions.get("days")
    if days and DAYS[facts.now.weekday()] not in days:
        return False
    start, end = conditions.get("from") or "00:00", conditions.get("to") or "24:00"
    moment = f"{facts.now:%H:%M}"
    return start <= moment < end if start <= end else moment >= start or moment < end


def faults(conditions: Mapping[str, Any]) -> dict[str, list[str]]:
    """What is wrong with the conditions."""
    found: dict[str, list[str]] = {}
    days = conditions.get("days") or []
    if not isinstance(days, list) or any(day not in DAYS for day in days):
        found["days"] = ["Choose days of the week."]
    for name in ("from", "to"):
        value = conditions.get(name)
        if value and not (isinstance(value, str) and _TIME.fullmatch(value)):
            found[name] = ["Enter a time such as 18:00."]
    return found


kinds.register("time_based", Kind("Times and days", holds, faults, ("days", "from", "to")))
