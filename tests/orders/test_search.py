"""What orders are found by: the terms, both ways to a page of them, and what keeps the terms right."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import select

from mtc.catalog.models import Product
from mtc.core.db import session, unit_of_work
from mtc.core.tenancy import tenant_scope
from mtc.orders import queries
from mtc.orders.models import Order, order_search
from mtc.orders.queries import OrderFilters, search
from mtc.orders.services.order_search import search_filters
from tests.orders.shop import Shop, fill_cart, look, order_of, place_again
from tests.servers.database import both_databases

ADA, BEN = "ada.lovelace@shop.example", "ben@lovelace.example"
TYPED = (
    "ada", "ovelac", "Lovelace Ada", "shop.example", "lace@", "@shop", "star", "standard", "STAR-HAR", "harb",
    "a", "o", "xq", "%", "_", "1001", "#10", "example", "lovelace.example", "ben love", "guide",
)  # fmt: skip


def found(shop: Shop, typed: str = "", **filters: Any) -> list[str]:
    with tenant_scope(shop.tenant_id, readonly=True), unit_of_work():
        page = queries.list_orders(search_filters(typed, OrderFilters(**filters)))
        return [row.order_number for row in page.items]


def test_every_part_of_three_letters_is_the_beginning_of_a_term() -> None:
    terms = search.terms_of("Q-1104", "Björn.Ångström@shop.example", "björn.ångström@shop.example", "Łukasz")
    for word in ("bjorn", "angstrom", "shop", "example", "lukasz"):
        for start in range(len(word)):
            for end in range(start + 3, len(word) + 1):
                part = word[start:end]
                assert any(term.startswith(part) for term in terms), part
    assert {"#q1104", "#1104", "@björn.ångström@shop.example"} <= terms
    assert not any(len(term) < 3 for term in terms)


def test_names_of_other_scripts_are_found_from_one_sign_on() -> None:
    terms = search.terms_of("1", "a@b.example", "a@b.example", "田中太郎")
    assert {"田中太郎", "中太郎", "太郎", "郎"} <= terms


def test_long_texts_have_few_terms_and_none_is_too_long() -> None:
    terms = search.terms_of("9" * 20, f"{'x' * 64}@{'y' * 63}.example", "z" * 254, "w" * 5000)
    assert max(map(len, terms)) == 40
    assert len(terms) < 300


@both_databases
def test_collecting_and_walking_find_the_same(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    order_of(shop, (shop.key, 1), email=ADA, name="Ada Lovelace")
    order_of(shop, (shop.file, 1), email=BEN, name="Ben")
    order_of(shop, (shop.file, 1), (shop.key, 1), email="c@other.example", name="Zoë Xu")
    collected = {typed: found(shop, typed) for typed in TYPED}
    assert collected["ovelac"] == ["1002", "1001"]
    assert collected["Lovelace Ada"] == collected["shop.example"] == collected["lace@"] == ["1001"]
    assert collected["lovelace.example"] == collected["ben love"] == ["1002"]
    assert collected["harb"] == collected["STAR-HAR"] == ["1003", "1001"]
    assert collected["guide"] == ["1003", "1002"]
    assert collected["xq"] == collected["%"] == collected["_"] == []
    monkeypatch.setattr(search, "MANY", -1)
    assert {typed: found(shop, typed) for typed in TYPED} == collected


@both_databases
def test_words_without_a_sign_stand_in_any_order_those_of_an_address_as_typed(shop: Shop) -> None:
    order_of(shop, (shop.key, 1), email="shop@example.ada", name="Zoë Ångström")
    assert found(shop, "angstrom zoe") == found(shop, "ngstr") == ["1001"]
    assert found(shop, "shop@example") == ["1001"]
    assert found(shop, "example@shop") == found(shop, "ada.example") == []


@both_databases
def test_beginnings_of_addresses_and_numbers_are_exact(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    order_of(shop, (shop.key, 1), email=ADA)
    order_of(shop, (shop.key, 1), email=f"xada@{'y' * 60}.example")
    for many in (5000, -1):
        monkeypatch.setattr(search, "MANY", many)
        assert (
            found(shop, email="ada")
            == found(shop, email="ADA.Love")
            == found(shop, number="1001")
            == ["1001"]
        )
        assert found(shop, email=f"xada@{'y' * 55}") == found(shop, number="1002") == ["1002"]
        assert found(shop, number="100") == ["1002", "1001"]
        assert found(shop, email="lovelace") == found(shop, number="001") == found(shop, number="%") == []


@both_databases
def test_a_corrected_buyer_is_found_by_what_is_right_alone(shop: Shop) -> None:
    token = fill_cart(shop, (shop.key, 1))
    first = place_again(shop, token, email="typo@wrong.example", name="Ada")
    assert found(shop, "wrong.example") == [first.order.order_number]
    second = place_again(shop, token, email="ada@right.example", name="Ada")
    assert second.order.id == first.order.id
    assert found(shop, "wrong") == found(shop, "typo") == []
    assert found(shop, "right.example") == found(shop, "ada") == [first.order.order_number]
    with tenant_scope(shop.tenant_id, readonly=True), unit_of_work():
        own = order_search.c.tenant_id == shop.tenant_id
        kept = set(session.scalars(select(order_search.c.term).where(own)))
    assert kept == search.terms_of(first.order.order_number, *["ada@right.example"] * 2, "Ada")


@both_databases
def test_what_was_sold_is_found_by_the_name_it_had(shop: Shop) -> None:
    order_of(shop, (shop.key, 1))
    with tenant_scope(shop.tenant_id), unit_of_work():
        item = look(shop, order_of(shop, (shop.key, 1)).order.id).items[0]
        session.get_one(Product, (shop.tenant_id, item.product_id)).name = "Moon Garden"
    order_of(shop, (shop.key, 1))
    assert found(shop, "star harbour") == found(shop, "Moon Gard") == ["1003", "1002", "1001"]


@both_databases
def test_counts_of_statuses_tell_test_orders_apart(shop: Shop) -> None:
    ids = [order_of(shop, (shop.key, 1)).order.id for _ in range(2)]
    with tenant_scope(shop.tenant_id), unit_of_work():
        for order_id, is_test, status in zip(ids, (False, True), ("pending", "cancelled"), strict=True):
            order = session.get_one(Order, (shop.tenant_id, order_id))
            order.is_test, order.status = is_test, status
    with tenant_scope(shop.tenant_id, readonly=True), unit_of_work():
        all_of_them = queries.status_counts()
        assert queries.status_counts(True) == {"cancelled": 1}
        assert queries.status_counts(False) == {"pending": 1}
    assert all_of_them == {"pending": 1, "cancelled": 1}
