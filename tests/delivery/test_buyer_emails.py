"""The buyer is told of money that goes back and of a key that was replaced, once each."""

from __future__ import annotations

from uuid import UUID

import pytest

from mtc.core.db import unit_of_work
from mtc.core.tenancy import tenant_scope
from mtc.delivery.handlers import refunded, replaced
from mtc.delivery.services import replace_key, reveal, save_method
from mtc.orders.events import OrderKeyReplaced
from mtc.payments.events import RefundSucceeded
from mtc.payments.services import refund
from mtc.tasks.services import run_due
from tests.delivery.test_delivery import mails, view
from tests.fakes.ports import FakePorts
from tests.orders.shop import Shop, bought


def test_u15_a_refund_is_told_with_its_amount_once(shop: Shop) -> None:
    order = bought(shop, (shop.key, 2), (shop.file, 1))
    with tenant_scope(shop.tenant_id), unit_of_work():
        [one] = refund(order.id, [(order.items[0].id, 1)], "internal words")
    assert mails(shop, "refund-sent") == []  # not before the provider has it
    run_due()
    with tenant_scope(shop.tenant_id), unit_of_work():
        refunded(
            RefundSucceeded(
                entity_id=order.id, refund_id=one.id, amount=one.amount, currency=one.currency, reason=""
            )
        )
    [mail] = mails(shop, "refund-sent")
    assert mail.recipient == order.email
    assert mail.subject == f"Refund of €29.99 for order {order.order_number}"
    assert "€29.99" in mail.body_text and "internal words" not in mail.body_text + mail.body_html


@pytest.mark.parametrize("with_key", [False, True])
def test_u15_a_replaced_key_is_told_and_mailed_only_where_keys_are_mailed(
    shop: Shop, ports: FakePorts, with_key: bool
) -> None:
    with tenant_scope(shop.tenant_id), unit_of_work():
        save_method("email", "keys", "Keys", {"include_keys": with_key})
    order = bought(shop, (shop.key, 1))
    [unit] = view(shop, order).lines[0].units
    with tenant_scope(shop.tenant_id), unit_of_work():
        fresh = replace_key(order.id, UUID(unit.id), "broken")
    run_due()
    with tenant_scope(shop.tenant_id), unit_of_work():
        faulty = UUID(unit.id)
        line = order.items[0].id
        replaced(
            OrderKeyReplaced(entity_id=order.id, order_item_id=line, unit=faulty, by=fresh, reason="broken")
        )
        value = reveal(order.id, fresh)
    [mail] = mails(shop, "key-replaced")
    [sent] = [one for one in ports.mail.sent if one.subject == f"A new key for order {order.order_number}"]
    assert (value in sent.text, value in (sent.html or "")) == (with_key, with_key)
    assert value not in mail.body_text + mail.body_html
    assert "Star Harbour" in sent.text and "broken" not in sent.text
