"""What one offer costs by a book of rules: kinds, order, stacking, and why."""

from __future__ import annotations

from datetime import timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mtc.core.ids import uuid7
from mtc.pricing.services import Buyer, price
from tests.pricing.offers import MONDAY, modifiers, offer, rule


def test_without_rules_the_list_price_holds():
    result = price(offer(), 3, buyer=Buyer(), book=(), now=MONDAY)
    assert (result.unit, result.total, result.base) == (2999, 8997, 2999)
    assert result.trace == [{"step": "base", "label": "List price", "amount": 2999}]


def test_the_trace_tells_every_step():
    book = (rule(name="Spring"), rule(modifier={"type": "amount_off", "value": 99}, name="Less"))
    result = price(offer(), buyer=Buyer(), book=book, now=MONDAY)
    assert result.trace == [
        {"step": "base", "label": "List price", "amount": 2999},
        {"step": "rule", "rule_id": str(book[0].id), "rule_type": "time_based", "label": "Spring",
         "change": -300, "amount": 2699},
        {"step": "rule", "rule_id": str(book[1].id), "rule_type": "time_based", "label": "Less",
         "change": -99, "amount": 2600},
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("modifier", "expected"),
    [
        ({"type": "percent_off", "value": 3333}, 1999),
        ({"type": "percent_off", "value": 10_000}, 0),
        ({"type": "amount_off", "value": 5000}, 0),
        ({"type": "fixed_price", "value": 1500}, 1500),
        ({"type": "fixed_price", "value": 1500, "currency": "USD"}, 2999),
        ({"type": "wormhole", "value": 1}, 2999),
    ],
)
def test_modifiers(modifier, expected):
    assert price(offer(), buyer=Buyer(), book=(rule(modifier=modifier),), now=MONDAY).unit == expected


def test_a_rule_that_stops_ends_the_chain():
    stop = rule(modifier={"type": "fixed_price", "value": 2000, "stop": True})
    assert price(offer(), buyer=Buyer(), book=(stop, rule()), now=MONDAY).unit == 2000
    assert price(offer(), buyer=Buyer(), book=(rule(), stop, rule()), now=MONDAY).unit == 2000


@pytest.mark.parametrize(
    ("kind", "conditions", "facts", "applies"),
    [
        ("role_based", {"roles": ["dealer"]}, {"buyer": Buyer("dealer")}, True),
        ("role_based", {"roles": ["gold"]}, {"buyer": Buyer("dealer", "gold")}, True),
        ("role_based", {"roles": ["dealer"]}, {"buyer": Buyer("press")}, False),
        ("role_based", {"roles": [""]}, {"buyer": Buyer()}, False),
        ("quantity", {"min": 3}, {"quantity": 3}, True),
        ("quantity", {"min": 3}, {"quantity": 2}, False),
        ("quantity", {"min": 3, "max": 5}, {"quantity": 6}, False),
        ("time_based", {"days": ["mon"]}, {}, True),
        ("time_based", {"days": ["tue", "sun"]}, {}, False),
        ("time_based", {"from": "18:00", "to": "18:30"}, {}, False),
        ("time_based", {"from": "18:30", "to": "19:00"}, {}, True),
        ("time_based", {"from": "22:00", "to": "18:31"}, {}, True),
        ("subscription", {}, {}, False),
        ("subscription", {}, {"recurring": True}, True),
        ("unknown", {}, {}, False),
        ("time_based", {"when": {"field": "price", "gt": 9000}}, {}, False),
        ("time_based", {"when": "broken"}, {}, False),
    ],
)
def test_kinds(kind, conditions, facts, applies):
    quantity = facts.pop("quantity", 1)
    given = {"buyer": Buyer(), "now": MONDAY, **facts}
    result = price(offer(1000), quantity, book=(rule(kind, conditions=conditions),), **given)
    assert result.unit == (900 if applies else 1000)


def test_entities_and_windows():
    mine = offer(1000, collection_ids=frozenset({(shelf := uuid7())}))
    day = timedelta(days=1)
    for values, expected in (
        ({"entity_type": "product", "entity_id": mine.product_id}, 900),
        ({"entity_type": "product", "entity_id": uuid7()}, 1000),
        ({"entity_type": "category", "entity_id": shelf}, 900),
        ({"entity_type": "category", "entity_id": uuid7()}, 1000),
        ({"starts_at": MONDAY, "ends_at": MONDAY + day}, 900),
        ({"starts_at": MONDAY + day}, 1000),
        ({"ends_at": MONDAY}, 1000),
    ):
        assert price(mine, buyer=Buyer(), book=(rule(**values),), now=MONDAY).unit == expected


@settings(max_examples=200, deadline=None)
@given(st.integers(0, 10**9), st.integers(1, 100), st.lists(modifiers, max_size=5))
def test_a_price_is_never_negative_and_its_trace_adds_up(amount, quantity, some):
    result = price(
        offer(amount), quantity, buyer=Buyer(), book=tuple(rule(modifier=one) for one in some), now=MONDAY
    )
    assert result.unit >= 0
    assert result.total == result.unit * quantity
    assert amount + sum(step.get("change", 0) for step in result.trace) == result.unit
    assert result.trace[-1]["amount"] == result.unit
