"""Filters and sorting by price look at what the shopper would pay for a variant that can be bought now."""

from __future__ import annotations

import random
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from mtc.catalog import queries
from mtc.catalog.presenters import cards, detail
from mtc.catalog.queries import Filters
from mtc.catalog.services import collections, stock_reservation, variants
from mtc.core import clock
from mtc.core.context import Actor, Context, use
from mtc.core.db import session, unit_of_work
from mtc.identity.models import Customer
from mtc.pricing.services import rules
from tests.catalog.conftest import BY_HAND
from tests.servers.database import both_databases

pytestmark = both_databases


def variant(price: int, *, keys: int | None = None, **more: Any) -> dict[str, Any]:
    """One that always sells, or one of a pool that gets so many keys."""
    source = "unlimited" if keys is None else "pool"
    return {"price": price, "stock_source": source, "delivery_data": BY_HAND if keys is None else {}, **more}


def found(low: int | None, high: int | None) -> list[str]:
    with unit_of_work():
        page = queries.products(Filters(price_min=low, price_max=high), sort="name")
    return [row.name for row in page.items]


def sorted_by(sort: str) -> list[str]:
    """All names, read in pages of two, forwards; backwards must give the same."""
    names: list[str] = []
    after = ""
    with unit_of_work():
        while True:
            page = queries.products(Filters(), sort=sort, after=after, limit=2)
            names += [row.name for row in page.items]
            if page.next is None:
                return names
            after = page.next


def rule(**values: Any) -> None:
    modifier = values.pop("off", {"type": "percent_off", "value": 5000})
    given = {"name": "Rule", "rule_type": "quantity", "conditions": {"min": 1}, "price_modifier": modifier}
    with unit_of_work():
        rules.create({**given, **values})


@pytest.mark.parametrize(
    ("low", "high", "is_found"),
    [
        (2000, 5000, False), (500, 2000, True), (5000, 20000, True), (5000, None, True), (None, 5000, True),
        (1000, 1000, True), (10000, 10000, True), (1001, 9999, False), (None, 999, False),
        (10001, None, False), (500, 20000, True), (0, 0, False), (5000, 2000, False), (1000, 5000, True),
        (5000, 10000, True),
    ],
)  # fmt: skip
def test_b42_some_variant_lies_between_the_prices(
    make: Callable[..., Any],
    low: int | None,
    high: int | None,
    is_found: bool,
) -> None:
    make("Two", variants=[variant(1000), variant(10000)])
    assert found(low, high) == (["Two"] if is_found else [])


def test_b42_sold_out_and_switched_off_variants_do_not_count(make: Callable[..., Any]) -> None:
    made = make("Two", variants=[variant(1000, keys=0), variant(5000), variant(9000), variant(7000)])
    rows = queries.variants_of(made.id)
    with unit_of_work():
        variants.update(rows[3].id, {"is_active": False})
    assert found(500, 2000) == [] and found(None, 4999) == [] and found(6000, 8000) == []
    assert found(4000, 6000) == found(8000, 9000) == ["Two"]
    with unit_of_work():
        stock_reservation.add_keys(rows[0].id, "AAAA-1111\nAAAA-2222")
    assert found(500, 2000) == ["Two"]


def test_u5_cards_and_sorting_ignore_what_is_sold_out(make: Callable[..., Any]) -> None:
    make("Low but gone", variants=[variant(100, keys=0, compare_at=900), variant(5000, compare_at=6000)])
    make("Middle", variants=[variant(3000)])
    gone = make("All gone", variants=[variant(700, keys=0), variant(400, keys=0)])
    assert sorted_by("price-asc") == ["All gone", "Middle", "Low but gone"]
    assert sorted_by("price-desc") == ["Low but gone", "Middle", "All gone"]
    with unit_of_work():
        shown = {one.name: one for one in cards(queries.products(Filters(), sort="name").items)}
    low = shown["Low but gone"]
    assert (low.price["amount"], low.price["from"], low.discount_percent) == (5000, False, 16)
    assert low.compare_at.amount == 6000 and low.single_variant is False
    assert (shown["All gone"].price["amount"], shown["All gone"].price["from"]) == (400, True)
    assert shown["All gone"].in_stock is False
    assert found(None, 1000) == []
    with unit_of_work():
        stock_reservation.add_keys(queries.variants_of(gone.id)[0].id, "AAAA-1111")
    with unit_of_work():
        card = cards([queries.by_slugs(["all-gone"])["all-gone"]])[0]
    assert (card.price["amount"], card.price["from"], card.in_stock) == (700, False, True)
    assert found(500, 1000) == ["All gone"]


