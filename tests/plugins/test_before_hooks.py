"""Every before-hook: asked once, with its payload, while nothing is locked; refused, nothing is done."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select

from mtc.core.db import session
from mtc.core.hooks import Reject
from mtc.core.retry import repeatable
from mtc.emails.models import Email
from mtc.emails.services import send_email
from mtc.events.models import Event
from mtc.tasks.services import run_due
from tests.orders.shop import Shop, bought
from tests.plugins.before_operations import CATALOG, SALES, Operation
from tests.plugins.hanging import writer_is_locked
from tests.plugins.kit import at_work, switch_on
from tests.plugins.people_operations import DELIVERY, PEOPLE, STORES
from tests.plugins.samples import module_of
from tests.servers.database import both_databases

Guest = Callable[..., None]
OPERATIONS = {**CATALOG, **SALES, **PEOPLE, **STORES, **DELIVERY}
BY_TASKS = {"before_delivery", "before_mail_send"}  # tests of their own: nobody is there to read a refusal
CODE = """
ASKED, LOCKED, REFUSES, LOOK = [], [], [True], [None]
@hookimpl
def {hook}(ctx, payload):
    ASKED.append(payload)
    LOCKED.append(LOOK[0] is not None and LOOK[0]())
    if REFUSES[0]:
        raise Reject("Not today.", {{"name": ["Choose another."]}})
