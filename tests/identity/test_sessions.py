"""Sessions: rows that can be revoked, found by a hash, and gone when they have run out."""

from datetime import UTC, datetime, timedelta

import pytest
from flask import Flask

from mtc.core import clock
from mtc.core.db import session, unit_of_work
from mtc.core.tenancy import platform_scope, tenant_scope
from mtc.identity.models import Customer, LoginSession, User
from mtc.identity.services import close_session, create_user, find_session, guest_customer, open_session
from mtc.identity.services.sessions import (
    CUSTOMER_IDLE,
    CUSTOMER_LONGEST,
    STAFF_IDLE,
    STAFF_LONGEST,
    TOUCH_AFTER,
    key_hash,
    purge_sessions,
    save_session,
)
from tests.factories.tenants import World
from tests.servers.database import both_databases

PASSWORD = "a mild winter in Graz"
NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)


def shopper(world: World) -> tuple[Customer, str]:
    with tenant_scope(world.id), unit_of_work():
        customer = guest_customer(world.id, "bob@mail.example")
        key = open_session(tenant_id=world.id, customer_id=customer.id, auth_epoch=customer.auth_epoch)
    return customer, key


def found(world: World, key: str) -> bool:
    with tenant_scope(world.id, readonly=True):
        return find_session(key, world.id) is not None


@both_databases
def test_the_key_itself_is_nowhere(app: Flask, tenant: World) -> None:
    _, key = shopper(tenant)
    with tenant_scope(tenant.id, readonly=True):
        login = find_session(key, tenant.id)
        assert login is not None
        assert (login.key_hash, login.email) == (key_hash(key), "bob@mail.example")
        rows = session.execute(
            LoginSession.__table__.select().where(LoginSession.tenant_id == tenant.id)
        ).all()
    assert key not in repr(rows)
    assert len(key) == 43


@both_databases
def test_a_session_counts_at_its_own_tenant_only(app: Flask, tenant: World, other_tenant: World) -> None:
    _, key = shopper(tenant)
    assert found(tenant, key)
    assert not found(other_tenant, key)
    with platform_scope("as staff", readonly=True):
        assert find_session(key, None) is None


@pytest.mark.parametrize("key", ["", "x" * 19, "x" * 101, "x" * 43, "\ud800" * 43])
def test_a_key_that_nobody_has(app: Flask, tenant: World, key: str) -> None:
    assert not found(tenant, key)


@both_databases
def test_it_ends_when_idle_and_after_its_longest_time(app: Flask, tenant: World) -> None:
    with clock.frozen(NOON):
        _, key = shopper(tenant)
        clock.advance((CUSTOMER_IDLE - timedelta(seconds=1)).total_seconds())
        assert found(tenant, key)
        clock.advance(1)
        assert not found(tenant, key)
    with clock.frozen(NOON):
        with tenant_scope(tenant.id, readonly=True):
            login = find_session(key, tenant.id)
        assert login is not None
        step = CUSTOMER_IDLE - timedelta(hours=1)
        while clock.now() + step < NOON + CUSTOMER_LONGEST:
            clock.advance(step.total_seconds())
            assert found(tenant, key)
            with tenant_scope(tenant.id), unit_of_work():
                save_session(login)
        clock.advance((NOON + CUSTOMER_LONGEST - clock.now()).total_seconds())
        assert not found(tenant, key)


@both_databases
def test_staff_sessions_are_shorter(app: Flask) -> None:
    with clock.frozen(NOON):
        with platform_scope("log in"), unit_of_work():
            user = create_user("ada@shop.example", "Ada", PASSWORD, is_super_admin=True)
            key = open_session(user_id=user.id)
        for idle, alive in ((STAFF_IDLE - timedelta(seconds=1), True), (timedelta(seconds=1), False)):
            clock.advance(idle.total_seconds())
            with platform_scope("who", readonly=True):
                login = find_session(key, None)
            assert (login is not None and login.is_super_admin) is alive
    assert STAFF_LONGEST < CUSTOMER_IDLE


@both_databases
def test_logging_out_and_changing_the_password_end_it(app: Flask, tenant: World) -> None:
    customer, key = shopper(tenant)
    with tenant_scope(tenant.id), unit_of_work():
        session.get_one(Customer, (tenant.id, customer.id)).auth_epoch += 1
    assert not found(tenant, key)
    with tenant_scope(tenant.id), unit_of_work():
        key = open_session(tenant_id=tenant.id, customer_id=customer.id, auth_epoch=1)
    with tenant_scope(tenant.id), unit_of_work():
        login = find_session(key, tenant.id)
        assert login is not None
        close_session(login)
    assert not found(tenant, key)


@both_databases
def test_a_blocked_person_has_no_session(app: Flask, tenant: World) -> None:
    customer, key = shopper(tenant)
    with tenant_scope(tenant.id), unit_of_work():
        session.get_one(Customer, (tenant.id, customer.id)).status = "blocked"
    assert not found(tenant, key)
    with platform_scope("staff"), unit_of_work():
        user = create_user("ada@shop.example", "Ada", PASSWORD)
        staff_key = open_session(user_id=user.id)
        session.get_one(User, user.id).status = "blocked"
    with platform_scope("who", readonly=True):
        assert find_session(staff_key, None) is None


@both_databases
def test_it_remembers_small_things(app: Flask, tenant: World) -> None:
    with clock.frozen(NOON):
        _, key = shopper(tenant)
        with tenant_scope(tenant.id), unit_of_work():
            login = find_session(key, tenant.id)
            assert login is not None
            assert not login.stale
            login.put("next", "/cart")
            assert login.changed
            save_session(login)
        clock.advance(TOUCH_AFTER.total_seconds())
        with tenant_scope(tenant.id, readonly=True):
            again = find_session(key, tenant.id)
        assert again is not None
        assert again.stale
        assert (again.pop("next"), again.pop("next", "/"), again.data) == ("/cart", "/", {})


@both_databases
def test_what_has_run_out_is_deleted(app: Flask, tenant: World) -> None:
    with clock.frozen(NOON):
        shopper(tenant)
        with platform_scope("clean up"), unit_of_work():
            assert purge_sessions() == 0
        clock.advance(CUSTOMER_LONGEST.total_seconds())
        with platform_scope("clean up"), unit_of_work():
            assert purge_sessions() == 1
