"""Offers and rules without a database, and changes of a price to make rules of."""

from __future__ import annotations

from datetime import UTC, datetime

from hypothesis import strategies as st

from mtc.catalog.registry import Offer
from mtc.core.ids import uuid7
from mtc.pricing.queries import Rule

MONDAY = datetime(2026, 3, 2, 18, 30, tzinfo=UTC)
TEN_OFF = {"type": "percent_off", "value": 1000}


def offer(amount: int = 2999, **values) -> Offer:
    given = {"type_slug": "game", "collection_ids": frozenset(), "currency": "EUR", "compare_at": None}
    return Offer(variant_id=uuid7(), product_id=uuid7(), price=amount, **{**given, **values})


def rule(kind: str = "time_based", modifier=None, conditions=None, **values) -> Rule:
    base = {"entity_type": "global", "entity_id": None, "starts_at": None, "ends_at": None, "name": "Rule"}
    return Rule(
        **{**base, **values},
        id=uuid7(),
        rule_type=kind,
        conditions=conditions or {},
        modifier=modifier or TEN_OFF,
    )


modifiers = st.fixed_dictionaries(
    {
        "type": st.sampled_from(["percent_off", "amount_off", "fixed_price"]),
        "value": st.integers(0, 10_000),
        "stop": st.booleans(),
    }
)
