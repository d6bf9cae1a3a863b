"""What was bought arrives, once, and who has it is written down."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import func, select

from mtc.catalog.models import ProductVariant
from mtc.catalog.services import stock_reservation
from mtc.core import clock
from mtc.core.db import session, unit_of_work
from mtc.core.errors import ConflictError, GoneError, NotFoundError
from mtc.core.fields import check_schema
from mtc.core.tenancy import tenant_scope
from mtc.delivery import queries
from mtc.delivery.periodic import call
from mtc.delivery.services import (
    complete_manual,
    deliver_line,
    open_download,
    replace_key,
    resend,
    reveal,
    save_method,
    start_deliveries,
)
from mtc.delivery.types import kinds
from mtc.emails.models import Email
from mtc.infra.http import Response
from mtc.orders.models import Order
from mtc.orders.presenters import OrderView, order_view, timeline_view
from mtc.payments.types import gateways
from mtc.tasks.models import Task
from mtc.tasks.services import run_due
from tests.fakes.ports import FakePorts
from tests.orders.shop import Shop, bought, look
from tests.servers.database import both_databases


def view(shop: Shop, order: Order) -> OrderView:
    with tenant_scope(shop.tenant_id, readonly=True), unit_of_work():
        return order_view(look(shop, order.id))


def mails(shop: Shop, kind: str) -> list[Email]:
    with tenant_scope(shop.tenant_id), unit_of_work():
        query = select(Email).where(Email.tenant_id == shop.tenant_id, Email.kind == kind)
        return list(session.scalars(query.order_by(Email.created_at)).all())


@both_databases
def test_three_lines_make_three_deliveries_and_one_mail(shop: Shop, ports: FakePorts) -> None:
    order = bought(shop, (shop.key, 2), (shop.file, 1), (shop.free, 1))
    assert order.status == "fulfilled"
    with tenant_scope(shop.tenant_id), unit_of_work():
        rows = queries.deliveries_of(order.id)
    assert sorted((row.status, row.attempts) for row in rows) == [("delivered", 1)] * 3
    [mail] = mails(shop, "keys")
    sent = next(one for one in ports.mail.sent if one.subject == mail.subject)
    shown = view(shop, order)
    with tenant_scope(shop.tenant_id), unit_of_work():
        values = [reveal(order.id, UUID(unit.id)) for unit in shown.lines[0].units]
    for value in values:
        assert value in sent.text
        assert value in (sent.html or "")
        assert value not in mail.body_text
        assert value not in mail.body_html


@both_databases
def test_doing_it_twice_changes_nothing(shop: Shop) -> None:
    order = bought(shop, (shop.key, 2), (shop.file, 1))
    before = view(shop, order)
    with tenant_scope(shop.tenant_id), unit_of_work():
        assert start_deliveries(order.id) == 0
        for item in order.items:
            deliver_line(item.id)
    run_due()
    after = view(shop, order)
    assert [line.units for line in after.lines] == [line.units for line in before.lines]
    assert [len(line.files) for line in after.lines] == [0, 1]
    assert len(mails(shop, "keys")) == 1
    assert len(mails(shop, "order-received")) == 1


def test_a_line_by_hand_waits_and_is_mailed_when_it_is_done(shop: Shop) -> None:
    order = bought(shop, (shop.key, 1), (shop.manual, 1))
    assert order.status == "paid"
    assert len(mails(shop, "keys")) == 1
    line = order.items[1]
    with tenant_scope(shop.tenant_id), unit_of_work():
        complete_manual(line.id, "It is painted.")
    run_due()
    assert look(shop, order.id).status == "fulfilled"
    assert "It is painted." in mails(shop, "files")[0].body_text
    assert view(shop, order).lines[1].message == "It is painted."
    with tenant_scope(shop.tenant_id), pytest.raises(ConflictError), unit_of_work():
        complete_manual(line.id)


def test_missing_keys_are_delivered_when_they_come(shop: Shop) -> None:
    from tests.orders.shop import decide, order_of
    from tests.payments.test_webhooks import said, tell

    placed = order_of(shop, (shop.key, 9))
    with tenant_scope(shop.tenant_id), unit_of_work():
        from mtc.orders.services import cancel_order

        cancel_order(placed.order.id)
    other = order_of(shop, (shop.key, 9))
    decide(shop, other)
    tell(shop, said(shop, placed))
    run_due()
    assert look(shop, placed.order.id).status == "paid"
    with tenant_scope(shop.tenant_id), unit_of_work():
        stock_reservation.add_keys(shop.key, "\n".join(f"NEW-{number:05d}-ABCDEF" for number in range(8)))
    run_due()
    order = look(shop, placed.order.id)
    assert order.status == "fulfilled"
    assert len(view(shop, order).lines[0].units) == 9


def test_missing_keys_are_delivered_when_an_unpaid_order_gives_them_back(shop: Shop) -> None:
    from mtc.orders.services import cancel_order
    from tests.orders.shop import order_of
    from tests.payments.test_webhooks import said, tell

    late = order_of(shop, (shop.key, 9))
    with tenant_scope(shop.tenant_id), unit_of_work():
        cancel_order(late.order.id)
    other = order_of(shop, (shop.key, 8))
    tell(shop, said(shop, late))
    run_due()
    assert look(shop, late.order.id).status == "paid"
    with tenant_scope(shop.tenant_id), unit_of_work():
        cancel_order(other.order.id)
    run_due()
    order = look(shop, late.order.id)
    assert order.status == "fulfilled"
    assert len(view(shop, order).lines[0].units) == 9


def test_revealing_is_written_down_and_stays_with_its_order(shop: Shop) -> None:
    order, other = bought(shop, (shop.key, 1)), bought(shop, (shop.key, 1))
    unit = view(shop, order).lines[0].units[0]
    assert (unit.revealed, unit.value) == (False, None)
    assert f"/orders/{order.order_number}/reveal/{unit.id}?t=" in unit.reveal_url
    with tenant_scope(shop.tenant_id), unit_of_work():
        value = reveal(order.id, UUID(unit.id), ip="203.0.113.9")
        assert reveal(order.id, UUID(unit.id)) == value
    with tenant_scope(shop.tenant_id), pytest.raises(NotFoundError), unit_of_work():
        reveal(other.id, UUID(unit.id))
    shown = view(shop, order).lines[0].units[0]
    assert (shown.revealed, shown.value) == (True, value)
    with tenant_scope(shop.tenant_id), unit_of_work():
        assert [one.name for one in timeline_view(order.id).items].count("order.key_revealed") == 2


def test_a_faulty_key_is_replaced(shop: Shop) -> None:
    order = bought(shop, (shop.key, 1))
    old = view(shop, order).lines[0].units[0].id
    with tenant_scope(shop.tenant_id), unit_of_work():
        before = reveal(order.id, UUID(old))
        new = replace_key(order.id, UUID(old), "Already used")
    [unit] = view(shop, order).lines[0].units
    assert (unit.id, unit.revealed) == (str(new), False)
    with tenant_scope(shop.tenant_id), unit_of_work():
        assert reveal(order.id, new) != before
    with tenant_scope(shop.tenant_id), pytest.raises(GoneError), unit_of_work():
        reveal(order.id, UUID(old))


def test_mail_again(shop: Shop, ports: FakePorts) -> None:
    order = bought(shop, (shop.key, 1))
    count = len(ports.mail.sent)
    with tenant_scope(shop.tenant_id), unit_of_work():
        resend(order.id)
    run_due()
    assert len(ports.mail.sent) == count + 1


def link(shop: Shop, order: Order) -> str:
    return str(view(shop, order).lines[0].files[0].url).removeprefix("/d/")


def test_a_refunded_file_is_closed(shop: Shop) -> None:
    from mtc.payments.services import refund

    order = bought(shop, (shop.file, 1))
    token = link(shop, order)
    with tenant_scope(shop.tenant_id), unit_of_work():
        refund(order.id)
    run_due()
    with tenant_scope(shop.tenant_id), pytest.raises(GoneError), unit_of_work():
        open_download(token)


HOOK = "https://merchant.example/deliver"
SECRET = "whsec_" + base64.b64encode(b"0123456789abcdef01234567").decode()


def by_webhook(shop: Shop, *more: tuple[UUID, int]) -> Order:
    with tenant_scope(shop.tenant_id), unit_of_work():
        save_method("webhook", "server", "Our server", {"url": HOOK, "secret": SECRET})
        row = session.get(ProductVariant, (shop.tenant_id, shop.manual))
        assert row is not None
        row.delivery_data = {"method": "server"}
    return bought(shop, (shop.manual, 1), *more)


def test_the_merchants_server_delivers(shop: Shop, ports: FakePorts) -> None:
    ports.http.on("POST", HOOK, body=b'{"message": "Look into your inbox."}')
    order = by_webhook(shop)
    assert order.status == "fulfilled"
    assert view(shop, order).lines[0].message == "Look into your inbox."
    [sent] = ports.http.requests
    text = f"{sent.headers['webhook-id']}.{sent.headers['webhook-timestamp']}.".encode() + (sent.body or b"")
    mark = hmac.new(b"0123456789abcdef01234567", text, hashlib.sha256).digest()
    assert sent.headers["webhook-signature"] == "v1," + base64.b64encode(mark).decode()
    assert json.loads(sent.body or b"")["data"]["order_number"] == order.order_number
    with tenant_scope(shop.tenant_id), unit_of_work():
        method = queries.method_by_slug("server")
        assert method is not None
        assert SECRET not in str(method.config)


def test_a_server_that_is_down_is_asked_again_with_the_same_id(shop: Shop, ports: FakePorts) -> None:
    ports.http.on("POST", HOOK, Response(503, {}, b""), Response(200, {}, b""))
    now = clock.now()
    with clock.frozen(now):
        order = by_webhook(shop)
        assert order.status == "paid"
        clock.advance(60)
        run_due()
    assert look(shop, order.id).status == "fulfilled"
    assert len({sent.headers["webhook-id"] for sent in ports.http.requests}) == 1


def test_a_server_that_says_gone_fails_the_line(shop: Shop, ports: FakePorts) -> None:
    ports.http.on("POST", HOOK, status=410)
    order = by_webhook(shop)
    assert look(shop, order.id).items[0].delivery_status == "failed"
    with tenant_scope(shop.tenant_id), unit_of_work():
        reasons = [one.text for one in timeline_view(order.id).items if one.name == "delivery.failed"]
    assert reasons == ["Portrait: Your server answered 410."]


def test_a_line_that_is_refused_before_its_server_is_asked_holds_up_no_mail(
    shop: Shop, ports: FakePorts, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(name: str, draft: Any) -> Any:
        if name == "before_delivery" and draft.kind == "webhook":
            raise ConflictError("Not today.")
        return draft

    def mails_due() -> int:
        with tenant_scope(shop.tenant_id, readonly=True), unit_of_work():
            query = select(func.count()).select_from(Task).where(Task.name == "delivery.mails")
            return int(session.scalar(query) or 0)

    monkeypatch.setattr("mtc.delivery.services.deliver.run_before", refuse)
    order = by_webhook(shop, (shop.key, 1))
    assert ports.http.requests == []
    line = look(shop, order.id).items[0]
    assert (line.delivery_status, len(mails(shop, "keys"))) == ("failed", 1)
    before = mails_due()
    with tenant_scope(shop.tenant_id):  # another worker may have looked for mails while the line was open
        call({"order_item_id": str(line.id)})
    assert mails_due() == before + 1


def test_the_merchants_words_are_in_the_mail(shop: Shop) -> None:
    words = {"subject": "Keys for {{ order.number }}", "intro": "Have fun, {{ name }}!"}
    with tenant_scope(shop.tenant_id), unit_of_work():
        save_method("email", "email", "Keys", {"include_keys": False}, words)
    order = bought(shop, (shop.key, 1))
    [mail] = mails(shop, "keys")
    assert mail.subject == f"Keys for {order.order_number}"
    assert "Have fun, Ada!" in mail.body_text
    assert "[[key:" not in mail.body_text


def test_settings_are_written_in_the_field_language() -> None:
    for _, kind in kinds.items():
        assert check_schema(kind.settings) == []
    for _, gateway in gateways.items():
        for fields in (gateway.settings, gateway.credentials):
            assert not fields or check_schema(fields) == []
