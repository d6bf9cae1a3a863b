"""Whatever the order in which a provider's words and our own work come, the end is the same."""

from __future__ import annotations

import itertools
import os
from collections import namedtuple
from collections.abc import Callable
from functools import partial
from typing import Any
from uuid import uuid4

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import func, select, update

from mtc.checkout.services import pay_again
from mtc.core import clock
from mtc.core.db import session, unit_of_work
from mtc.core.tenancy import tenant_scope
from mtc.events.models import Event
from mtc.orders.models import Order
from mtc.orders.services import expire_pending, get_order
from mtc.payments.models import Payment
from mtc.payments.queries import payments_of, refund_list
from mtc.payments.services import credentials_of, handle_webhook, refund
from mtc.payments.types.test import signed
from mtc.tasks.services import run_due
from tests.orders.shop import Shop, bought, look, open_shop, order_of, payment_of
from tests.payments.test_webhooks import said, tell

pytestmark = pytest.mark.thorough

Named = namedtuple("Named", "order")  # as `said` takes what was placed
Words = list[tuple[str, Callable[[], object]]]
EXAMPLES = max(1, int(os.environ.get("HISTORIES", "25")) // 3)
shuffled = settings(
    max_examples=EXAMPLES,
    deadline=None,
    database=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)


@pytest.fixture
def shop(tenant: Any) -> Shop:
    """The shop of Acme with keys for every example."""
    return open_shop(tenant, keys=400)


def count(shop: Shop, order: Order, name: str) -> int:
    """How many events of a name an order has."""
    with tenant_scope(shop.tenant_id), unit_of_work():
        query = select(func.count()).select_from(Event)
        mine = (Event.tenant_id == shop.tenant_id, Event.entity_id == order.id, Event.name == name)
        return int(session.execute(query.where(*mine)).scalar_one())


def end(shop: Shop, order: Order) -> dict[str, Any]:
    """Everything about an order that money and goods hang on."""
    run_due()
    now = look(shop, order.id)
    with tenant_scope(shop.tenant_id), unit_of_work():
        payments = [(one.status, one.captured, one.refunded) for one in payments_of(order.id)]
        refunds = [(one.status, one.amount) for one in refund_list(order.id).items]
    facts = ("order.paid", "payment.succeeded", "refund.succeeded", "order.refunded", "order.attention")
    return {
        "order": (now.status, now.paid_amount, now.refunded_amount, now.payment_data["state"]),
        "lines": [(item.delivery_status, item.refunded_quantity) for item in now.items],
        "payments": payments,
        "refunds": refunds,
        **{name: count(shop, order, name) for name in facts},
    }


def words(shop: Shop, order: Order, *kinds: str, **more: Any) -> Words:
    """Notifications about the only payment of an order, each with an id of its own."""
    made: Words = []
    for kind in kinds:
        message = said(shop, Named(order), kind, id=f"evt_{uuid4().hex}", **more)
        made.append((kind, partial(tell, shop, message)))
    return made


def expire(shop: Shop) -> int:
    """The time to pay is over."""
    with tenant_scope(shop.tenant_id), unit_of_work():
        return expire_pending(clock.now().replace(year=2100))


@shuffled
@given(sequence=st.permutations(range(11)))
def test_an_order_that_is_paid_twice(shop: Shop, sequence: list[int]) -> None:
    """Two attempts, both charged, with declines, repeats, misfits and the end of the time to pay."""
    order = order_of(shop, (shop.key, 1), (shop.file, 1)).order
    things = words(
        shop, order, "payment.failed", "payment.cancelled", "payment.succeeded", "payment.succeeded",
        "payment.disputed",
    )  # fmt: skip
    things += words(shop, order, "payment.succeeded", amount=1)  # a part of the price
    things += words(shop, order, "refund.succeeded", refund=str(uuid4()))  # made at the provider's
    things += words(shop, order, "payment.succeeded", payment="nobody's")
    second = _second_charge(shop, order)
    things += [(f"second {kind}", partial(tell, shop, {**second, "id": uuid4().hex, "type": kind}))
               for kind in ("payment.cancelled", "payment.succeeded")]  # fmt: skip
    things.append(("expire", partial(expire, shop)))
    for number in sequence:
        things[number][1]()
    assert end(shop, order) == {
        "order": ("fulfilled", 2 * 4199, 0, "succeeded"),
        "lines": [("delivered", 0), ("delivered", 0)],
        "payments": [("succeeded", 4199, 0)] * 2,
        "refunds": [],
        "order.paid": 1,
        "payment.succeeded": 2,
        "refund.succeeded": 0,
        "order.refunded": 0,
        "order.attention": 3,  # a part of the price, a foreign refund, paid twice
    }


def _second_charge(shop: Shop, order: Order) -> dict[str, Any]:
    """What the provider says about another attempt, which it takes money for as well."""
    first = payment_of(shop, order.id)
    message = said(shop, Named(order))
    for status in ("cancelled", "pending"):  # aside for a moment, or the open attempt would be used again
        with tenant_scope(shop.tenant_id), unit_of_work():
            session.execute(
                update(Payment)
                .where(Payment.tenant_id == shop.tenant_id, Payment.id == first.id)
                .values(status=status)
            )
            if status == "cancelled":
                pay_again(get_order(order.id))
    with tenant_scope(shop.tenant_id), unit_of_work():
        second = next(one for one in payments_of(order.id) if one.id != first.id)
        return {**message, "payment": second.provider_ref}


@shuffled
@given(sequence=st.permutations(range(8)))
def test_an_order_that_is_refunded(shop: Shop, sequence: list[int]) -> None:
    """Late words about the payment, both words about the refund, and our own question to the provider."""
    order = bought(shop, (shop.key, 1))
    with tenant_scope(shop.tenant_id), unit_of_work():
        [made] = refund(order.id)
    things = words(
        shop, order, "payment.failed", "payment.cancelled", "payment.succeeded", "payment.disputed"
    )
    things += words(shop, order, "refund.succeeded", "refund.succeeded", "refund.failed", refund=str(made.id))
    things.append(("work", run_due))
    for number in sequence:
        things[number][1]()
    assert end(shop, order) == {
        "order": ("refunded", 2999, 2999, "succeeded"),
        "lines": [("revoked", 1)],
        "payments": [("succeeded", 2999, 2999)],
        "refunds": [("succeeded", 2999)],
        "order.paid": 1,
        "payment.succeeded": 1,
        "refund.succeeded": 1,
        "order.refunded": 1,
        "order.attention": 1,  # it was reported as failed, before or after
    }


def test_an_order_that_nobody_pays(shop: Shop) -> None:
    ends = []
    for sequence in itertools.permutations(("payment.failed", "payment.cancelled", "payment.disputed")):
        order = order_of(shop, (shop.key, 1)).order
        for _, say in words(shop, order, *sequence):
            say()
        ends.append(end(shop, order))
    assert {one["order"] for one in ends} == {("pending", 0, 0, "failed")}
    assert ends == [ends[0]] * 6 and ends[0]["payments"] == [("failed", 0, 0)]


def test_a_decline_does_not_hide_the_attempt_that_is_under_way(shop: Shop) -> None:
    """The page of an order must not say “try again” while the second attempt may still be charged."""
    order = order_of(shop, (shop.key, 1)).order
    first = said(shop, Named(order))
    _second_charge(shop, order)
    assert tell(shop, {**first, "type": "payment.failed", "reason": "No."}).outcome == "failed"
    assert look(shop, order.id).payment_data == {"state": "started", "gateway": "test", "notice": ""}


def test_control_believing_the_last_word_ends_differently(shop: Shop) -> None:
    """What most first drafts do: the status is whatever was said last."""

    def believe(payment: Payment, kind: str) -> None:
        with tenant_scope(shop.tenant_id), unit_of_work():
            session.execute(
                update(Payment)
                .where(Payment.tenant_id == shop.tenant_id, Payment.id == payment.id)
                .values(status=kind.removeprefix("payment."))
            )

    ends = set()
    for sequence in itertools.permutations(("payment.failed", "payment.cancelled", "payment.succeeded")):
        order = order_of(shop, (shop.file, 1)).order
        for kind in sequence:
            believe(payment_of(shop, order.id), kind)
        ends.add(payment_of(shop, order.id).status)
    assert ends == {"failed", "cancelled", "succeeded"}


def test_a_sender_that_dies_before_the_commit_is_heard_the_second_time(shop: Shop) -> None:
    """The row that makes a notification count once goes with the booking, or not at all."""
    order = order_of(shop, (shop.key, 1)).order
    message = said(shop, Named(order))

    class PowerCut(BaseException):
        pass

    with pytest.raises(PowerCut), tenant_scope(shop.tenant_id), unit_of_work():
        letter = signed(message, credentials_of(shop.gateway)["secret"])
        assert handle_webhook(shop.gateway, *letter).outcome == "succeeded"
        raise PowerCut
    assert look(shop, order.id).status == "pending"
    assert tell(shop, message).outcome == "succeeded"
    assert look(shop, order.id).paid_amount == 2999
