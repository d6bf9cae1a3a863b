"""Refunds while the provider, the network or the worker fails: the buyer's money goes back exactly once."""

from __future__ import annotations

from collections import namedtuple
from typing import Any

import pytest
from sqlalchemy import select

from mtc.core import clock
from mtc.core.db import session, unit_of_work
from mtc.core.registry import Entry
from mtc.core.tenancy import tenant_scope
from mtc.orders.models import Order
from mtc.payments.models import Refund
from mtc.payments.periodic import ATTEMPTS
from mtc.payments.queries import refund_list
from mtc.payments.services import refund, retry_refund
from mtc.payments.types import gateways
from mtc.payments.types.base import RefundError
from mtc.tasks.models import Task
from mtc.tasks.services import run_due
from tests.concurrency.test_notifications import at_once
from tests.orders.shop import Shop, bought, look
from tests.payments.provider import Bookkeeper, Killed, fails
from tests.payments.test_webhooks import events, said, tell
from tests.servers.database import both_databases

Named = namedtuple("Named", "order")  # as `said` takes what was placed
pytestmark = pytest.mark.thorough
UNSURE = RefundError("The provider did not answer in time.", permanent=False)


@pytest.fixture
def provider(monkeypatch: pytest.MonkeyPatch) -> Bookkeeper:
    """Stands for the test provider."""
    made = Bookkeeper()
    monkeypatch.setitem(gateways.entries, "test", Entry(made))
    return made


def ask(shop: Shop, order: Order) -> Refund:
    """Book a refund of the whole order; nobody has asked the provider yet."""
    with tenant_scope(shop.tenant_id), unit_of_work():
        [made] = refund(order.id)
    return made


def found(shop: Shop, order: Order) -> Refund:
    """The refund as it is now."""
    with tenant_scope(shop.tenant_id), unit_of_work():
        [one] = refund_list(order.id).items
    return one


def later(rounds: int = 1) -> None:
    """Work, and work again whenever a failed task is due again."""
    run_due()
    for _ in range(rounds):
        clock.advance(7 * 3600)
        run_due()


def refunded_once(shop: Shop, order: Order, provider: Bookkeeper) -> None:
    """What must be true at the end, whatever happened on the way."""
    one, now = found(shop, order), look(shop, order.id)
    assert provider.paid_back == {one.id: 2999}
    assert (one.status, one.provider_ref) == ("succeeded", f"prov_{one.id.hex}")
    assert (now.status, now.refunded_amount, now.paid_amount) == ("refunded", 2999, 2999)
    assert events(shop, "refund.succeeded") == events(shop, "order.refunded") == 1


@both_databases
def test_a_provider_that_books_and_then_is_silent_pays_once(shop: Shop, provider: Bookkeeper) -> None:
    order = bought(shop, (shop.key, 1))
    provider.plan = [fails(UNSURE), fails(TimeoutError("read timed out")), fails(ConnectionResetError())]
    with clock.frozen(clock.now()):
        ask(shop, order)
        later(3)
    assert len(provider.asked) == 4
    refunded_once(shop, order, provider)


