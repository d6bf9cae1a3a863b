"""Staff hear by mail of stock that runs out and of sales: once, those who want it, and nobody else."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select

from mtc.catalog.models import ProductVariant
from mtc.catalog.services import stock_reservation
from mtc.core import clock
from mtc.core.db import session, unit_of_work
from mtc.core.errors import NotFoundError
from mtc.core.tenancy import tenant_scope
from mtc.emails.models import Email
from mtc.events.models import Event
from mtc.identity.models import TenantUser
from mtc.notifications.services import preferences, send_alert, set_preference, stock_alerts
from mtc.orders.models import Order
from mtc.orders.services import cancel_order
from mtc.payments.services import mark_paid
from mtc.tasks.services import run_due
from tests.concurrency.test_notifications import at_once
from tests.fakes.ports import FakePorts
from tests.orders.shop import Shop, bought, go_live, order_of, with_transfer
from tests.servers.database import both_databases

Staff = dict[str, TenantUser]


def mails(shop: Shop, kind: str) -> list[tuple[str, str]]:
    with tenant_scope(shop.tenant_id), unit_of_work():
        query = select(Email.recipient, Email.subject).where(
            Email.tenant_id == shop.tenant_id, Email.kind == kind
        )
        return [(row.recipient, row.subject) for row in session.execute(query.order_by(Email.id))]


def switch(shop: Shop, member: TenantUser, topic: str, enabled: bool) -> None:
    with tenant_scope(shop.tenant_id), unit_of_work():
        set_preference(member.id, topic, enabled)


def alone(shop: Shop, staff: Staff) -> None:
    """Nobody but the owner hears of stock."""
    switch(shop, staff["manager"], "stock", False)


def add(shop: Shop, name: str, number: int) -> None:
    with tenant_scope(shop.tenant_id), unit_of_work():
        stock_reservation.add_keys(shop.key, "\n".join(f"{name}-{n}" for n in range(number)))
    run_due()


def test_those_who_may_manage_stock_are_told_what_is_left(shop: Shop, staff: Staff, ports: FakePorts) -> None:
    bought(shop, (shop.key, 3))
    subject = "5 left: Star Harbour, Standard"
    assert sorted(mails(shop, "stock-alert")) == [
        ("manager@acme.example", subject), ("owner@acme.example", subject),
    ]  # fmt: skip
    sent = next(one for one in ports.mail.sent if one.subject == subject)
    for text in (sent.text, sent.html or ""):
        for part in ("Star Harbour", "Standard", "5 keys are left", f"/admin/acme/stock/{shop.key}",
                     "/unsubscribe/"):  # fmt: skip
            assert part in text


Step = tuple[str, int, list[str]]
STORIES: dict[str, list[Step]] = {
    "falls by one key at a time": [("buy", 3, ["5 left"]), ("buy", 1, []), ("buy", 1, []),
                                   ("buy", 3, ["Sold out"])],
    "from plenty to nothing": [("buy", 8, ["Sold out"])],
    "refilled above the level": [("buy", 8, ["Sold out"]), ("add", 8, []), ("buy", 3, ["5 left"])],
    "refilled below the level": [("buy", 8, ["Sold out"]), ("add", 2, []), ("buy", 1, []),
                                 ("buy", 1, ["Sold out"])],
    "given back and taken": [("hold", 3, ["5 left"]), ("cancel", 0, []), ("hold", 3, []), ("cancel", 0, [])],
    "given back a day ago": [("hold", 3, ["5 left"]), ("cancel", 0, []), ("day", 0, []),
                             ("hold", 3, ["5 left"])],
}  # fmt: skip


@both_databases
@pytest.mark.parametrize("story", STORIES.values(), ids=STORIES)
def test_once_for_each_crossing(
    shop: Shop, staff: Staff, story: list[Step], monkeypatch: pytest.MonkeyPatch
) -> None:
    alone(shop, staff)
    held: Any = None
    for number, (deed, size, expected) in enumerate(story):
        before = len(mails(shop, "stock-alert"))
        if deed == "buy":
            bought(shop, (shop.key, size), email=f"b{number}@example.org")
        elif deed == "hold":
            held = order_of(shop, (shop.key, size), email=f"b{number}@example.org").order
            run_due()
        elif deed == "add":
            add(shop, f"FRESH{number}", size)
        elif deed == "day":
            later = clock.now() + timedelta(days=1, minutes=1)
            monkeypatch.setattr(clock, "now", lambda later=later: later)
        else:
            with tenant_scope(shop.tenant_id), unit_of_work():
                cancel_order(held.id)
            run_due()
        found = [subject.partition(":")[0] for _, subject in mails(shop, "stock-alert")[before:]]
        assert found == expected, (number, deed)


@both_databases
@pytest.mark.parametrize("guarded", [True, False], ids=["guarded", "control"])
def test_of_six_at_once_one_tells(
    shop: Shop, staff: Staff, guarded: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    alone(shop, staff)
    with tenant_scope(shop.tenant_id), unit_of_work():
        session.get_one(ProductVariant, (shop.tenant_id, shop.key)).available = 2
    if not guarded:
        monkeypatch.setattr(stock_alerts, "_claim", lambda *_: True)

    def tell(_number: int) -> int:
        with tenant_scope(shop.tenant_id), unit_of_work():
            return send_alert(shop.key)

    assert sorted(at_once(tell, 6)) == ([0] * 5 + [1] if guarded else [1] * 6)


def test_the_level_is_that_of_the_variant(shop: Shop, staff: Staff) -> None:
    alone(shop, staff)
    with tenant_scope(shop.tenant_id), unit_of_work():
        session.get_one(ProductVariant, (shop.tenant_id, shop.key)).low_at = 2
    bought(shop, (shop.key, 5))
    assert mails(shop, "stock-alert") == []
    bought(shop, (shop.key, 1), email="b@example.org")
    assert [subject for _, subject in mails(shop, "stock-alert")] == ["2 left: Star Harbour, Standard"]


def _sold(shop: Shop, email: str) -> Order:
    placed = order_of(shop, (shop.file, 1), email=email, payment_method="manual")
    with tenant_scope(shop.tenant_id), unit_of_work():
        mark_paid(placed.order.id)
    run_due()
    return placed.order


def test_u15_a_sale_is_told_to_the_owner_and_to_who_asks_for_it(
    shop: Shop, staff: Staff, ports: FakePorts
) -> None:
    with_transfer(shop)
    go_live(shop)
    bought(shop, (shop.file, 1), email="test@example.org", payment_method="test")
    order = _sold(shop, "a@example.org")
    assert mails(shop, "new-order") == [
        ("owner@acme.example", f"New order {order.order_number}: €12.00"),
    ]  # fmt: skip
    sent = next(one for one in ports.mail.sent if one.subject.startswith("New order"))
    assert f"/admin/acme/orders/{order.order_number}" in sent.text and "Guide" in sent.text
    switch(shop, staff["owner"], "sale", False)
    switch(shop, staff["support"], "sale", True)
    _sold(shop, "b@example.org")
    assert [to for to, _ in mails(shop, "new-order")] == ["owner@acme.example", "support@acme.example"]


def test_nobody_gets_what_the_role_does_not_allow(shop: Shop, staff: Staff, other_tenant: Any) -> None:
    with tenant_scope(shop.tenant_id), unit_of_work():
        found = {one.recipient.email.partition("@")[0]: one.topics for one in preferences()}
    assert found == {
        "owner": {"stock": True, "sender": True, "sale": True},
        "manager": {"stock": True, "sale": False},
        "support": {"sale": False},
    }
    for member, topic in ((staff["support"], "stock"), (staff["gone"], "sale"), (staff["owner"], "x")):
        with pytest.raises(NotFoundError):
            switch(shop, member, topic, True)
    with tenant_scope(other_tenant.id), unit_of_work(), pytest.raises(NotFoundError):
        set_preference(staff["owner"].id, "sale", False)
    with tenant_scope(shop.tenant_id), unit_of_work():
        query = select(Event).where(Event.tenant_id == shop.tenant_id, Event.name == "notification.switched")
        assert session.execute(query).all() == []
