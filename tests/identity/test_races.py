"""Two at once with one mailed link or one old password: the second finds that it is used."""

from __future__ import annotations

from collections.abc import Callable
from threading import Barrier
from typing import Any
from uuid import UUID

import pytest
from flask import Flask
from sqlalchemy import select

from mtc.core.db import session, unit_of_work
from mtc.core.errors import GoneError, UnauthorizedError, ValidationError
from mtc.core.tenancy import platform_scope, tenant_scope
from mtc.identity import queries
from mtc.identity.models import Customer, User
from mtc.identity.services import (
    account,
    create_user,
    customer_login,
    customers,
    guest_customer,
    staff,
    staff_login,
)
from mtc.identity.services.customers import change_own_password
from mtc.identity.services.email_tokens import JOIN, RESET, join, proof_token, reset_password
from mtc.identity.services.passwords import hash_password
from tests.concurrency.test_notifications import at_once
from tests.factories.tenants import World
from tests.servers.database import both_databases

OLD, NEW = "a mild winter in Graz", ("seven green bottles", "eight brown horses")
WHO = {"reset": "ada", "join": "guest", "shopper": "bea"}


def _ways(world: World) -> dict[str, tuple[Callable[[int], Any], type[Exception]]]:
    """Each way to a new password, and what the second of two gets."""
    with tenant_scope(world.id), unit_of_work():
        ada, guest, bea = (guest_customer(world.id, f"{name}@shop.example") for name in WHO.values())
        ada.password_hash = bea.password_hash = hash_password(OLD)
        reset, finish = proof_token(ada, RESET), proof_token(guest, JOIN)
    with platform_scope("make a person"), unit_of_work():
        olga = create_user("olga@shop.example", "Olga", OLD)
    bea_id, olga_id = bea.id, olga.id

    def shop(what: Callable[[int], Any]) -> Callable[[int], str]:
        def act(number: int) -> str:
            with tenant_scope(world.id), unit_of_work():
                what(number)
            return "done"

        return act

    def staff(number: int) -> str:
        with platform_scope("a request"), unit_of_work():
            account.change_password(olga_id, OLD, NEW[number])
        return "done"

    return {
        "reset": (shop(lambda n: reset_password(world.id, reset, NEW[n])), GoneError),
        "join": (shop(lambda n: join(world.id, finish, NEW[n])), GoneError),
        "shopper": (shop(lambda n: change_own_password(world.id, bea_id, OLD, NEW[n])), ValidationError),
        "staff": (staff, ValidationError),
    }


def _epochs(world: World, way: str) -> int:
    """How often the password has changed, by the count that ends sessions."""
    if way == "staff":
        with platform_scope("look", readonly=True), unit_of_work():
            return session.scalars(select(User.auth_epoch)).one()
    with tenant_scope(world.id), unit_of_work():
        who = WHO[way]
        return session.scalars(
            select(Customer.auth_epoch).where(Customer.email_lc == f"{who}@shop.example")
        ).one()


@both_databases
def test_the_second_of_two_at_once_is_refused(app: Flask, tenant: World, subtests: pytest.Subtests) -> None:
    for way, (act, refusal) in _ways(tenant).items():
        with subtests.test(way):
            results = at_once(act, 2)
            assert (
                results.count("done") == 1 and [isinstance(one, refusal) for one in results].count(True) == 1
            )
            assert _epochs(tenant, way) == 1


@pytest.mark.postgres
def test_control_without_the_lock_both_set_one_and_both_their_sessions_count(
    app: Flask, tenant: World, monkeypatch: pytest.MonkeyPatch, subtests: pytest.Subtests
) -> None:
    both = Barrier(2, timeout=20)

    def looked(find: Callable[..., Any]) -> Callable[..., Any]:
        def look(*which: UUID) -> Any:
            row = find(*which)
            both.wait()
            return row

        return look

    monkeypatch.setattr(queries, "locked_customer", looked(queries.customer))
    monkeypatch.setattr(account, "locked_user", looked(queries.user))
    for way, (act, _) in _ways(tenant).items():
        with subtests.test(way):
            assert at_once(act, 2) == ["done", "done"]
            assert _epochs(tenant, way) == 1, "the second change ended no session of the first"


@pytest.mark.postgres
def test_a_log_in_brings_no_old_password_back(
    app: Flask, tenant: World, monkeypatch: pytest.MonkeyPatch, subtests: pytest.Subtests
) -> None:
    """The parameters of hashes were raised: a log-in writes the hash anew while the password is changed."""
    ways, meanwhile = _ways(tenant), hash_password

    def shopper(password: str) -> None:
        with tenant_scope(tenant.id), unit_of_work():
            customer_login(tenant.id, "bea@shop.example", password)

    def olga(password: str) -> None:
        with platform_scope("a request"), unit_of_work():
            staff_login("olga@shop.example", password)

    for way, module, log_in in (("shopper", customers, shopper), ("staff", staff, olga)):

        def slowly(password: str, act: Callable[[int], Any] = ways[way][0]) -> str:
            if password == OLD:
                assert at_once(act, 1) == ["done"]
            return meanwhile(password)

        with subtests.test(way), monkeypatch.context() as patch:
            patch.setattr(module, "needs_rehash", lambda _hash: True)
            patch.setattr(module, "hash_password", slowly)
            log_in(OLD)
            patch.undo()
            log_in(NEW[0])
            with pytest.raises(UnauthorizedError):
                log_in(OLD)
