"""What is paid is what the server says, once; what is delivered is what was paid."""

from __future__ import annotations

import json
from typing import Any
from uuid import UUID

from sqlalchemy import func, select

from mtc.core import clock
from mtc.core.crypto import sign
from mtc.core.db import session, unit_of_work
from mtc.core.tenancy import tenant_scope
from mtc.delivery.models import Download
from mtc.orders.models import Order
from mtc.payments.models import Payment, PaymentEvent
from mtc.payments.services import credentials_of, get_gateway
from mtc.payments.types.signatures import signature
from mtc.payments.types.test import HEADER, signed
from tests.security.fort import ARCHIVE, Fort, People, Visitor
from tests.servers.database import both_databases

BUYER = {"email": "eve@example.org", "name": "Eve", "country": "IE", "terms": "1", "consent": "1"}


def _orders(fort: Fort) -> int:
    with tenant_scope(fort.tenant_id), unit_of_work():
        return session.scalars(select(func.count()).select_from(Order)).one()


def _total(fort: Fort) -> int:
    with tenant_scope(fort.tenant_id), unit_of_work():
        return session.scalars(select(Order).order_by(Order.id.desc()).limit(1)).one().total


QUANTITIES = [
    "-1",
    "0",
    "1.5",
    "1e3",
    "0x10",
    "",
    " ",
    "9" * 30,
    "1001",
    "nan",
    "+1",
    "٣",
    "1;2",
    "1\n2",
    "null",
    "[]",
]


def test_quantities_are_whole_and_not_below_one(people: People, fort: Fort) -> None:
    for quantity in QUANTITIES:
        _buy(people, fort, quantity)


def _buy(people: People, fort: Fort, quantity: str) -> None:
    who = people.shopper()
    form = {"variant_id": fort.ids["file_variant"], "quantity": quantity}
    assert who.post("/cart/add", form).status_code == 400
    assert who.post("/cart/add", {**form, "quantity": "1"}).status_code == 303
    line = who.get("/cart").text.partition("/cart/lines/")[2][:36]
    changed = who.post(f"/cart/lines/{line}", {"quantity": quantity})
    assert changed.status_code == (303 if quantity == "0" else 400)


@both_databases
def test_what_is_not_for_sale_cannot_be_bought(people: People, fort: Fort, rival: Fort) -> None:
    who = people.shopper()
    for variant in (
        rival.ids["variant"],
        rival.ids["file_variant"],
        fort.ids["draft_variant"],
        fort.ids["product"],
    ):
        assert who.post("/cart/add", {"variant_id": variant, "quantity": "1"}).status_code == 404, variant
    assert who.post("/cart/add", {"variant_id": "x", "quantity": "1"}).status_code == 400
    assert "/cart/lines/" not in who.get("/cart").text


def test_a_product_that_leaves_the_shop_leaves_the_checkout(people: People, fort: Fort) -> None:
    who, before = people.shopper(), _orders(fort)
    who.post("/cart/add", {"variant_id": fort.ids["variant"], "quantity": "1"})
    owner = people.staff("owner")
    assert (
        owner.post(f"/admin/acme/products/{fort.ids['product']}/status", {"status": "draft"}).status_code
        == 303
    )
    answer = who.post("/checkout", BUYER)
    assert answer.status_code in (409, 422) and _orders(fort) == before


def test_nobody_names_the_price(people: People, fort: Fort) -> None:
    lies = {
        "price": "1", "total": "1", "amount": "1", "unit_price": "1", "currency": "JPY", "discount": "1190",
        "subtotal": "0", "paid": "1", "status": "paid", "customer_id": str(fort.customer), "store_id": "x",
        "order_number": "1", "quantity": "0",
    }  # fmt: skip
    who = people.shopper()
    who.post("/cart/add", {"variant_id": fort.ids["file_variant"], **lies, "quantity": "2"})
    assert who.post("/checkout", {**BUYER, **lies}).status_code == 303
    assert _total(fort) == 2400
    with tenant_scope(fort.tenant_id), unit_of_work():
        made = session.scalars(select(Order).order_by(Order.id.desc()).limit(1)).one()
        assert (made.status, made.currency, made.customer_id, made.discount) == ("pending", "EUR", None, 0)


