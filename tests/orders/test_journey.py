"""From a cart to what was bought, as a shopper goes."""

from __future__ import annotations

from sqlalchemy import select

from mtc.core.db import session, unit_of_work
from mtc.core.tenancy import tenant_scope
from mtc.delivery.services import open_download, reveal
from mtc.emails.models import Email
from mtc.orders.presenters import order_view
from mtc.tasks.services import run_due
from tests.orders.shop import Shop, bought, decide, look, order_of


def test_key_and_file_reach_the_buyer(shop: Shop) -> None:
    placed = order_of(shop, (shop.key, 2), (shop.file, 1))
    assert placed.order.order_number == "1001"
    assert placed.order.total == 2 * 2999 + 1200
    assert placed.url.startswith("/pay/test/")
    back = decide(shop, placed)
    assert back.startswith("/orders/1001?t=")
    with tenant_scope(shop.tenant_id), unit_of_work():
        assert order_view(look(shop, placed.order.id)).pending is True
    run_due()
    order = look(shop, placed.order.id)
    assert order.status == "fulfilled"
    assert (order.paid_amount, order.refunded_amount) == (7198, 0)
    with tenant_scope(shop.tenant_id), unit_of_work():
        view = order_view(order)
        keys, files = view.lines
        assert [unit.revealed for unit in keys.units] == [False, False]
        assert [unit.value for unit in keys.units] == [None, None]
        assert keys.kind == "keys"
        value = reveal(order.id, order_unit(view))
        assert value.startswith("KEY-")
        opened = open_download(files.files[0].url.removeprefix("/d/"))
        assert (opened.start, opened.end, opened.download.used) == (0, 10, 0)
        mails = session.scalars(select(Email).where(Email.tenant_id == shop.tenant_id)).all()
        assert sorted((mail.kind, mail.status) for mail in mails) == [
            ("keys", "sent"),
            ("order-received", "sent"),
        ]


def order_unit(view):  # type: ignore[no-untyped-def]
    from uuid import UUID

    return UUID(view.lines[0].units[0].id)


def test_free_order_is_delivered_at_once(shop: Shop) -> None:
    order = bought(shop, (shop.free, 1))
    assert (order.status, order.total, order.paid_amount) == ("fulfilled", 0, 0)
