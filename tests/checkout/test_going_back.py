"""What a buyer corrects after going back from the payment: address, name, country, way to pay."""

from __future__ import annotations

import sys
from typing import Any

import pytest

from mtc.checkout.services import Placed, place_order
from mtc.core.db import unit_of_work
from mtc.core.errors import ValidationError
from mtc.core.hooks import Reject
from mtc.core.tenancy import tenant_scope
from mtc.identity.services.customers import guest_customer, verify_address
from mtc.orders.services import claim_orders
from mtc.tasks.services import run_due
from tests.checkout.placing import counts, place
from tests.orders.shop import FORM, Shop, buyer, decide, fill_cart, look, with_transfer
from tests.servers.database import both_databases


@both_databases
def test_who_goes_back_and_corrects_the_address_is_the_buyer(shop: Shop) -> None:
    """The keys must not go to whoever owns the mistyped one."""
    token = fill_cart(shop, (shop.key, 1))

    def press(**form: str) -> Placed:
        with tenant_scope(shop.tenant_id), unit_of_work():
            return place_order(shop.store, token, buyer(**form))

    first = press(email="typo@example.org", country="IE")
    with tenant_scope(shop.tenant_id), unit_of_work():
        guest = guest_customer(shop.tenant_id, "typo@example.org")
        verify_address(guest)
        assert claim_orders(guest) == 1
    second = press(email="Right@example.org", name="Bea")
    assert (second.url, second.created, second.order.id) == (first.url, False, first.order.id)
    order = look(shop, first.order.id)
    assert (order.email, order.email_lc, order.country) == ("Right@example.org", "right@example.org", "DE")
    assert (order.customer_data["name"], order.customer_id, counts(shop)["Order"]) == ("Bea", None, 1)
    assert press(email="right@EXAMPLE.org", name="Bea").order.email == "Right@example.org"
    decide(shop, first)
    run_due()
    press(email="late@example.org")
    assert look(shop, order.id).email == "Right@example.org"


@pytest.mark.parametrize(
    "typed",
    [
        {"name": "Ada Lovelace"},
        {"country": "GB"},
        {"name": "", "country": "US"},
        {"email": "new@example.org"},
    ],
)
def test_whatever_is_corrected_after_going_back_is_kept(shop: Shop, typed: dict[str, str]) -> None:
    """woocommerce/woocommerce #58084, cocart-headless/cocart-community #546: what was typed first stayed."""
    token = fill_cart(shop, (shop.key, 1))
    first, wanted = place(shop, token), {**FORM, **typed}
    assert place(shop, token, **typed).order.id == first.order.id
    order = look(shop, first.order.id)
    assert (order.email, order.country, order.customer_data["name"]) == (
        wanted["email"],
        wanted["country"],
        wanted["name"],
    )
    assert counts(shop)["Order"] == counts(shop)["Payment"] == 1


def test_an_order_stays_in_the_account_when_only_its_name_is_corrected(shop: Shop) -> None:
    token = fill_cart(shop, (shop.key, 1))
    first = place(shop, token)
    with tenant_scope(shop.tenant_id), unit_of_work():
        ada = guest_customer(shop.tenant_id, FORM["email"])
        verify_address(ada)
        assert claim_orders(ada) == 1
    place(shop, token, name="Ada Lovelace")
    assert look(shop, first.order.id).customer_id == ada.id


@both_databases
def test_another_way_to_pay_that_is_chosen_after_going_back_counts(shop: Shop) -> None:
    """woocommerce/woocommerce-paypal-payments #4275, vippsas/vipps-woocommerce #14: the first way stayed."""
    transfer = with_transfer(shop)
    token = fill_cart(shop, (shop.key, 1))
    first = place(shop, token, payment_method="test")
    second = place(shop, token, payment_method=transfer)
    assert ("/pay/" in first.url, second.url.split("?")[0], second.order.id) == (
        True,
        "/orders/1001",
        first.order.id,
    )
    assert look(shop, first.order.id).payment_data["gateway"] == transfer
    assert counts(shop) == {**counts(shop), "Order": 1, "Payment": 2, "reserved": 1}
    assert place(shop, token, payment_method=transfer).url == second.url
    assert place(shop, token, payment_method="test").url == first.url
    assert counts(shop)["Payment"] == 2
    with pytest.raises(ValidationError):
        place(shop, token, payment_method="no-such-way")


def test_a_correction_passes_the_same_hooks(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    token = fill_cart(shop, (shop.key, 1))
    with tenant_scope(shop.tenant_id), unit_of_work():
        first = place_order(shop.store, token, buyer())

    def refuse(name: str, draft: Any) -> Any:
        if draft.email.startswith("evil"):
            raise Reject("Not you.")
        return draft

    for module in ("mtc.checkout.services.order_placement", "mtc.orders.services.buyer_correction"):
        with monkeypatch.context() as patch:
            patch.setattr(sys.modules[module], "run_before", refuse)
            with tenant_scope(shop.tenant_id), pytest.raises(Reject), unit_of_work():
                place_order(shop.store, token, buyer(email="evil@example.org"))
    assert look(shop, first.order.id).email == "Ada@Example.org"