def test_another_expected_total_is_refused(people: People, fort: Fort) -> None:
    who, before = people.shopper(), _orders(fort)
    who.post("/cart/add", {"variant_id": fort.ids["file_variant"], "quantity": "1"})
    for total in ("1", "0", "1199", "1201"):
        assert who.post("/checkout", {**BUYER, "expected_total": total}).status_code == 422
    assert _orders(fort) == before


@both_databases
def test_pressing_twice_makes_one_order(people: People, fort: Fort) -> None:
    who, before = people.shopper(), _orders(fort)
    who.post("/cart/add", {"variant_id": fort.ids["file_variant"], "quantity": "1"})
    first, second = who.post("/checkout", BUYER), who.post("/checkout", BUYER)
    assert first.headers["Location"] == second.headers["Location"] and _orders(fort) == before + 1


def test_the_cart_of_another_is_not_reached(people: People, fort: Fort, rival: Fort) -> None:
    eve, ada, other = people.shopper(), people.shopper(), people.shopper(rival)
    ada.post("/cart/add", {"variant_id": fort.ids["file_variant"], "quantity": "1"})
    line = ada.get("/cart").text.partition("/cart/lines/")[2][:36]
    eve.post("/cart/add", {"variant_id": fort.ids["file_variant"], "quantity": "1"})
    assert eve.post(f"/cart/lines/{line}", {"quantity": "0"}).status_code == 404
    token = ada.client.get_cookie("mtc_cart", domain="acme.localhost")
    assert token is not None
    other.client.set_cookie("mtc_cart", token.value, domain="rival.localhost")
    assert "/cart/lines/" not in other.get("/cart").text
    assert other.post(f"/cart/lines/{line}", {"quantity": "0"}).status_code == 404
    assert line in ada.get("/cart").text


def _said(fort: Fort, **more: Any) -> tuple[dict[str, Any], str]:
    with tenant_scope(fort.tenant_id), unit_of_work():
        payment = session.get_one(Payment, (fort.tenant_id, UUID(fort.ids["payment"])))
        secrets = credentials_of(get_gateway("test"))
        said = {
            "id": "evt_x", "type": "payment.succeeded", "payment": payment.provider_ref,
            "account": secrets["account"], "order": fort.pending, "amount": payment.amount, "currency": "EUR",
        }  # fmt: skip
    return {**said, **more}, secrets["secret"]


def _state(fort: Fort) -> str:
    with tenant_scope(fort.tenant_id), unit_of_work():
        return session.get_one(Order, (fort.tenant_id, UUID(fort.ids["pending_id"]))).status


@both_databases
def test_forged_notifications_book_nothing(people: People, fort: Fort, rival: Fort) -> None:
    said, secret = _said(fort)
    body = json.dumps(said).encode()
    now = int(clock.now().timestamp())
    theirs, their_secret = _said(rival)
    tries: list[dict[str, str]] = [
        {}, {HEADER: ""}, {HEADER: "t=,v1="}, {HEADER: f"t={now},v1="}, {HEADER: f"t={now},v1={'0' * 64}"},
        {HEADER: signature("", body, now)}, {HEADER: signature(their_secret, body, now)},
        {HEADER: signature(secret, body, now - 301)}, {HEADER: signature(secret, body, now + 400)},
        {HEADER: signature(secret, body + b" ", now)},
        {HEADER: signature(secret, body, now).replace("v1", "v0")},
        {HEADER: f"t={now},t={now - 1},{signature(secret, body, now).partition(',')[2]}"},
        {HEADER: "t=٣,v1=é"}, {HEADER: "," * 5000}, {HEADER: f"t={'9' * 400},v1=x"},
    ]  # fmt: skip
    for headers in tries:
        clean = {name: value.encode().decode("latin-1") for name, value in headers.items()}
        answer = people.shopper().post("/webhooks/payments/test", body, headers=clean)
        assert answer.status_code == 401, (headers, answer.status_code)
    mixed = {**said, "account": theirs["account"]}
    headers, raw = signed(mixed, secret)
    assert people.shopper().post("/webhooks/payments/test", raw, headers=headers).status_code == 401
    for shape in (
        b"[]",
        b"null",
        b'"x"',
        b"{}",
        b'{"id": {}}',
        b"\xff",
        b"",
        b'{"id":1,"type":2,"payment":3}',
    ):
        headers = {HEADER: signature(secret, shape, now)}
        assert people.shopper().post("/webhooks/payments/test", shape, headers=headers).status_code == 401, (
            shape
        )
    assert people.shopper().post("/webhooks/payments/nobody", body).status_code == 404
    assert _state(fort) == "pending"
    with tenant_scope(fort.tenant_id), unit_of_work():
        assert session.scalars(select(func.count()).select_from(PaymentEvent)).one() == 0


