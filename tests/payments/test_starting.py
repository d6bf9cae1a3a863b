"""Payments whose provider is asked: outside of any transaction, once, and again after a failure."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor, wait
from threading import Event
from uuid import UUID

import pytest
from flask import Flask

from mtc.checkout.services import pay_again
from mtc.checkout.services.order_placement import Placed
from mtc.core import clock
from mtc.core.db import unit_of_work
from mtc.core.tenancy import tenant_scope
from mtc.orders.services import cancel_order
from mtc.payments.queries import payment_by_id, payments_of
from mtc.payments.services import ask_provider, get_gateway
from mtc.payments.services.gateway_requests import NO_ANSWER, REFUSED
from mtc.payments.services.webhooks import handle_webhook
from mtc.payments.types.base import StartError, WebhookEvent
from mtc.tasks.services import run_due
from mtc.testing.clients import Visitor
from tests.concurrency.test_notifications import at_once
from tests.factories.tenants import World
from tests.orders.shop import FORM, Shop, look, open_shop, order_of, payment_of
from tests.payments.provider import Killed
from tests.payments.remote import Remote, fails, with_remote
from tests.payments.test_webhooks import events
from tests.servers.database import both_databases

SILENT = StartError("The provider did not answer in time.", permanent=False)
REFUSAL = StartError("The account is closed.", permanent=True)


@pytest.fixture
def remote(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> Remote:
    return with_remote(shop, monkeypatch)


def placed_with(shop: Shop) -> Placed:
    return order_of(shop, (shop.key, 1), payment_method="remote")


def ask(shop: Shop, placed: Placed) -> str:
    assert placed.starting is not None
    return ask_provider(shop.tenant_id, placed.starting)


def states(shop: Shop, placed: Placed) -> list[str]:
    with tenant_scope(shop.tenant_id), unit_of_work():
        return [one.status for one in payments_of(placed.order.id)]


def press_again(
    shop: Shop, remote: Remote, placed: Placed, error: Exception, notice: str, left: list[str]
) -> Placed:
    """Let the provider fail so, look at what the order says then, and press the button once more."""
    remote.plan = [fails(error)]
    with pytest.raises(StartError):
        ask(shop, placed)
    order = look(shop, placed.order.id)
    assert (order.status, order.payment_data["notice"]) == ("pending", notice)
    assert states(shop, placed) == left
    with tenant_scope(shop.tenant_id), unit_of_work():
        return pay_again(order, "remote")


def page(payment_id: UUID | None) -> str:
    return f"https://pay.example/{payment_id}"


@both_databases
def test_an_order_is_committed_before_its_provider_is_asked(shop: Shop, remote: Remote) -> None:
    placed = placed_with(shop)
    assert (remote.asked, states(shop, placed)) == ([], ["starting"])
    assert placed.url.startswith("/orders/")
    assert ask(shop, placed) == page(placed.starting)
    payment = payment_of(shop, placed.order.id)
    assert (payment.status, payment.provider_ref) == ("pending", f"remote_{payment.id.hex}")
    assert remote.booked == {payment.id: 2999}
    assert remote.writing == [False]
    assert events(shop, "payment.started") == 1
    assert ask(shop, placed) == page(placed.starting)
    assert remote.asked == [payment.id]


@both_databases
@pytest.mark.parametrize("error", [SILENT, LookupError("a fault in the kind")])
def test_a_provider_that_gives_no_answer_is_asked_again(
    shop: Shop, remote: Remote, error: Exception
) -> None:
    placed = placed_with(shop)
    again = press_again(shop, remote, placed, error, NO_ANSWER.source, ["starting"])
    assert again.starting == placed.starting
    assert ask(shop, again) == page(placed.starting)
    assert look(shop, placed.order.id).payment_data["notice"] == ""
    assert list(remote.booked) == [placed.starting]


@both_databases
def test_a_payment_that_is_refused_has_failed_and_another_can_be_tried(shop: Shop, remote: Remote) -> None:
    placed = placed_with(shop)
    again = press_again(shop, remote, placed, REFUSAL, REFUSED.source, ["failed"])
    assert events(shop, "payment.failed") == 1
    assert again.starting != placed.starting
    assert states(shop, placed) == ["failed", "starting"]


@both_databases
def test_a_task_asks_where_the_request_ended_before(shop: Shop, remote: Remote) -> None:
    with clock.frozen(clock.now()):
        placed = placed_with(shop)
        remote.plan = [fails(Killed())]
        with pytest.raises(Killed):
            ask(shop, placed)
        run_due()
        assert states(shop, placed) == ["starting"]
        clock.advance(61)
        run_due()
    assert states(shop, placed) == ["pending"]
    assert list(remote.booked) == [placed.starting]
    assert payment_of(shop, placed.order.id).data["redirect_url"] == page(placed.starting)


@both_databases
def test_many_who_ask_at_once_get_one_payment(shop: Shop, remote: Remote) -> None:
    placed = placed_with(shop)
    assert set(at_once(lambda _number: ask(shop, placed))) == {page(placed.starting)}
    assert list(remote.booked) == [placed.starting]
    assert events(shop, "payment.started") == 1


def test_nobody_is_asked_for_an_order_that_has_ended(shop: Shop, remote: Remote) -> None:
    with clock.frozen(clock.now()):
        placed = placed_with(shop)
        with tenant_scope(shop.tenant_id), unit_of_work():
            cancel_order(placed.order.id)
        assert ask(shop, placed) == ""
        clock.advance(61)
        run_due()
    assert remote.asked == []


@both_databases
def test_money_that_is_reported_before_the_answer_is_booked_once(
    shop: Shop, remote: Remote, monkeypatch: pytest.MonkeyPatch
) -> None:
    placed = placed_with(shop)
    payment = payment_of(shop, placed.order.id)
    said = WebhookEvent(
        "evt_1", "payment.succeeded", f"remote_{payment.id.hex}", account="acct_remote",
        order_number=placed.order.order_number, amount=2999, currency="EUR", payment_id=payment.id,
    )  # fmt: skip
    monkeypatch.setattr(remote, "verify", lambda *_given: said)

    def report() -> None:
        with tenant_scope(shop.tenant_id), unit_of_work():
            assert handle_webhook(get_gateway("remote"), {}, b"{}").outcome == "succeeded"

    remote.plan = [report]
    assert ask(shop, placed) == ""
    run_due()
    found = payment_of(shop, placed.order.id)
    assert (found.status, found.captured, found.provider_ref) == ("succeeded", 2999, said.provider_ref)
    assert look(shop, placed.order.id).status == "fulfilled"


@pytest.fixture
def visitor(app: Flask, shop: Shop) -> Visitor:
    visitor = Visitor(app.test_client(), "http://acme.localhost:8000")
    assert visitor.post("/cart/add", {"variant_id": str(shop.key)}).status_code == 303
    return visitor


def test_a_shopper_is_sent_to_the_provider(visitor: Visitor, remote: Remote) -> None:
    form, head = {**FORM, "payment_method": "remote"}, {"Idempotency-Key": "order-1"}
    answers = [visitor.post("/checkout", form, headers=head) for _ in range(2)]
    [asked] = remote.asked
    assert [(one.status_code, one.location) for one in answers] == [(303, page(asked))] * 2
    assert answers[1].headers["Idempotent-Replayed"] == "true"
    assert visitor.post("/checkout", form).location == page(asked)  # pressed once more, without the key
    assert remote.asked == [asked]


def test_a_shopper_whose_provider_is_down_finds_the_order(
    shop: Shop, visitor: Visitor, remote: Remote
) -> None:
    remote.plan = [fails(SILENT)]
    first = visitor.post("/checkout", {**FORM, "payment_method": "remote"})
    assert first.status_code == 303 and "/orders/" in first.location
    [payment_id] = remote.asked
    with tenant_scope(shop.tenant_id), unit_of_work():
        payment = payment_by_id(payment_id)
    assert payment is not None
    assert look(shop, payment.order_id).payment_data["notice"] == NO_ANSWER.source
    pay = first.location.replace("?", "/pay?", 1)
    again = visitor.post(pay, {"payment_method": "remote"})
    assert again.location == page(remote.asked[0])
    assert len(remote.booked) == 1


@pytest.fixture
def rival(other_tenant: World) -> Shop:
    return open_shop(other_tenant)


def waits_for_the_provider(app: Flask, shop: Shop, rival: Shop, remote: Remote, seconds: float) -> bool:
    """Whether fifty shoppers of another store fill their carts only once the provider has answered."""
    asked, answer = Event(), Event()
    remote.plan = [lambda: (asked.set(), answer.wait(90))]
    buyer = Visitor(app.test_client(), "http://acme.localhost:8000")
    assert buyer.post("/cart/add", {"variant_id": str(shop.key)}).status_code == 303

    def fill(_number: int) -> int:
        visitor = Visitor(app.test_client(), "http://rival.localhost:8000")
        return visitor.post("/cart/add", {"variant_id": str(rival.key)}).status_code

    with ThreadPoolExecutor(2) as pool:
        order = pool.submit(buyer.post, "/checkout", {**FORM, "payment_method": "remote"})
        assert asked.wait(30)
        carts = pool.submit(lambda: [fill(number) for number in range(50)])
        waiting = bool(wait([carts], timeout=seconds).not_done)
        assert not order.done()
        answer.set()
        assert order.result(60).status_code == 303
        assert carts.result(60) == [303] * 50
    return waiting


@both_databases
def test_a_slow_provider_keeps_nobody_waiting(app: Flask, shop: Shop, rival: Shop, remote: Remote) -> None:
    assert not waits_for_the_provider(app, shop, rival, remote, 80)


def test_control_asked_in_the_transaction_it_stops_all_stores(
    app: Flask, shop: Shop, rival: Shop, remote: Remote, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("mtc.storefront.payment_redirect.after_writing", lambda work: work())
    monkeypatch.setattr("mtc.storefront.payment_redirect.ask_provider", lambda *_given: remote.plan.pop(0)())
    assert waits_for_the_provider(app, shop, rival, remote, 3)