def test_control_a_provider_that_is_asked_under_new_names_pays_again(
    shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The same failures without the idempotency key: the buyer gets the money three times."""
    forgetful = Bookkeeper(forgetful=True)
    monkeypatch.setitem(gateways.entries, "test", Entry(forgetful))
    order = bought(shop, (shop.key, 1))
    forgetful.plan = [fails(UNSURE), fails(TimeoutError())]
    with clock.frozen(clock.now()):
        ask(shop, order)
        later(2)
    assert sum(forgetful.paid_back.values()) == 3 * 2999


@both_databases
def test_a_worker_that_dies_between_the_answer_and_the_books(shop: Shop, provider: Bookkeeper) -> None:
    order = bought(shop, (shop.key, 1))
    provider.plan = [fails(Killed()), fails(Killed())]
    with clock.frozen(clock.now()):
        ask(shop, order)
        for _ in range(2):
            with pytest.raises(Killed):
                run_due()
            assert found(shop, order).status == "pending"
            clock.advance(61)
        run_due()
    assert len(provider.asked) == 3
    refunded_once(shop, order, provider)


@both_databases
@pytest.mark.parametrize("kind", ["refund.succeeded", "refund.failed"])
def test_the_notification_comes_before_the_answer(shop: Shop, provider: Bookkeeper, kind: str) -> None:
    order = bought(shop, (shop.key, 1))
    made = ask(shop, order)
    outcomes: list[str] = []

    def notify() -> None:
        word = said(shop, Named(order), kind, refund=str(made.id), reason="closed account")
        outcomes.extend(tell(shop, word).outcome for _ in range(2))

    provider.plan = [notify]
    run_due()
    assert outcomes == ["refunded" if kind == "refund.succeeded" else "failed", "duplicate"]
    refunded_once(shop, order, provider)


def test_two_workers_with_one_task_settle_it_once(shop: Shop, provider: Bookkeeper) -> None:
    """The first is so slow that its lease ends; both get the provider's answer, one writes it down."""
    order = bought(shop, (shop.key, 1))
    with clock.frozen(clock.now()):
        ask(shop, order)

        def second() -> None:
            clock.advance(61)
            assert run_due(1) == 1

        provider.plan = [second]
        run_due()
    assert len(provider.asked) == 2
    refunded_once(shop, order, provider)
    assert _open_tasks(shop) == []


def _open_tasks(shop: Shop) -> list[Any]:
    with tenant_scope(shop.tenant_id), unit_of_work():
        query = select(Task.name, Task.error).where(
            Task.tenant_id == shop.tenant_id, Task.status != "done", Task.name == "refund.send"
        )
        return list(session.execute(query).all())


@pytest.mark.parametrize("error", [UNSURE, TimeoutError("read timed out")], ids=["promised", "broken"])
def test_a_provider_that_never_answers_leaves_a_refund_to_try_again(
    shop: Shop, provider: Bookkeeper, error: Exception
) -> None:
    """Though it has paid: the retry goes under the same name, and the merchant was told."""
    order = bought(shop, (shop.key, 1))
    provider.plan = [fails(error)] * ATTEMPTS
    with clock.frozen(clock.now()):
        made = ask(shop, order)
        later(ATTEMPTS)
        one = found(shop, order)
        assert (one.status, one.attempts, _open_tasks(shop)) == ("failed", ATTEMPTS, [])
        assert events(shop, "order.attention") == 1
        with tenant_scope(shop.tenant_id), unit_of_work():
            retry_refund(made.id)
        run_due()
    assert len(provider.asked) == ATTEMPTS + 1
    refunded_once(shop, order, provider)


@both_databases
def test_eight_refund_notifications_at_once_settle_it_once(shop: Shop, provider: Bookkeeper) -> None:
    order = bought(shop, (shop.key, 1))
    made = ask(shop, order)
    word = said(shop, Named(order), "refund.succeeded", refund=str(made.id))
    outcomes = at_once(lambda n: tell(shop, {**word, "id": f"evt_{n // 2}"}).outcome)
    assert sorted(outcomes) == ["duplicate"] * 4 + ["ignored"] * 3 + ["refunded"]
    run_due()
    assert (provider.asked, found(shop, order).status) == ([], "succeeded")
    assert events(shop, "refund.succeeded") == 1


MISFITS: list[tuple[dict[str, Any], str]] = [
    ({"amount": 1}, "mismatch"),
    ({"amount": 6000}, "mismatch"),
    ({"currency": "USD"}, "mismatch"),
    ({"order": "9999"}, "mismatch"),
    ({"refund": "5b0cb9d2-8f1a-4b7e-9a40-8e2ed0c1aa11"}, "unknown"),
    ({"refund": "no id"}, "unknown"),
    ({"type": "refund.disputed"}, "ignored"),
]


def test_refund_notifications_that_do_not_fit_settle_nothing(shop: Shop, provider: Bookkeeper) -> None:
    """Nor does the refund of another order settle this one; what does not fit is shown to the merchant."""
    order, other = bought(shop, (shop.key, 1)), bought(shop, (shop.key, 1))
    made, foreign = ask(shop, order), ask(shop, other)
    word = said(shop, Named(order), "refund.succeeded", refund=str(made.id))
    for number, (changes, outcome) in enumerate([*MISFITS, ({"refund": str(foreign.id)}, "unknown")]):
        assert tell(shop, {**word, "id": f"evt_{number}", **changes}).outcome == outcome, changes
        assert found(shop, order).status == found(shop, other).status == "pending"
    assert events(shop, "order.attention") == 7
    run_due()
    assert [found(shop, one).status for one in (order, other)] == ["succeeded", "succeeded"]
    assert sorted(provider.asked) == sorted([made.id, foreign.id])