@both_databases
def test_odd_but_signed_notifications(people: People, fort: Fort) -> None:
    """A provider that is confused, or has been broken into, makes no failure and no wrong booking."""
    for number, more in enumerate(
        (
            {"amount": 1}, {"amount": -1}, {"amount": 2**70}, {"currency": "USD"}, {"order": fort.order},
            {"payment": "nobody"}, {"payment": "x" * 900}, {"type": "x" * 900}, {"type": "payment.x"},
            {"type": "refund.succeeded", "refund": "x"},
            {"type": "refund.succeeded", "refund": fort.ids["item"]},
            {"reason": "\x00", "type": "payment.strange"}, {"id": "a\x00b"}, {"payment": "a\x00b"},
            {"id": "\ud800"}, {"order": "\ud800"}, {"amount": None}, {"amount": 1e400}, {"account": []},
            {"account": "\ud800"},
        )
    ):  # fmt: skip
        said, secret = _said(fort, **{"id": f"evt_{number}", **more})
        headers, body = signed(said, secret)
        answer = people.shopper().post("/webhooks/payments/test", body, headers=headers)
        assert answer.status_code in (200, 401), (more, answer.status_code)
        assert _state(fort) == "pending", more


@both_databases
def test_a_notification_counts_once(people: People, fort: Fort, rival: Fort) -> None:
    said, secret = _said(fort)
    headers, body = signed(said, secret)
    assert people.shopper(rival).post("/webhooks/payments/test", body, headers=headers).status_code == 401
    outcomes = []
    for event in ("evt_x", "evt_x", "evt_y"):
        headers, body = signed({**said, "id": event}, secret)
        answer = people.shopper().post("/webhooks/payments/test", body, headers=headers)
        outcomes.append(answer.get_json()["data"]["outcome"])
    assert outcomes == ["succeeded", "duplicate", "ignored"] and _state(fort) == "fulfilled"


def _download(fort: Fort) -> Download:
    with tenant_scope(fort.tenant_id), unit_of_work():
        return session.scalars(select(Download)).one()


def test_tickets_for_downloads_are_neither_made_nor_stretched(
    people: People, fort: Fort, rival: Fort
) -> None:
    who: Visitor = people.shopper()
    body, _, mark = fort.download.partition(".")
    for token in (
        "x", ".", "..", body, f"{body}.", f".{mark}", f"{body}.{mark[:-1]}", f"{body}x.{mark}",
        f"{body}.{mark}.{mark}",
        "A" * 4000, fort.pay, fort.download.swapcase(), f"{body}=.{mark}",
    ):  # fmt: skip
        assert who.get(f"/d/{token}").status_code in (400, 404), token
    assert who.get(f"/d/{rival.download}").status_code == 404
    other = sign({"d": str(_download(fort).id)}, "another purpose", 600)
    assert who.get(f"/d/{other}").status_code == 400
    with clock.frozen(clock.now()):
        clock.advance(7 * 86_400 + 60)
        assert who.get(f"/d/{fort.download}").status_code == 410
    assert _download(fort).used == 0


def test_ranges_give_what_they_name_and_are_counted(people: People, fort: Fort) -> None:
    who, path = people.shopper(), f"/d/{fort.download}"
    whole = len(ARCHIVE)

    def ask(ranges: str) -> tuple[int, int]:
        answer = who.get(path, headers={"Range": ranges})
        return answer.status_code, len(answer.data)

    assert ask("bytes=0-99") == (206, 100)
    assert ask("bytes=100-") == (206, whole - 100)
    assert ask("bytes=-10") == (206, 10)
    assert ask(f"bytes={whole}-") == (416, ask(f"bytes={whole}-")[1])
    assert ask("bytes=9999999999999999999999-")[0] in (200, 416)
    used = _download(fort).used
    assert 1 <= used <= 3
    many = "bytes=" + ",".join(f"{start}-{start}" for start in range(5000))
    assert ask(many) == (200, whole)
    for _ in range(6):
        who.get(path)
    assert _download(fort).used == 5 and who.get(path).status_code == 410
    assert who.get(path, headers={"Range": "bytes=0-0"}).status_code == 410
