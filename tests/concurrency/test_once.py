"""Fifty at once with one Idempotency-Key, and a process that dies in the middle of a request."""

from __future__ import annotations

import os
import signal
from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import event, func, select

from mtc.checkout.models import CartLine
from mtc.core import row_locking
from mtc.core.db import Base, session, unit_of_work
from mtc.core.tenancy import platform_scope, tenant_scope
from mtc.emails.models import Email
from mtc.extensions import MtcSession, db
from mtc.idempotency import services as once
from mtc.idempotency.models import IdempotencyKey
from mtc.integrations.services import create_api_key
from mtc.orders.models import Order
from mtc.testing.leak_detector import Unlimited
from tests.api.programs import Program
from tests.concurrency.test_notifications import at_once
from tests.security.fort import Fort, Visitor, build
from tests.servers.database import both_databases
from tests.servers.kept import kept
from tests.storefront.conftest import BUYER, site

__all__ = ["site"]
SENDERS, FEW = 50, 12


@pytest.fixture
@kept
def fort(site: Flask, tenant: Any) -> Fort:
    """Acme with goods."""
    return build(tenant)


@pytest.fixture
def cart(site: Flask, fort: Fort) -> str:
    """The cookie of a visitor whose cart holds one guide."""
    return new_cart(site, fort)


def new_cart(site: Flask, fort: Fort) -> str:
    visitor = Visitor(site.test_client(), fort.base)
    visitor.post("/cart/add", {"variant_id": fort.ids["file_variant"]})
    cookie = visitor.client.get_cookie("mtc_cart", domain="acme.localhost")
    assert cookie is not None
    return cookie.value


def key_of(fort: Fort) -> str:
    with tenant_scope(fort.tenant_id), unit_of_work():
        return create_api_key("Ledger", ["orders:write"])[1]


def with_cookie(site: Flask, fort: Fort, cart: str) -> Visitor:
    visitor = Visitor(site.test_client(), fort.base)
    visitor.client.set_cookie("mtc_cart", cart, domain="acme.localhost")
    return visitor


def number_of(model: Any) -> int:
    with platform_scope("count in a test", readonly=True), unit_of_work():
        return int(session.execute(select(func.count()).select_from(model)).scalar_one())


def quantity() -> int:
    with platform_scope("count in a test", readonly=True), unit_of_work():
        return int(session.execute(select(func.sum(CartLine.quantity))).scalar_one())


def together(times: int, send: Callable[[Visitor], Any], site: Flask, fort: Fort, cart: str) -> Counter[Any]:
    """(status, replayed, target) of so many requests that start at once."""

    def one(_number: int) -> Any:
        answer = send(with_cookie(site, fort, cart))
        target = answer.headers.get("Location", "")
        return answer.status_code, answer.headers.get("Idempotent-Replayed", "") == "true", target

    site.extensions["mtc.ports"] = replace(site.extensions["mtc.ports"], limits=Unlimited())
    return Counter(at_once(one, times))


def place(visitor: Visitor) -> Any:
    return visitor.post("/checkout", BUYER, headers={"Idempotency-Key": "k"})


def of_fifty_orders_one_is_placed_and_49_answers_are_given_again(site: Flask, fort: Fort, cart: str) -> None:
    before = number_of(Order)
    found = together(SENDERS, place, site, fort, cart)
    assert number_of(Order) == before + 1
    assert len({target for _, _, target in found}) == 1, found
    assert {(status, replayed): count for (status, replayed, _), count in found.items()} == {
        (303, False): 1,
        (303, True): SENDERS - 1,
    }


def add(fort: Fort) -> Callable[[Visitor], Any]:
    form = {"variant_id": fort.ids["file_variant"]}
    return lambda visitor: visitor.post("/cart/add", form, headers={"Idempotency-Key": "k"})


def an_addition_counts_once_and_as_the_control_each_time_without_the_unique_row(
    site: Flask, fort: Fort, cart: str
) -> None:
    found = together(FEW, add(fort), site, fort, cart)
    assert found == {(303, False, "/cart"): 1, (303, True, "/cart"): FEW - 1}
    assert quantity() == 2
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(once, "insert_once", lambda *_: True)
        patch.setattr("mtc.middleware.idempotency.keep_answer", lambda *_: None)
        assert together(FEW, add(fort), site, fort, cart) == {(303, False, "/cart"): FEW}
    assert quantity() == 2 + FEW