def test_u5_the_page_of_a_product_follows_the_chosen_variant(make: Callable[..., Any]) -> None:
    make("Pair", variants=[
        variant(750, keys=0, compare_at=1000, sku="GONE"),
        variant(4000, compare_at=5000, sku="A"),
        variant(8000, sku="B"),
    ])  # fmt: skip
    for selected, sku, percent in (("", "A", 20), ("B", "B", None), ("GONE", "GONE", 25)):
        with unit_of_work():
            page = detail(queries.product_by_slug("pair"), selected)  # type: ignore[arg-type]
        chosen = [one for one in page.variants if one.selected]
        assert [(one.sku, one.discount_percent) for one in chosen] == [(sku, percent)]
        assert (page.price["amount"], page.discount_percent) == (4000, 20)


def test_b42_prices_are_those_that_rules_make(make: Callable[..., Any]) -> None:
    with unit_of_work():
        shelf = collections.create({"name": "Sale"}).id
    make("Whole", variants=[variant(4000)])
    make("Half", variants=[variant(6000), variant(9999, keys=0)], collections=["sale"])
    rule(entity_type="category", entity_id=str(shelf))
    assert found(2500, 3500) == ["Half"] and found(5500, 6500) == []
    assert sorted_by("price-asc") == ["Half", "Whole"] and sorted_by("price-desc") == ["Whole", "Half"]
    rule(name="Later", starts_at=clock.now() + timedelta(days=1))
    assert found(2500, 3500) == ["Half"]


def test_b42_prices_for_a_role_are_those_of_its_customers(make: Callable[..., Any], scope: Any) -> None:
    make("Thing", variants=[variant(4000)])
    rule(conditions={"when": {"field": "customer.registered", "eq": True}, "min": 1})
    assert found(4000, 4000) == ["Thing"] and found(2000, 2000) == []
    with unit_of_work():
        who = Customer(tenant_id=scope.id, email="a@b.example", email_lc="a@b.example", password_hash="x")
        session.add(who)
    actor = Actor("customer", who.id)
    with use(Context(tenant_id=scope.id, actor=actor)):
        assert found(2000, 2000) == ["Thing"] and found(4000, 4000) == []


MODIFIERS = ["percent_off", "amount_off", "fixed_price"]
CONDITIONS = [
    {}, {"field": "price", "gt": 3000}, {"field": "price", "between": [1000, 4000]},
    {"field": "product.type", "eq": "game"}, {"not": {"field": "product.sku", "starts_with": "S-1"}},
    {"any": [{"field": "product.sku", "in": ["S-0", "S-3"]}, {"field": "price", "lte": 2000}]},
    {"field": "quantity", "gte": 2}, {"field": "product.type", "ne": "game"},
]  # fmt: skip


@pytest.mark.parametrize("seed", range(12))
def test_b42_sql_and_calculator_agree_whatever_the_rules(make: Callable[..., Any], seed: int) -> None:
    dice = random.Random(seed)
    number = iter(range(100))
    for name in "ABCDE":
        some = [
            variant(dice.randrange(1, 6000), keys=dice.choice([None, None, 0]), sku=f"S-{next(number)}")
            for _ in range(dice.randrange(1, 4))
        ]
        make(name, variants=some)
    ids = [queries.product_by_slug(name).product.id for name in "abcde"]  # type: ignore[union-attr]
    for step in range(dice.randrange(1, 6)):
        off = {"type": dice.choice(MODIFIERS), "value": dice.randrange(0, 9000), "stop": dice.random() < 0.3}
        about: dict[str, Any] = {"entity_type": "global"}
        if dice.random() < 0.4:
            about = {"entity_type": "product", "entity_id": str(dice.choice(ids))}
        condition = dice.choice(CONDITIONS)
        when = {"min": 1, **({"when": condition} if condition else {})}
        rule(name=f"R{step}", off=off, priority=dice.randrange(100), conditions=when, **about)
    with unit_of_work():
        shown = cards(queries.products(Filters(), sort="name").items)
        pages = [detail(queries.product_by_slug(name)) for name in "abcde"]  # type: ignore[arg-type]
    prices = {one.name: one.price["amount"] for one in shown}
    assert sorted_by("price-asc") == sorted(prices, key=lambda name: (prices[name], ids["ABCDE".index(name)]))
    for _ in range(8):
        low, high = sorted(dice.randrange(0, 6000) for _ in range(2))
        fitting = [
            page.name for page in pages
            if any(one.in_stock and low <= one.price.amount <= high for one in page.variants)
        ]  # fmt: skip
        assert found(low, high) == fitting
