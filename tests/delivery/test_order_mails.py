"""The mails of an order are written before the order is held, and from what it is when they are posted."""

from __future__ import annotations

from typing import Any

import pytest

from mtc.core.db import require_scope, unit_of_work
from mtc.core.tenancy import tenant_scope
from mtc.delivery.services import complete_manual, email_context, post_due, write_due
from mtc.delivery.services.order_emails import Due
from mtc.emails.models import Email
from mtc.emails.services.outbox import RenderedEmail, render_email
from mtc.orders.models import Order
from mtc.tasks.services import run_due
from tests.delivery.test_delivery import mails
from tests.orders.shop import Shop, bought, look, order_of
from tests.payments.test_webhooks import said, tell
from tests.servers.database import both_databases


@pytest.fixture
def paid(shop: Shop) -> Order:
    """An order of a key, which has been delivered, and of something that a person makes."""
    placed = order_of(shop, (shop.key, 1), (shop.manual, 1))
    tell(shop, said(shop, placed))
    return look(shop, placed.order.id)


def written(shop: Shop, order: Order) -> Due:
    with tenant_scope(shop.tenant_id, readonly=True):
        due = write_due(order.id)
    assert due is not None
    return due


def post(shop: Shop, order: Order, due: Due) -> None:
    with tenant_scope(shop.tenant_id), unit_of_work():
        post_due(order.id, due)


def mail_of_goods(shop: Shop) -> Email:
    [mail] = mails(shop, "keys")
    return mail


@both_databases
def test_no_lock_is_held_while_mails_are_written(
    shop: Shop, paid: Order, monkeypatch: pytest.MonkeyPatch
) -> None:
    held: list[bool] = []

    def watched(*given: Any, **more: Any) -> RenderedEmail:
        running = require_scope()
        outer = running.outer
        held.append(not running.readonly or (outer is not None and outer.writes))
        return render_email(*given, **more)

    monkeypatch.setattr(email_context, "render_email", watched)
    run_due()
    assert len(mails(shop, "order-received") + mails(shop, "keys")) == 2
    assert held == [False, False]


@both_databases
def test_what_was_delivered_meanwhile_is_in_the_mail(shop: Shop, paid: Order) -> None:
    due = written(shop, paid)
    [line] = [item for item in paid.items if item.variant_id == shop.manual]
    with tenant_scope(shop.tenant_id), unit_of_work():
        complete_manual(line.id, "It is painted.")
    post(shop, paid, due)
    assert "It is painted." in mail_of_goods(shop).body_text
    run_due()
    assert "It is painted." in mail_of_goods(shop).body_text


@both_databases
def test_what_is_the_same_is_not_written_again(
    shop: Shop, paid: Order, monkeypatch: pytest.MonkeyPatch
) -> None:
    due = written(shop, paid)
    monkeypatch.setattr(email_context, "render_email", lambda *_, **__: pytest.fail("was written again"))
    post(shop, paid, due)
    assert due.goods is not None
    assert mail_of_goods(shop).body_text == due.goods.text
    assert len(mails(shop, "order-received")) == 1


def test_mails_written_twice_are_posted_once(shop: Shop, paid: Order) -> None:
    first, second = written(shop, paid), written(shop, paid)
    post(shop, paid, first)
    post(shop, paid, second)
    assert len(mails(shop, "order-received") + mails(shop, "keys")) == 2


def test_keys_do_not_wait_for_a_receipt_that_cannot_be_written(
    shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    def breaks(template: str, *given: Any, **more: Any) -> RenderedEmail:
        if template == "order-received":
            raise LookupError("a fault in the template")
        return render_email(template, *given, **more)

    monkeypatch.setattr(email_context, "render_email", breaks)
    bought(shop, (shop.key, 1))
    assert (len(mails(shop, "order-received")), len(mails(shop, "keys"))) == (0, 1)
