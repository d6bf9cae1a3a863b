"""A store opens only with its terms; while it is closed nothing is ordered, and what was bought stays."""

from __future__ import annotations

from typing import Any

import pytest
from flask import Flask

from mtc.checkout.services import close_store, open_store, place_order, setup_steps
from mtc.core.db import unit_of_work
from mtc.core.errors import ConflictError
from mtc.core.tenancy import tenant_scope
from mtc.payments.services import save_gateway
from mtc.tenants.services import StoreInfo, legal_pages, store_lookup
from tests.orders.shop import Shop, buyer, fill_cart, open_shop
from tests.servers.database import both_databases


def info() -> StoreInfo:
    """Acme as requests know it now."""
    store_lookup.clear()
    store = store_lookup.by_slug("acme")
    assert store is not None
    return store


@both_databases
def test_a_store_opens_with_its_terms_and_closes_again(app: Flask, tenant: Any) -> None:
    with tenant_scope(tenant.id), unit_of_work():
        close_store(info())
    assert not info().is_open
    with tenant_scope(tenant.id), unit_of_work(), pytest.raises(ConflictError, match="terms of sale first"):
        open_store(info())
    with tenant_scope(tenant.id), unit_of_work():
        legal_pages.save_draft(info(), "terms", "Terms", "Be kind.")
        legal_pages.publish(info(), "terms")
    assert not info().is_open
    with tenant_scope(tenant.id), unit_of_work():
        open_store(info())
    opened = info().opened_at
    assert info().is_open and opened is not None
    with tenant_scope(tenant.id), unit_of_work():
        open_store(info())
    assert info().opened_at == opened


def test_an_open_store_keeps_its_terms(app: Flask, tenant: Any) -> None:
    with tenant_scope(tenant.id), unit_of_work():
        legal_pages.save_draft(info(), "terms", "Terms", "Be kind.")
        legal_pages.publish(info(), "terms")
    with tenant_scope(tenant.id), unit_of_work(), pytest.raises(ConflictError, match="Close the store first"):
        legal_pages.unpublish(info(), "terms")
    with tenant_scope(tenant.id), unit_of_work():
        close_store(info())
        legal_pages.unpublish(info(), "terms")
    with tenant_scope(tenant.id, readonly=True), unit_of_work():
        assert legal_pages.published_page(info(), "terms") is None


def test_a_closed_store_takes_no_order_and_says_which_terms_an_order_accepted(
    app: Flask, tenant: Any
) -> None:
    shop = open_shop(tenant)
    with tenant_scope(tenant.id), unit_of_work():
        legal_pages.save_draft(info(), "terms", "Terms", "Be kind.")
        legal_pages.publish(info(), "terms")
    first, second = fill_cart(shop, (shop.key, 1)), fill_cart(shop, (shop.key, 1))
    with tenant_scope(tenant.id), unit_of_work():
        placed = place_order(info(), first, buyer())
        known = info().settings["legal"]["terms"]["en"]["sha256"]
        assert placed.order.customer_data["terms"]["document_sha256"] == known
    with tenant_scope(tenant.id), unit_of_work():
        close_store(info())
    with tenant_scope(tenant.id), unit_of_work(), pytest.raises(ConflictError, match="not open yet"):
        place_order(info(), second, buyer())
    with tenant_scope(tenant.id), unit_of_work():
        again = place_order(info(), first, buyer())
        assert (again.order.id, again.created) == (placed.order.id, False)


def test_the_steps_follow_from_facts(app: Flask, tenant: Any) -> None:
    def done() -> dict[str, bool]:
        with tenant_scope(tenant.id, readonly=True), unit_of_work():
            return {one.key: one.done for one in setup_steps(info())}

    assert done() == {"product": False, "payment": False, "terms": False, "imprint": False}
    shop: Shop = open_shop(tenant)  # products, a test gateway, terms
    assert shop.gateway.is_test
    assert done() == {"product": True, "payment": False, "terms": True, "imprint": False}
    with tenant_scope(tenant.id), unit_of_work():
        save_gateway("manual", "transfer", "Bank transfer", {"instructions": "Pay to X."})
        for kind in ("terms", "imprint"):
            legal_pages.save_draft(info(), kind, "Title", "Acme, Street 1")
            legal_pages.publish(info(), kind)
    assert done() == dict.fromkeys(("product", "payment", "terms", "imprint"), True)
