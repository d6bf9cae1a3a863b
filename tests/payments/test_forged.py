"""Notifications that are signed, or nearly: what is ambiguous, foreign or rewritten books nothing."""

from __future__ import annotations

import json
from typing import Any

import pytest
from flask import current_app

from mtc.core import clock
from mtc.core.db import unit_of_work
from mtc.core.errors import UnauthorizedError
from mtc.core.tenancy import tenant_scope
from mtc.payments.services import credentials_of, handle_webhook, save_gateway
from mtc.payments.types.signatures import check, signature
from mtc.payments.types.test import HEADER, signed
from tests.orders.shop import Shop, look, open_shop, order_of, payment_of
from tests.payments.test_webhooks import _written, events, said, tell
from tests.servers.database import both_databases


def secrets_of(shop: Shop) -> dict[str, str]:
    with tenant_scope(shop.tenant_id):
        return credentials_of(shop.gateway)


def sign_body(body: bytes, secret: str) -> dict[str, str]:
    return {HEADER: signature(secret, body, int(clock.now().timestamp()))}


def test_what_can_be_read_in_two_ways_is_refused(shop: Shop) -> None:
    """Signed as it should be; but a key that stands twice, or an amount that only looks like 2999."""
    placed = order_of(shop, (shop.key, 1))
    message, secret = said(shop, placed), secrets_of(shop)["secret"]
    plain = json.dumps(message).encode()
    lies: list[bytes] = [
        plain[:-1] + b', "amount": 2999}',
        plain.replace(b'"amount": 2999', b'"amount": 1, "amount": 2999'),
        plain.replace(b'"amount": 2999', b'"\\u0061mount": 1, "amount": 2999'),
        plain[:-1] + b', "id": "evt_other"}',
        plain[:-1] + b', "more": {"a": 1, "a": 2}}',
        *(
            plain.replace(b"2999", text)
            for text in (b"2999.0", b"2999.9", b'"2999"', b'"\\u0662999"', b"2.999e3")
        ),
    ]
    for body in lies:
        # The control: what Python's own reader makes of it would have been booked.
        assert int(json.loads(body)["amount"]) == 2999, body
    lies += [plain.replace(b"2999", text) for text in (b"true", b"null", b"NaN", b"[2999]")]
    lies += [json.dumps({**message, name: value}).encode() for name, value in (
        ("id", 7), ("id", ""), ("id", "x" * 201), ("type", "x" * 81), ("payment", None), ("order", 1001),
        ("currency", ["EUR"]), ("refund", {}), ("reason", 1),
    )]  # fmt: skip
    for body in lies:
        with tenant_scope(shop.tenant_id), pytest.raises(UnauthorizedError), unit_of_work():
            handle_webhook(shop.gateway, sign_body(body, secret), body)
    assert (look(shop, placed.order.id).status, _written(shop)) == ("pending", 0)
    assert tell(shop, message).outcome == "succeeded"


def test_the_same_words_written_another_way_are_not_what_was_signed(shop: Shop) -> None:
    placed = order_of(shop, (shop.key, 1))
    headers, body = signed(said(shop, placed), secrets_of(shop)["secret"])
    words = json.loads(body)
    others = [
        json.dumps(words).encode(),
        json.dumps(words, indent=1).encode(),
        json.dumps(dict(reversed(words.items())), separators=(",", ":")).encode(),
        body.replace(b"EUR", b"\\u0045UR"),
        body.replace(b"2999", b"2.999e3"),
        body + b"\n",
        b"\xef\xbb\xbf" + body,
        body.decode().encode("utf-16"),
    ]
    for other in others:
        # The control: whoever signs what was read instead of the bytes takes it for the same.
        reader = other.decode("utf-8-sig") if other[:2] not in (b"\xff\xfe", b"\xfe\xff") else other
        read = json.loads(reader, parse_float=lambda text: int(float(text)))
        canonical = json.dumps(read, separators=(",", ":"), sort_keys=True).encode()
        check(secrets_of(shop)["secret"], canonical, headers, HEADER)
        with tenant_scope(shop.tenant_id), pytest.raises(UnauthorizedError), unit_of_work():
            handle_webhook(shop.gateway, headers, other)
    assert (look(shop, placed.order.id).status, _written(shop)) == ("pending", 0)


@both_databases
def test_one_event_id_counts_once_at_each_tenant(shop: Shop, other_tenant: Any) -> None:
    """Providers number their events per account: the id of one tenant's says nothing about another's."""
    rival = open_shop(other_tenant)
    placed, theirs = order_of(shop, (shop.key, 1)), order_of(rival, (rival.key, 1))
    mine, foreign = said(shop, placed), said(rival, theirs)
    assert mine["id"] == foreign["id"] and mine["order"] == foreign["order"]
    with pytest.raises(UnauthorizedError):
        tell(rival, mine, secret=secrets_of(shop)["secret"])
    # Even with the right signature: the account, and then the payment, are not theirs.
    with pytest.raises(UnauthorizedError):
        tell(rival, mine)
    assert tell(rival, {**mine, "id": "evt_bent", "account": foreign["account"]}).outcome == "unknown"
    assert [tell(shop, mine).outcome for _ in range(2)] == ["succeeded", "duplicate"]
    assert look(rival, theirs.order.id).status == "pending"
    assert [tell(rival, foreign).outcome for _ in range(2)] == ["succeeded", "duplicate"]
    for one, order in ((shop, placed.order), (rival, theirs.order)):
        assert look(one, order.id).paid_amount == 2999


def test_a_payment_belongs_to_the_gateway_that_started_it(shop: Shop) -> None:
    placed = order_of(shop, (shop.key, 1))
    message = said(shop, placed)
    with tenant_scope(shop.tenant_id), unit_of_work():
        second = save_gateway("test", "second", "Another", {}, credentials_of(shop.gateway))
        headers, body = signed(message, credentials_of(second)["secret"])
        assert handle_webhook(second, headers, body).outcome == "unknown"
    assert payment_of(shop, placed.order.id).status == "pending"


def test_a_part_of_the_price_is_not_the_price(shop: Shop) -> None:
    """A partial capture books nothing and calls the merchant; the rest of the story can still come."""
    placed = order_of(shop, (shop.key, 1))
    assert tell(shop, said(shop, placed, id="evt_part", amount=1500)).outcome == "mismatch"
    order = look(shop, placed.order.id)
    assert (order.status, order.paid_amount, events(shop, "order.attention")) == ("pending", 0, 1)
    assert tell(shop, said(shop, placed)).outcome == "succeeded"


def test_kinds_that_nobody_knows_are_kept_and_answered_with_200(shop: Shop) -> None:
    placed = order_of(shop, (shop.key, 1))
    assert tell(shop, said(shop, placed)).outcome == "succeeded"
    before = look(shop, placed.order.id)
    kinds = ("payment.disputed", "charge.dispute.created", "payment.captured", "refund.updated", "x")
    client = current_app.test_client()
    for number, kind in enumerate(kinds):
        message = said(shop, placed, kind, id=f"evt_{number}")
        headers, body = signed(message, secrets_of(shop)["secret"])
        answer = client.post(
            "/webhooks/payments/test", data=body, headers=headers, base_url="http://acme.localhost:8000"
        )
        outcome = "unknown" if kind.startswith("refund.") else "ignored"
        assert (answer.status_code, answer.get_json()["data"]["outcome"]) == (200, outcome), kind
    after = look(shop, placed.order.id)
    assert (after.status, after.paid_amount) == (before.status, before.paid_amount) == ("fulfilled", 2999)
    assert _written(shop) == 1 + len(kinds)
