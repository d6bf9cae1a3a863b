"""MTC_PRODUCTION: nobody pays with test cards, and what is there to try or to develop is switched off."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from click.testing import CliRunner
from flask import Flask

from mtc import lifecycle
from mtc.cli import main
from mtc.config import load
from mtc.core.context import Actor
from mtc.core.db import session, unit_of_work
from mtc.core.errors import NotFoundError
from mtc.core.tenancy import platform_scope, tenant_scope
from mtc.demo.welcome import ROOT_EMAIL
from mtc.identity.models import User
from mtc.identity.services import create_user
from mtc.orders.queries import order_by_number
from mtc.payments import queries
from mtc.payments.models import Payment
from mtc.payments.services import credentials_of, ensure_test_gateway, mark_paid, save_gateway
from mtc.payments.services.gateways import is_open
from mtc.payments.services.methods import payment_methods, switch_method, update_method
from mtc.payments.types.test import signed
from mtc.platform.services import NewTenant, open_tenant
from mtc.server import StartError
from mtc.tenants.services import update_store
from tests.storefront.conftest import BUYER, Browser, Shop, settle

PAY = {"choice": "pay", "card_number": "4242 4242 4242 4242"}


@pytest.fixture
def in_earnest(site: Flask, monkeypatch: pytest.MonkeyPatch) -> Callable[[], None]:
    """`in_earnest()`: from now on the installation is one for selling in earnest."""

    def switch() -> None:
        monkeypatch.setitem(site.config, "MTC", replace(site.config["MTC"], production=True, demo=False))

    return switch


def _to_pay(browser: Browser, shop: Shop) -> str:
    """An order that waits for its payment; the address of the test provider's page."""
    browser.post("/cart/add", {"variant_id": str(shop.key_variant), "quantity": "1"})
    return str(browser.post("/checkout", {**BUYER, "payment_method": "test"}).location)


def _paid(shop: Shop) -> list[str]:
    with tenant_scope(shop.tenant_id, readonly=True), unit_of_work():
        return [one.status for one in session.query(Payment)]


def test_nobody_pays_with_a_test_card(
    browser: Browser, shop: Shop, site: Flask, in_earnest: Callable[[], None]
) -> None:
    """Neither anew nor where a page was open, a decision on its way, or a notification signed."""
    page, late = _to_pay(browser, shop), Browser(site.test_client(), browser.base, shop.tenant_id)
    decided = _to_pay(late, shop)
    assert late.post(decided, PAY).status_code == 303
    with tenant_scope(shop.tenant_id, readonly=True), unit_of_work():
        gateway = queries.gateway_by_slug("test")
        assert gateway is not None
        secrets = credentials_of(gateway)
        ref = session.query(Payment).first().provider_ref
    assert is_open(gateway)
    in_earnest()
    settle()
    assert not is_open(gateway)
    assert browser.get(page).status_code == 404
    assert browser.post(page, PAY).status_code == 404
    said = {"id": "e1", "type": "payment.succeeded", "payment": ref, "account": secrets["account"]}
    headers, body = signed({**said, "amount": 2999, "currency": "EUR"}, secrets["secret"])
    told = browser.client.post("/webhooks/payments/test", base_url=browser.base, headers=headers, data=body)
    assert told.status_code == 404
    fresh = Browser(site.test_client(), browser.base, shop.tenant_id)
    fresh.post("/cart/add", {"variant_id": str(shop.file_variant), "quantity": "1"})
    assert "Test card" not in fresh.get("/checkout").text
    refused = fresh.post("/checkout", {**BUYER, "payment_method": "test"})
    assert refused.status_code == 422 and "This store takes no payments yet" in refused.text
    assert _paid(shop) == ["pending", "pending"]


def test_the_control_a_decision_on_its_way_is_booked(browser: Browser, shop: Shop) -> None:
    """Without the setting, what the test above refuses is paid."""
    assert browser.post(_to_pay(browser, shop), PAY).status_code == 303
    settle()
    assert _paid(shop) == ["succeeded"]


