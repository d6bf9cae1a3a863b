"""What a provider tells us counts once, in whatever order and however often it comes."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import func, select

from mtc.core import clock
from mtc.core.db import session, unit_of_work
from mtc.core.errors import ConflictError, UnauthorizedError
from mtc.core.tenancy import tenant_scope
from mtc.events.models import Event
from mtc.orders.services import cancel_order, expire_pending
from mtc.payments.models import PaymentEvent
from mtc.payments.services import Receipt, credentials_of, handle_webhook, refund, refund_surplus
from mtc.payments.types.test import HEADER, signed
from mtc.tasks.services import run_due
from tests.orders.shop import Shop, decide, look, open_shop, order_of, payment_of
from tests.servers.database import both_databases


def said(shop: Shop, placed: Any, kind: str = "payment.succeeded", **changes: Any) -> dict[str, Any]:
    """What the provider would say about the order's payment."""
    payment = payment_of(shop, placed.order.id)
    with tenant_scope(shop.tenant_id):
        account = credentials_of(shop.gateway)["account"]
    return {
        "id": f"evt_{kind}",
        "type": kind,
        "payment": payment.provider_ref,
        "account": account,
        "order": placed.order.order_number,
        "amount": payment.amount,
        "currency": payment.currency,
        **changes,
    }


def tell(shop: Shop, message: dict[str, Any], *, secret: str = "") -> Receipt:
    """Send a signed notification."""
    with tenant_scope(shop.tenant_id), unit_of_work():
        headers, body = signed(message, secret or credentials_of(shop.gateway)["secret"])
        return handle_webhook(shop.gateway, headers, body)


def events(shop: Shop, name: str) -> int:
    with tenant_scope(shop.tenant_id), unit_of_work():
        query = select(func.count()).select_from(Event)
        return int(
            session.execute(query.where(Event.tenant_id == shop.tenant_id, Event.name == name)).scalar_one()
        )


@both_databases
def test_a_repeated_notification_counts_once(shop: Shop) -> None:
    placed = order_of(shop, (shop.key, 1))
    message = said(shop, placed)
    assert [tell(shop, message).outcome for _ in range(3)] == ["succeeded", "duplicate", "duplicate"]
    order, payment = look(shop, placed.order.id), payment_of(shop, placed.order.id)
    assert (order.status, order.paid_amount) == ("fulfilled", 2999)
    assert (payment.status, payment.captured) == ("succeeded", 2999)
    assert events(shop, "order.paid") == 1


def test_the_same_news_under_another_id_finds_nothing_to_do(shop: Shop) -> None:
    placed = order_of(shop, (shop.key, 1))
    assert tell(shop, said(shop, placed)).outcome == "succeeded"
    assert tell(shop, said(shop, placed, id="evt_2")).outcome == "ignored"
    assert look(shop, placed.order.id).paid_amount == 2999


@pytest.mark.parametrize(
    "changes",
    [{"amount": 1}, {"amount": 2998}, {"currency": "USD"}, {"order": "9999"}, {"order": ""}],
)
def test_a_notification_that_does_not_fit_moves_nothing(shop: Shop, changes: dict[str, Any]) -> None:
    placed = order_of(shop, (shop.key, 1))
    assert tell(shop, said(shop, placed, **changes)).outcome == "mismatch"
    order = look(shop, placed.order.id)
    assert (order.status, order.paid_amount) == ("pending", 0)
    assert events(shop, "order.attention") == 1


def test_an_unknown_payment_is_written_down(shop: Shop) -> None:
    placed = order_of(shop, (shop.key, 1))
    assert tell(shop, said(shop, placed, payment="test_nothing")).outcome == "unknown"
    assert tell(shop, said(shop, placed, "payment.disputed")).outcome == "ignored"
    assert _written(shop) == 2


def _written(shop: Shop) -> int:
    with tenant_scope(shop.tenant_id), unit_of_work():
        query = select(func.count()).select_from(PaymentEvent)
        return int(session.execute(query.where(PaymentEvent.tenant_id == shop.tenant_id)).scalar_one())


