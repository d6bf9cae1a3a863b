"""Each of the staff gets mails in the language that they chose in their account, others in English."""

from __future__ import annotations

from datetime import timedelta

import pytest

from mtc.core import clock
from mtc.core.db import session, unit_of_work
from mtc.core.i18n import use_locale
from mtc.core.tenancy import platform_scope, tenant_scope
from mtc.identity.models import TenantUser, User
from mtc.notifications.services import email_sender_alert, set_preference
from mtc.notifications.services.staff_email import first_store
from mtc.payments.services import mark_paid
from mtc.senders.models import MailSender
from mtc.tasks.services import run_due
from tests.fakes.ports import FakePorts
from tests.orders.shop import Shop, bought, go_live, order_of, with_transfer

Staff = dict[str, TenantUser]


@pytest.fixture
def german_manager(staff: Staff) -> None:
    with platform_scope("choose a language for a test"), unit_of_work():
        session.get_one(User, staff["manager"].user_id).locale = "de"


def _sent(ports: FakePorts, kind: str) -> dict[str, tuple[str, str, str]]:
    return {
        one.to.partition("@")[0]: (one.subject, one.text, one.html or "")
        for one in ports.mail.sent
        if kind in one.text
    }


@pytest.mark.usefixtures("german_manager")
def test_stock_and_sales_are_told_in_the_language_of_each_reader(
    shop: Shop, staff: Staff, ports: FakePorts
) -> None:
    bought(shop, (shop.key, 3))
    low = _sent(ports, "/admin/acme/stock/")
    assert {name: subject for name, (subject, _, _) in low.items()} == {
        "manager": "Noch 5: Star Harbour, Standard",
        "owner": "5 left: Star Harbour, Standard",
    }
    assert "5 Schlüssel sind noch da" in low["manager"][1] and '<html lang="de"' in low["manager"][2]
    assert "Niedriger Bestand und ausverkauft" in low["manager"][1], "the name of the topic"
    assert "5 keys are left" in low["owner"][1] and '<html lang="en"' in low["owner"][2]

    with_transfer(shop)
    go_live(shop)
    with tenant_scope(shop.tenant_id), unit_of_work():
        set_preference(staff["manager"].id, "sale", True)
    placed = order_of(shop, (shop.file, 1), email="a@example.org", payment_method="manual")
    with tenant_scope(shop.tenant_id), unit_of_work(), use_locale("ar"):
        mark_paid(placed.order.id)
    run_due()
    number = placed.order.order_number
    sales = _sent(ports, f"/admin/acme/orders/{number}")
    assert {name: subject for name, (subject, _, _) in sales.items()} == {
        "manager": f"Neue Bestellung {number}: 12,00 €",
        "owner": f"New order {number}: €12.00",
    }


@pytest.mark.usefixtures("german_manager")
def test_alerts_of_the_sender_and_its_notes_are_in_the_language_of_each_reader(
    shop: Shop, staff: Staff, ports: FakePorts
) -> None:
    failing = clock.now() - timedelta(hours=1)
    note = "There are several SPF records, so receivers ignore all of them. Make one out of them."
    with tenant_scope(shop.tenant_id), unit_of_work():
        row = MailSender(
            tenant_id=shop.tenant_id, store_id=first_store().id, address="shop@acme.example",
            domain="acme.example", token="t", selector="s", public_key="p", private_key="k",
            status="verified", set_at=failing, failing_since=failing,
            results=[{"key": "ownership", "state": "differs", "found": [], "note": note}],
        )  # fmt: skip
        session.add(row)
        session.flush()
        session.get_one(TenantUser, (shop.tenant_id, staff["manager"].id)).permissions = ["settings:write"]
        session.flush()
        assert email_sender_alert(row.id, "one") == 2
    run_due()
    alerts = _sent(ports, "/settings/mail")
    assert alerts["manager"][0] == "Ein Eintrag von acme.example fehlt"
    assert alerts["owner"][0] == "A record of acme.example is missing"
    assert note in alerts["owner"][1] and note not in alerts["manager"][1]
    assert "SPF-Einträge" in alerts["manager"][1]
