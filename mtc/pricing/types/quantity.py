"""Prices for buying several: conditions {min: pieces, max: pieces or null}, of one line."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from mtc.core.i18n import Sentence, _l
from mtc.pricing.registry import Facts, Kind, kinds


def holds(conditions: Mapping[str, Any], facts: Facts) -> bool:
    """Return whether the quantity of the line lies between the bounds."""
    most = conditions.get("max")
    return int(conditions.get("min") or 1) <= facts.quantity and (most is None or facts.quantity <= most)


def faults(conditions: Mapping[str, Any]) -> dict[str, list[Sentence]]:
    """Return the errors of the conditions."""
    least, most = conditions.get("min"), conditions.get("max")
    if type(least) is not int or not 1 <= least <= 1000:
        return {"min": [_l("Use a whole number from 1 to 1,000.")]}
    if most is not None and (type(most) is not int or most < least):
        return {"max": [_l("Leave this empty, or use a number that is not below the smallest quantity.")]}
    return {}


kinds.register("quantity", Kind("Quantity", holds, faults, ("min", "max")))