"""


def work(tenant: Any, operation: Operation) -> None:
    """Do it as a request does: what must not happen inside the transaction happens before it is done anew."""

    def attempt() -> None:
        with at_work(tenant):
            operation()

    repeatable(attempt)


def events(tenant: Any) -> int:
    with at_work(tenant):
        return session.scalar(select(func.count()).select_from(Event)) or 0


@pytest.mark.parametrize("hook", sorted(OPERATIONS))
def test_it_is_asked_once_and_may_refuse(
    app: Flask, tenant: Any, sale: Shop, guest: Guest, hook: str
) -> None:
    operation = OPERATIONS[hook](sale)
    guest("asked", CODE.format(hook=hook), hooks=[hook])
    switch_on(tenant, "asked")
    module = module_of("asked")
    module.LOOK[0] = writer_is_locked
    before = events(tenant)
    with pytest.raises(Reject, match=r"Not today\.") as refused:
        work(tenant, operation)
    assert refused.value.details == {"name": ["Choose another."]}
    assert (len(module.ASKED), module.LOCKED, events(tenant)) == (1, [False], before)
    payload = app.extensions["mtc.hooks"].specifications[hook].payload
    assert type(module.ASKED[0]) is payload
    module.REFUSES[0] = False
    work(tenant, operation)
    assert (len(module.ASKED), module.LOCKED) == (2, [False, False])
    assert type(module.ASKED[1]) is payload


def test_every_before_hook_is_tested(app: Flask) -> None:
    names = {name for name in app.extensions["mtc.hooks"].names() if name.startswith("before_")}
    assert names == set(OPERATIONS) | BY_TASKS


@both_databases
def test_mail_that_is_refused_is_not_sent(tenant: Any, sale: Shop, guest: Guest, ports: Any) -> None:
    guest("asked", CODE.format(hook="before_mail_send"), hooks=["before_mail_send"])
    switch_on(tenant, "asked")
    with at_work(tenant):
        send_email("note", to="ada@mail.example", subject="Hello", text="Hello Ada")
    run_due()
    assert ports.mail.sent == []
    with at_work(tenant):
        [row] = session.scalars(select(Email)).all()
        assert (row.status, row.error) == (
            "failed",
            "Not today. It is not sent again: trying again is no use.",
        )
    assert len(module_of("asked").ASKED) == 1


@both_databases
def test_mail_leaves_as_a_plugin_left_it(tenant: Any, sale: Shop, guest: Guest, ports: Any) -> None:
    code = (
        "from dataclasses import replace\n@hookimpl\ndef before_mail_send(ctx, payload):\n"
        "    return replace(payload, subject=payload.subject + '\\n!', text=payload.text + 'PS')\n"
        "SENT = []\n@hookimpl\ndef after_mail_sent(ctx, payload):\n    SENT.append(payload.kind)\n"
    )
    guest("postscript", code, hooks=["before_mail_send", "after_mail_sent"])
    switch_on(tenant, "postscript")
    bought(sale, (sale.free, 1))
    run_due()
    receipt, _ = ports.mail.sent
    assert receipt.subject == "Your order 1001 !"
    assert receipt.text.endswith("PS")
    assert "[[" not in receipt.text
    assert sorted(module_of("postscript").SENT) == ["files", "order-received"]


def test_only_marked_fields_may_be_changed(tenant: Any, sale: Shop, guest: Guest) -> None:
    code = (
        "from dataclasses import replace\n@hookimpl\ndef before_checkout(ctx, payload):\n"
        "    return replace(payload, email='eve@mail.example')\n"
    )
    guest("thief", code, hooks=["before_checkout"])
    switch_on(tenant, "thief")
    assert bought(sale, (sale.free, 1)).email == "Ada@Example.org"


@pytest.mark.parametrize(
    ("hook", "change", "error"),
    [
        ("before_cart_add", "quantity=0", "Choose a quantity from 1 to"),
        ("before_collection_create", "values={'name': ''}", "Give the collection a name"),
        ("before_order_number", "number='a/b'", "1 to 20 characters"),
        ("before_store_update", "changes={'name': ''}", "Give the store a name"),
        ("before_member_invite", "role='emperor'", "Choose a role"),
    ],
)
def test_what_a_plugin_writes_is_checked_like_what_people_write(
    tenant: Any, sale: Shop, guest: Guest, hook: str, change: str, error: str
) -> None:
    operation = OPERATIONS[hook](sale)
    code = f"from dataclasses import replace\n@hookimpl\ndef {hook}(ctx, payload):\n"
    guest("sloppy", f"{code}    return replace(payload, {change})\n", hooks=[hook])
    switch_on(tenant, "sloppy")
    with pytest.raises(Exception, match=error):
        work(tenant, operation)


@both_databases
def test_an_order_gets_the_number_of_a_plugin(tenant: Any, sale: Shop, guest: Guest) -> None:
    code = (
        "from dataclasses import replace\n@hookimpl\ndef before_order_number(ctx, payload):\n"
        "    return replace(payload, number=f'2026-{payload.number}')\n"
    )
    guest("years", code, hooks=["before_order_number"])
    switch_on(tenant, "years")
    assert bought(sale, (sale.free, 1)).order_number == "2026-1001"


def test_keys_are_added_as_a_plugin_left_them(tenant: Any, sale: Shop, guest: Guest) -> None:
    code = (
        "from dataclasses import replace\n@hookimpl\ndef before_stock_add(ctx, payload):\n"
        "    return replace(payload, keys=payload.keys[:1], batch='tested')\n"
    )
    guest("tester", code, hooks=["before_stock_add"])
    switch_on(tenant, "tester")
    from mtc.catalog.services import stock_import

    with at_work(tenant):
        assert stock_import.add_keys(sale.key, ["NEW-KEY-1", "NEW-KEY-2"]).added == 1


def test_carts_are_followed_only_where_somebody_asks(tenant: Any, sale: Shop, guest: Guest) -> None:
    before = events(tenant)
    work(tenant, OPERATIONS["before_cart_add"](sale))
    assert events(tenant) == before
    code = "SEEN = []\n@hookimpl\ndef after_cart_added(ctx, payload):\n    SEEN.append(payload.quantity)\n"
    guest("follower", code, hooks=["after_cart_added"])
    switch_on(tenant, "follower")
    work(tenant, OPERATIONS["before_cart_add"](sale))
    run_due()
    assert module_of("follower").SEEN == [2]
