"""From a cart to an order: once, at the server's price, or not at all."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import select

from mtc.catalog.models import ProductType, ProductVariant
from mtc.catalog.services import stock_reservation
from mtc.checkout.services import pay_again, place_order
from mtc.checkout.values import CONSENT as LAZY_CONSENT
from mtc.checkout.values import text_hash
from mtc.core.db import session, unit_of_work
from mtc.core.errors import AppError, ConflictError, NotFoundError, ValidationError
from mtc.core.tenancy import tenant_scope
from mtc.identity.services.customers import guest_customer, verify_address
from mtc.orders.services import claim_orders, get_order, open_order, secret_of
from mtc.payments.queries import payments_of
from mtc.pricing.models import PricingRule
from mtc.tasks.services import run_due
from tests.checkout.placing import counts, place
from tests.orders.shop import Shop, add_variant, bought, buyer, decide, fill_cart, look, order_of
from tests.servers.database import both_databases

CONSENT = LAZY_CONSENT.source


@both_databases
def test_pressing_twice_makes_one_order_and_one_payment(shop: Shop) -> None:
    token = fill_cart(shop, (shop.key, 2))
    first, second = place(shop, token), place(shop, token)
    assert (first.created, second.created) == (True, False)
    assert (first.order.id, first.url) == (second.order.id, second.url)
    assert counts(shop)["Order"] == counts(shop)["Payment"] == 1
    assert counts(shop)["reserved"] == 2
    decide(shop, first)
    run_due()
    third = place(shop, token)
    assert third.url.startswith("/orders/1001?t=")


@pytest.mark.parametrize(
    ("changes", "fields"),
    [
        ({"email": ""}, {"email"}),
        ({"email": "ada"}, {"email"}),
        ({"email": "a@b.example\nBcc: x@y.example"}, {"email"}),
        ({"email": ["x"]}, {"email"}),
        ({"email": "x" * 300 + "@example.org"}, {"email"}),
        ({"country": "XX"}, {"country"}),
        ({"country": ""}, {"country"}),
        ({"name": "A\x00"}, {"name"}),
        ({"name": "A" * 201}, {"name"}),
        ({"terms": ""}, {"terms"}),
        ({"consent": "no"}, {"consent"}),
        ({"expected_total": "-1"}, {"expected_total"}),
        ({"expected_total": "1e3"}, {"expected_total"}),
        (
            {"terms": "", "consent": "", "email": "x", "country": "?"},
            {"terms", "consent", "email", "country"},
        ),
        ({"payment_method": "nothing"}, {"payment_method"}),
    ],
)
def test_bad_forms_are_refused_whole(shop: Shop, changes: dict[str, Any], fields: set[str]) -> None:
    token, before = fill_cart(shop, (shop.key, 1)), counts(shop)
    with tenant_scope(shop.tenant_id), unit_of_work(), pytest.raises(ValidationError) as refused:
        place_order(shop.store, token, buyer(**changes))
    assert set(refused.value.details) == fields
    assert counts(shop) == before
    assert before["Order"] == before["Payment"] == before["reserved"] == 0
    assert place(shop, token).created is True


def test_a_refusal_leaves_nothing_even_when_the_caller_commits(shop: Shop) -> None:
    token = fill_cart(shop, (shop.file, 1), (shop.key, 6))
    order_of(shop, (shop.key, 5))
    before = counts(shop)
    with tenant_scope(shop.tenant_id), unit_of_work(), pytest.raises(ConflictError) as refused:
        place_order(shop.store, token, buyer())
    assert refused.value.details == {str(shop.key): ["Only 5 left. Choose 5 or fewer."]}
    assert counts(shop) == before
    with tenant_scope(shop.tenant_id), unit_of_work():
        assert order_number(shop) == "1002"


def order_number(shop: Shop) -> str:
    token = fill_cart(shop, (shop.file, 1))
    return str(place_order(shop.store, token, buyer()).order.order_number)


def test_the_price_is_the_servers(shop: Shop) -> None:
    token = fill_cart(shop, (shop.key, 1))
    with tenant_scope(shop.tenant_id), unit_of_work():
        row = session.get(ProductVariant, (shop.tenant_id, shop.key))
        assert row is not None
        row.price = 3999
    with tenant_scope(shop.tenant_id), pytest.raises(ConflictError) as refused, unit_of_work():
        place_order(shop.store, token, buyer(expected_total="2999"))
    assert list(refused.value.details) == ["total"]
    tampered = {"total": "1", "unit_price": "1", "currency": "JPY", "quantity": "-5"}
    assert place(shop, token, **tampered).order.total == 3999


def test_every_line_says_how_its_price_came_about(shop: Shop) -> None:
    with tenant_scope(shop.tenant_id), unit_of_work():
        session.add(
            PricingRule(
                tenant_id=shop.tenant_id,
                name="Ten off",
                entity_type="global",
                rule_type="time_based",
                conditions={},
                price_modifier={"type": "percent_off", "value": 1000},
                priority=10,
                is_active=True,
            )
        )
    placed = order_of(shop, (shop.key, 2), (shop.free, 1))
    order = look(shop, placed.order.id)
    assert (order.subtotal, order.discount, order.total) == (5998, 600, 5398)
    assert sum(item.total for item in order.items) == order.total
    assert [step["label"] for step in order.items[0].price_trace] == ["List price", "Ten off"]
    assert order.items[0].price_trace[-1]["amount"] == order.items[0].unit_price == 2699


def test_the_consent_is_kept_with_text_hash_and_time(shop: Shop) -> None:
    order = look(shop, order_of(shop, (shop.key, 1)).order.id)
    consent = order.customer_data["consent"]
    assert (consent["text"], consent["sha256"], consent["ip"]) == (
        CONSENT,
        text_hash(CONSENT),
        "198.51.100.7",
    )
    assert consent["at"].startswith("20")
    assert (order.email, order.email_lc, order.country) == ("Ada@Example.org", "ada@example.org", "DE")


@pytest.mark.parametrize("token", ["", "nothing", "x" * 5000])
def test_without_a_cart_there_is_no_order(shop: Shop, token: str) -> None:
    with tenant_scope(shop.tenant_id), pytest.raises(NotFoundError), unit_of_work():
        place_order(shop.store, token, buyer())


def test_an_emptied_cart_makes_no_order(shop: Shop) -> None:
    token = fill_cart(shop)
    with tenant_scope(shop.tenant_id), pytest.raises(ValidationError), unit_of_work():
        place_order(shop.store, token, buyer())
    assert counts(shop)["Order"] == 0


def test_a_declined_payment_can_be_tried_again(shop: Shop) -> None:
    placed = order_of(shop, (shop.key, 1))
    decide(shop, placed, "decline")
    run_due()
    with tenant_scope(shop.tenant_id), unit_of_work():
        order = get_order(placed.order.id)
        url = pay_again(order).url
        assert pay_again(order).url == url
        with pytest.raises(ValidationError):
            pay_again(order, "nothing")
    assert url != placed.url
    with tenant_scope(shop.tenant_id), unit_of_work():
        assert [one.status for one in payments_of(placed.order.id)] == ["failed", "pending"]


def test_guest_orders_are_claimed_with_a_verified_address(shop: Shop) -> None:
    bought(shop, (shop.file, 1))
    bought(shop, (shop.file, 1), email="other@example.org")
    with tenant_scope(shop.tenant_id), unit_of_work():
        ada = guest_customer(shop.tenant_id, "ada@example.org")
        assert claim_orders(ada) == 0
        verify_address(ada)
        assert claim_orders(ada) == 1
        assert claim_orders(ada) == 0
        assert open_order("1001", customer_id=ada.id).customer_id == ada.id
        with pytest.raises(NotFoundError):
            open_order("1002", customer_id=ada.id)


def test_the_order_of_another_tenant_is_not_found(shop: Shop, other_tenant: Any) -> None:
    order = order_of(shop, (shop.key, 1)).order
    with tenant_scope(shop.tenant_id), unit_of_work():
        secret = secret_of(look(shop, order.id))
    with tenant_scope(other_tenant.id), unit_of_work():
        for call in (lambda: open_order("1001", secret), lambda: get_order(order.id)):
            with pytest.raises(AppError):
                call()


def statements_of_an_order(shop: Shop, queries: Any, *lines: tuple[UUID, int]) -> list[str]:
    """What placing the order sends, without the facts it writes down."""
    token = fill_cart(shop, *lines)
    with tenant_scope(shop.tenant_id), unit_of_work(), queries() as seen:
        place_order(shop.store, token, buyer())
    facts = [one for one in seen if "INTO events" in one or "INTO tasks" in one]
    assert len(facts) <= 2
    return [one for one in seen if one not in facts]


@both_databases
def test_statements_of_an_order_of_three_lines(shop: Shop, queries: Any) -> None:
    order_of(shop, (shop.file, 1))  # the counter exists
    seen = statements_of_an_order(shop, queries, (shop.file, 1), (shop.manual, 1), (shop.free, 2))
    assert len(seen) == 12, "\n".join(seen)


@both_databases
def test_statements_of_an_order_from_pools_do_not_depend_on_their_number(shop: Shop, queries: Any) -> None:
    """Twelve as without pools, keys, counters and the share; several counters are locked in order first."""
    with tenant_scope(shop.tenant_id), unit_of_work():
        kind = session.scalars(select(ProductType)).first()
        assert kind is not None
        pools = [add_variant(shop.tenant_id, kind.id, f"Game {number}", 100, "pool") for number in range(10)]
        for variant in pools:
            stock_reservation.add_keys(variant, "\n".join(f"{variant}-{number}" for number in range(30)))
    order_of(shop, (shop.file, 1))
    for size, expected in ((1, 15), (3, 16), (10, 16)):
        lines = [(variant, number % 3 + 1) for number, variant in enumerate(pools[:size])]
        seen = statements_of_an_order(shop, queries, *lines)
        assert len(seen) == expected, "\n".join(seen)
        assert sum("UPDATE sequences" in one for one in seen) == 1
        assert sum("stock_items" in one for one in seen) == 1


def test_the_consent_says_what_article_16_m_asks_for() -> None:
    """Express consent to begin before the period ends, and the knowledge that the right is lost by it; the
    moment of payment, which is not that of delivery by hand, is promised nowhere."""
    assert "expressly agree" in CONSENT and "before the withdrawal period has ended" in CONSENT
    assert "acknowledge that I lose my right of withdrawal" in CONSENT
    assert "paid" not in CONSENT