def test_forgeries_are_refused_and_leave_no_trace(shop: Shop, other_tenant: Any) -> None:
    rival = open_shop(other_tenant)
    placed = order_of(shop, (shop.key, 1))
    message = said(shop, placed)
    with tenant_scope(rival.tenant_id):
        foreign = credentials_of(rival.gateway)["secret"]
    with tenant_scope(shop.tenant_id):
        secret = credentials_of(shop.gateway)["secret"]
    headers, body = signed(message, secret)
    altered = body.replace(b"2999", b"2998")
    spaced = body.replace(b":", b": ")  # the same JSON written another way
    mark = headers[HEADER]
    attacks: list[tuple[dict[str, str], bytes]] = [
        ({}, body),
        ({HEADER: ""}, body),
        ({HEADER: "t=,v1="}, body),
        ({HEADER: mark.partition(",")[0]}, body),
        ({HEADER: mark + ",t=1"}, body),
        ({HEADER: mark.replace("v1=", "v1=0")}, body),
        ({HEADER: mark.replace("v1=", "v0=")}, body),
        ({HEADER: mark}, altered),
        ({HEADER: mark}, spaced),
        ({HEADER: mark}, body + b" "),
        signed(message, foreign),
        signed({**message, "account": "acct_other"}, secret),
        (signed({"id": "x"}, secret)),
        ({HEADER: mark}, b"x" * 70_000),
    ]
    for forged, data in attacks:
        with (
            tenant_scope(shop.tenant_id),
            pytest.raises(UnauthorizedError),
            unit_of_work(),
        ):
            handle_webhook(shop.gateway, forged, data)
    assert look(shop, placed.order.id).status == "pending"
    assert _written(shop) == 0


@pytest.mark.parametrize(("seconds", "taken"), [(299, True), (301, False), (-299, True), (-301, False)])
def test_a_signature_is_good_for_five_minutes(shop: Shop, seconds: int, taken: bool) -> None:
    placed = order_of(shop, (shop.key, 1))
    message = said(shop, placed)
    now = clock.now().replace(microsecond=0)
    with tenant_scope(shop.tenant_id), unit_of_work():
        with clock.frozen(now):
            headers, body = signed(message, credentials_of(shop.gateway)["secret"])
        with clock.frozen(now + timedelta(seconds=seconds)):
            if taken:
                assert handle_webhook(shop.gateway, headers, body).outcome == "succeeded"
            else:
                with pytest.raises(UnauthorizedError):
                    handle_webhook(shop.gateway, headers, body)


@both_databases
def test_money_for_an_expired_order_is_not_lost(shop: Shop) -> None:
    placed = order_of(shop, (shop.key, 2))
    with tenant_scope(shop.tenant_id), unit_of_work():
        assert expire_pending(clock.now() + timedelta(hours=1)) == 1
    assert tell(shop, said(shop, placed)).outcome == "succeeded"
    run_due()
    assert look(shop, placed.order.id).status == "fulfilled"
    assert events(shop, "order.attention") == 0


@both_databases
def test_money_for_keys_that_were_sold_meanwhile_calls_the_merchant(shop: Shop) -> None:
    placed = order_of(shop, (shop.key, 9))
    with tenant_scope(shop.tenant_id), unit_of_work():
        cancel_order(placed.order.id)
    order_of(shop, (shop.key, 9))
    assert tell(shop, said(shop, placed)).outcome == "succeeded"
    run_due()
    order = look(shop, placed.order.id)
    assert (order.status, order.paid_amount, order.items[0].delivery_status) == ("paid", 9 * 2999, "failed")
    assert events(shop, "order.attention") == 1


