"""U21: no entry where nothing was changed; money, moments and ids of an entry as people read them."""

from __future__ import annotations

import re
from typing import Any

import pytest

from mtc.audit.services import AuditedAction, record
from mtc.audit.values import words
from mtc.core.change_tracking import Change
from mtc.core.context import Actor
from mtc.core.db import unit_of_work
from mtc.core.tenancy import tenant_scope
from tests.admin.conftest import Shop
from tests.admin.people import Person
from tests.audit.log import entries
from tests.servers.database import both_databases

ANNA = Actor("staff", None, "Anna", "anna@acme.example")


@both_databases
def test_u21_what_is_saved_as_it_was_leaves_no_entry(shop: Shop, owner: Person) -> None:
    pool = f"{shop.url}/stock/{shop.variant}"
    for path, form in (
        (f"{pool}/level", {"low_at": "3"}),
        (f"{shop.url}/settings", {"name": "Acme", "tagline": "A line", "email": "hello@acme.example"}),
        (pool, {"keys": "TWICE-0001-KEY"}),
    ):
        assert owner.post(path, form).status_code in (200, 303), path
        before = len(entries())
        assert owner.post(path, form).status_code in (200, 303), path
        assert len(entries()) == before, (path, [one.summary for one in entries()[before:]])


@both_databases
def test_u21_adding_a_row_to_a_form_is_not_told_as_a_product(shop: Shop, owner: Person) -> None:
    before = len(entries())
    for _ in range(2):
        owner.post(f"{shop.url}/products/new", {"type": "game", "name": "New", "_op": "add"})
        owner.post(f"{shop.url}/products/new/game", {"name": "New", "_op": "variants-add"})
    assert [one.summary for one in entries()[before:]] == []


@both_databases
def test_u21_a_wrong_confirmation_closes_nothing(shop: Shop, person: Any) -> None:
    root = person("root")
    before = len(entries())
    root.post(f"/platform/tenants/{shop.world.tenant.slug}/status", {"status": "suspended", "confirm": "x"})
    assert [one.summary for one in entries()[before:]] == []


@both_databases
def test_u21_a_file_that_is_only_looked_at_adds_nothing(shop: Shop, owner: Person) -> None:
    before = len(entries())
    place = owner.post(f"{shop.url}/stock/{shop.variant}", {"keys": "Key;Note\nLOOK-1;x\nLOOK-2;y"})
    assert place.status_code == 303 and entries()[before:] == []
    sent = {"encoding": "utf-8", "separator": "semicolon", "quotes": "yes", "heading": "yes", "column": "1"}
    assert owner.post(place.headers["Location"], sent).status_code == 200
    assert [one.action for one in entries()[before:]] == ["admin.import_keys"]


@both_databases
def test_a_look_at_a_secret_is_told_although_nothing_changes(shop: Shop, owner: Person) -> None:
    for number in (1, 2):
        assert owner.post(f"{shop.url}/stock/search", {"key": "ACME"}).status_code == 200
        assert len(entries("admin.find_keys")) == number


def _entry(shop: Shop, *changes: Change) -> str:
    with tenant_scope(shop.world.id), unit_of_work():
        return str(record(AuditedAction("test", "Changed it"), ANNA, shop.world.id, changes).id)


def _text(answer: Any) -> str:
    assert answer.status_code == 200
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", answer.get_data(as_text=True)))


@both_databases
def test_u21_values_are_read_as_money_moments_and_names(shop: Shop, owner: Person) -> None:
    variant = Change("product_variant", "changed", "1", "SKU", {"price": [1999, 2500], "low_at": [5, 1999]})
    order = Change(
        "order", "changed", "2", "#1001",
        {"paid_amount": [0, 129900], "is_test": [False, True],
         "paid_at": [None, "2026-01-31T18:05:00+00:00"]},
        currency="JPY",
    )  # fmt: skip
    line = Change("stock_item", "changed", "3", "", {"variant_id": [None, str(shop.variant)]})
    which = _entry(shop, variant, order, line)
    page = _text(owner.get(f"{shop.url}/audit/{which}"))
    assert "€19.99 After: €25.00" in page.replace("  ", " ") and "1999" in page
    assert "129,900" in page and "1299.00" not in page
    assert "2026-01-31T" not in page and "31 January" in page
    assert "yes" in page and "True" not in page
    assert str(shop.variant) not in page.replace(f"/stock/{shop.variant}", "")
    assert str(shop.variant) not in _text(owner.get(f"{shop.url}/audit"))


@both_databases
def test_ids_are_resolved_with_as_many_statements_for_many_entries(
    shop: Shop, owner: Person, queries: Any
) -> None:
    def told(number: int) -> int:
        for _ in range(number):
            _entry(shop, Change("stock_item", "new", "3", "", {"variant_id": [None, str(shop.variant)]}))
        with queries() as seen:
            assert owner.get(f"{shop.url}/audit").status_code == 200
        return len(seen)

    owner.get(f"{shop.url}/audit")
    assert told(1) == told(15)


def test_long_lists_are_folded(shop: Shop, owner: Person) -> None:
    many = {f"field_{number}": [None, number] for number in range(12)}
    which = _entry(shop, *(Change("page", "changed", str(n), "Page", many) for n in range(7)))
    page = _text(owner.get(f"{shop.url}/audit/{which}"))
    assert "4 more fields" in page and "2 more changes" in page


@pytest.mark.parametrize(
    "name, said", [("order_item_id", "Order item"), ("price_data.compare_at", "Price data › compare at")]
)
def test_names_of_fields_are_words(name: str, said: str) -> None:
    assert words(name) == said
