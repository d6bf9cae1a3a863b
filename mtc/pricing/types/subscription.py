"""Prices of purchases that recur; one-off purchases are never touched."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from mtc.core.i18n import Sentence
from mtc.pricing.registry import Facts, Kind, kinds


def holds(conditions: Mapping[str, Any], facts: Facts) -> bool:
    """Return whether the purchase recurs."""
    return facts.recurring


def faults(conditions: Mapping[str, Any]) -> dict[str, list[Sentence]]:
    """There is nothing to get wrong."""
    return {}


kinds.register("subscription", Kind("Recurring purchases", holds, faults))