def test_new_tenants_get_no_test_payments(shop: Shop, in_earnest: Callable[[], None]) -> None:
    in_earnest()
    with platform_scope("open a tenant"), unit_of_work():
        root = create_user("root@mtc.example", "Root", "a mild winter in Graz", is_super_admin=True)
        actor = Actor("super_admin", root.id, "Root", permissions=frozenset({"platform"}))
        made, _ = open_tenant(NewTenant("earnest", "Earnest", "e@earnest.example", "EUR", "slate"), actor)
    with tenant_scope(made.id), unit_of_work():
        assert queries.all_gateways() == []
        for make in (ensure_test_gateway, lambda: save_gateway("test", "cards", "Cards", {}, {})):
            with pytest.raises(NotFoundError, match="Test payments are switched off"):
                make()


def test_a_new_store_is_paid_by_bank_transfer(
    browser: Browser, shop: Shop, in_earnest: Callable[[], None]
) -> None:
    """With production settings nothing else is needed: an account, an order, the money, the goods."""
    with tenant_scope(shop.tenant_id), unit_of_work():
        update_store(shop.tenant_id, shop.store_id, mode="live")
    in_earnest()
    with tenant_scope(shop.tenant_id), unit_of_work():
        assert [one.slug for one in payment_methods()] == ["manual", "free"]
        update_method("manual", config={"holder": "Acme Ltd", "iban": "DE89370400440532013000"})
        switch_method("manual", True)
    for variant in (shop.key_variant, shop.file_variant):
        browser.post("/cart/add", {"variant_id": str(variant), "quantity": "1"})
    form = browser.get("/checkout").text
    assert "Bank transfer" in form and "Place the order" in form and "Test" not in form
    placed = browser.post("/checkout", {**BUYER, "payment_method": "manual"}).location
    page = browser.get(placed).text
    for part in ("DE89 3704 0044 0532 0130 00", "RF40 1001", "€41.99", "<svg", "Pay by bank transfer"):
        assert part in page
    assert "Test order" not in page and "guide.zip" not in page
    with tenant_scope(shop.tenant_id), unit_of_work():
        order = order_by_number("1001")
        assert order is not None and order.is_test is False
        mark_paid(order.id, "Statement 1")
    settle()
    page = browser.get(placed).text
    assert "guide.zip" in page and "Reveal" in page and "Thank you, it is yours" in page


def test_commands_that_are_for_trying_are_refused(tmp_path: Any) -> None:
    environment = {"MTC_VAR": str(tmp_path / "var"), "MTC_PRODUCTION": "yes", "MTC_SECRET_KEY": "s" * 40}
    environment["MTC_KEYRING"] = "k1:MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY="
    for words in (["demo"], ["demo", "--reset"], ["bench"]):
        done = CliRunner().invoke(main, words, env=environment)
        sentence = f"mtc: `mtc {words[0]}` is switched off here, because MTC_PRODUCTION is set.\n"
        assert (done.exit_code, done.output) == (1, sentence)
    assert load(environment).demo is False
    assert load({**environment, "MTC_DEMO": "yes"}).demo is False
    assert load({**environment, "MTC_PRODUCTION": "no"}).demo is True


def test_a_database_with_the_demos_log_ins_is_refused(
    site: Flask, in_earnest: Callable[[], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(lifecycle, "flask_app", lambda: site)
    monkeypatch.setattr(lifecycle, "needs_migration", lambda _app: False)
    in_earnest()
    lifecycle.prepare()
    with platform_scope("the demo's super admin"), unit_of_work() as work:
        work.add(User(email=ROOT_EMAIL, email_lc=ROOT_EMAIL, name="Robin"))
    with pytest.raises(StartError, match="demo's log-ins are in this database"):
        lifecycle.prepare()
