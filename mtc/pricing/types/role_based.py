"""Prices for customers with a role: conditions {roles: [slug or price tier]}."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from mtc.core.i18n import Sentence, _l
from mtc.pricing.registry import Facts, Kind, kinds


def holds(conditions: Mapping[str, Any], facts: Facts) -> bool:
    """Return whether the buyer has one of the roles."""
    mine = {facts.buyer.role, facts.buyer.tier} - {""}
    return not mine.isdisjoint(conditions.get("roles", ()))


def faults(conditions: Mapping[str, Any]) -> dict[str, list[Sentence]]:
    """Return the errors of the conditions."""
    roles = conditions.get("roles")
    if not isinstance(roles, list) or not roles or not all(isinstance(role, str) and role for role in roles):
        return {"roles": [_l("Choose at least one role.")]}
    return {}


kinds.register("role_based", Kind("Customers with a role", holds, faults, ("roles",)))