def of_twelve_mails_that_a_program_asks_for_one_is_sent(site: Flask, fort: Fort, _cart: str) -> None:
    """And with a key for each, as the control, all of them: nothing else stands in their way."""
    key = key_of(fort)
    site.extensions["mtc.ports"] = replace(site.extensions["mtc.ports"], limits=Unlimited())

    def resend(once_key: str) -> tuple[int, bool]:
        program = Program(site, "acme", key)
        answer = program.post(f"/orders/{fort.order}/resend", Idempotency_Key=once_key)
        return answer.status_code, "Idempotent-Replayed" in answer.headers

    before = number_of(Email)
    assert Counter(at_once(lambda _: resend("k"), FEW)) == {(200, False): 1, (200, True): FEW - 1}
    assert number_of(Email) == before + 1
    assert Counter(at_once(lambda number: resend(f"k{number}"), FEW)) == {(200, False): FEW}
    assert number_of(Email) == before + 1 + FEW


@both_databases
def test_many_at_once(site: Flask, fort: Fort, cart: str, subtests: pytest.Subtests) -> None:
    for part in (
        an_addition_counts_once_and_as_the_control_each_time_without_the_unique_row,
        of_fifty_orders_one_is_placed_and_49_answers_are_given_again,
        of_twelve_mails_that_a_program_asks_for_one_is_sent,
    ):
        with subtests.test(part.__name__):
            part(site, fort, cart)


@pytest.mark.postgres
def test_who_waits_too_long_is_told_to_come_again(
    site: Flask, fort: Fort, cart: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A request that hangs holds nobody else up for ever; when it fails, the key is free."""
    monkeypatch.setattr(row_locking, "LOCK_TIMEOUT_MS", 50)
    real, answers = once.insert_once, []

    def hang(row: Base, sentence: str) -> bool:
        real(row, sentence)
        monkeypatch.setattr(once, "insert_once", real)
        answers.extend(at_once(lambda _: add(fort)(with_cookie(site, fort, cart)), 1))
        raise RuntimeError("the power goes")

    monkeypatch.setattr(once, "insert_once", hang)
    failed = add(fort)(with_cookie(site, fort, cart))
    assert failed.status_code == 500
    assert (answers[0].status_code, answers[0].headers["Retry-After"]) == (409, "1")
    assert "under way" in answers[0].text and quantity() == 1
    again = add(fort)(with_cookie(site, fort, cart))
    assert again.status_code == 303 and "Idempotent-Replayed" not in again.headers
    assert quantity() == 2


def die(site: Flask, send: Callable[[], Any], moment: str) -> None:
    """Send the request from a process that is killed before or after it commits what it has written."""
    db.engine.dispose()  # no connection crosses the fork
    child = os.fork()
    if not child:

        def kill(work: Any) -> None:
            savepoint = work.get_nested_transaction() is not None
            if not work.info["scope"].readonly and not savepoint:
                os.kill(os.getpid(), signal.SIGKILL)

        event.listen(MtcSession, moment, kill)
        try:
            send()
        finally:
            os._exit(3)
    _, status = os.waitpid(child, 0)
    assert os.WIFSIGNALED(status) and os.WTERMSIG(status) == signal.SIGKILL


@both_databases
def test_a_process_that_dies_before_its_commit_leaves_the_key_free(
    site: Flask, fort: Fort, cart: str
) -> None:
    """After its commit the effects are there and only the answer was lost: asking again gives it."""
    before, answers = number_of(Order), number_of(IdempotencyKey)
    die(site, lambda: place(with_cookie(site, fort, cart)), "before_commit")
    assert (number_of(Order), number_of(IdempotencyKey)) == (before, answers)
    retried, again = (place(with_cookie(site, fort, cart)) for _ in range(2))
    assert retried.status_code == 303 and "Idempotent-Replayed" not in retried.headers
    assert again.headers["Idempotent-Replayed"] == "true"
    assert again.headers["Location"] == retried.headers["Location"]
    assert number_of(Order) == before + 1

    other = new_cart(site, fort)
    die(site, lambda: place(with_cookie(site, fort, other)), "after_commit")
    assert (number_of(Order), number_of(IdempotencyKey)) == (before + 2, answers + 2)
    late = place(with_cookie(site, fort, other))
    assert late.status_code == 303 and late.headers["Idempotent-Replayed"] == "true"
    assert late.headers["Location"] != retried.headers["Location"] and number_of(Order) == before + 2