def test_a_second_charge_is_booked_and_shown(shop: Shop) -> None:
    placed = order_of(shop, (shop.key, 1))
    first = said(shop, placed)
    tell(shop, said(shop, placed, "payment.failed"))
    from mtc.checkout.services import pay_again
    from mtc.payments.queries import payments_of

    with tenant_scope(shop.tenant_id), unit_of_work():
        pay_again(look_in(placed))
        second = payments_of(placed.order.id)[-1].provider_ref
    assert tell(shop, first).outcome == "succeeded"
    assert tell(shop, {**first, "id": "evt_other", "payment": second}).outcome == "succeeded"
    order = look(shop, placed.order.id)
    assert (order.status, order.paid_amount) == ("fulfilled", 2 * 2999)
    assert events(shop, "order.paid") == 1
    assert events(shop, "order.attention") == 1
    run_due()
    with tenant_scope(shop.tenant_id), unit_of_work():
        assert [one.amount for one in refund_surplus(order.id)] == [2999]
    with tenant_scope(shop.tenant_id), pytest.raises(ConflictError), unit_of_work():
        refund_surplus(order.id)
    order = look(shop, placed.order.id)
    assert (order.status, order.refunded_amount) == ("fulfilled", 2999)
    with tenant_scope(shop.tenant_id), unit_of_work():
        refund(order.id)
    assert look(shop, order.id).refunded_amount == 2 * 2999


def look_in(placed: Any) -> Any:
    from mtc.orders.services import get_order

    return get_order(placed.order.id)


@pytest.mark.parametrize(
    ("choice", "status", "state"),
    [
        ("pay", "fulfilled", "succeeded"),
        ("pay_thrice", "fulfilled", "succeeded"),
        ("decline", "pending", "failed"),
        ("cancel", "pending", "cancelled"),
    ],
)
def test_the_hosted_page_does_what_was_chosen(shop: Shop, choice: str, status: str, state: str) -> None:
    placed = order_of(shop, (shop.key, 1))
    assert decide(shop, placed, choice).startswith("/orders/1001?t=")
    run_due()
    order = look(shop, placed.order.id)
    assert (order.status, order.payment_data["state"]) == (status, state)
    assert events(shop, "order.paid") == (1 if status == "fulfilled" else 0)


def test_a_late_report_comes_after_five_seconds(shop: Shop) -> None:
    placed = order_of(shop, (shop.key, 1))
    now = clock.now()
    with clock.frozen(now):
        decide(shop, placed, "pay_late")
        run_due()
        assert look(shop, placed.order.id).status == "pending"
    with clock.frozen(now + timedelta(seconds=6)):
        run_due()
        assert look(shop, placed.order.id).status == "fulfilled"


def test_deciding_twice_reports_once(shop: Shop) -> None:
    placed = order_of(shop, (shop.key, 1))
    for _ in range(3):
        decide(shop, placed)
    run_due()
    assert _written(shop) == 1


def test_the_first_decision_counts_whatever_another_tab_does(shop: Shop) -> None:
    placed = order_of(shop, (shop.key, 1))
    for choice in ("pay_late", "cancel", "decline", "pay_thrice", "pay"):
        decide(shop, placed, choice)
    run_due()
    assert look(shop, placed.order.id).payment_data["state"] == "processing"
    with clock.frozen(clock.now() + timedelta(seconds=6)):
        run_due()
    assert (look(shop, placed.order.id).status, _written(shop)) == ("fulfilled", 1)


def test_cards(shop: Shop) -> None:
    from mtc.core.errors import ValidationError

    placed = order_of(shop, (shop.key, 1))
    for bad in ("1", "4242 4242 4242 4241", "4111 1111 1111 1111", "x" * 16):
        with pytest.raises(ValidationError) as refused:
            decide(shop, placed, "pay", card_number=bad)
        assert list(refused.value.details) == ["card_number"]
    with pytest.raises(ValidationError):
        decide(shop, placed, "steal")
    decide(shop, placed, "pay", card_number="4000 0000 0000 9995")
    run_due()
    order = look(shop, placed.order.id)
    assert order.payment_data["notice"] == "The card has not enough funds. Try again or use another card."
