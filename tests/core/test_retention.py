"""Rows that have served their time go some at a time, and none that is needed again meanwhile."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from flask import Flask, current_app
from sqlalchemy import delete, func, select, text, update

from mtc.core import clock, retention
from mtc.core.db import session, unit_of_work
from mtc.core.retention import purge_rows
from mtc.core.row_locking import matched_rows
from mtc.core.tenancy import platform_scope, tenant_scope
from mtc.identity.models import LoginSession
from tests.factories.tenants import World
from tests.servers.database import both_databases
from tests.servers.waiting import eventually


def sessions(world: World, number: int) -> None:
    """So many that ended an hour ago, and one that lasts."""
    now = clock.now()
    with tenant_scope(world.id), unit_of_work():
        for place in range(number + 1):
            ends = now + timedelta(hours=1 if place == number else -1)
            key = uuid4().hex
            session.add(LoginSession(tenant_id=world.id, key_hash=key, last_seen_at=now, expires_at=ends))


def ended() -> Any:
    return LoginSession.expires_at <= clock.now()


def left() -> int:
    with platform_scope("count", readonly=True), unit_of_work():
        return int(session.execute(select(func.count()).select_from(LoginSession)).scalar_one())


@both_databases
def test_each_batch_is_one_statement_and_committed(
    tenant: World, queries: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(retention, "BATCH", 10)
    committed = []
    kept = retention.commit_batch

    def commit() -> None:
        kept()
        committed.append(True)

    monkeypatch.setattr(retention, "commit_batch", commit)
    for number, statements in ((0, 1), (9, 1), (10, 2), (35, 4)):
        sessions(tenant, number)
        with queries() as seen, platform_scope("purge"), unit_of_work():
            assert purge_rows(LoginSession, ended()) == number
        assert len(seen) == statements, "\n".join(seen)
        assert len(committed) == statements - 1
        committed.clear()
    assert left() == 4


@both_databases
def test_a_tenants_purge_touches_no_other(tenant: World, other_tenant: World) -> None:
    for world in (tenant, other_tenant):
        sessions(world, 3)
    with tenant_scope(tenant.id), unit_of_work():
        assert purge_rows(LoginSession, LoginSession.tenant_id == tenant.id, ended()) == 3
    assert left() == 1 + 4


def purge_once() -> int:
    return purge_rows(LoginSession, ended())


def purge_unasked() -> int:
    """The control: what was chosen is deleted without asking again."""
    some = select(LoginSession.id).where(ended()).limit(10).cte("over").prefix_with("MATERIALIZED")
    return matched_rows(delete(LoginSession).where(LoginSession.id.in_(select(some.c.id))))


@pytest.mark.postgres
@pytest.mark.parametrize(("purge", "remain"), [(purge_once, 2), (purge_unasked, 1)])
def test_what_is_renewed_while_it_is_waited_for_stays(
    tenant: World, purge: Callable[[], int], remain: int
) -> None:
    sessions(tenant, 1)
    app: Flask = current_app._get_current_object()  # type: ignore[attr-defined]

    def work() -> int:
        with app.app_context(), platform_scope("purge"), unit_of_work():
            return purge()

    def waits() -> bool:
        query = "SELECT count(*) FROM pg_locks WHERE NOT granted AND locktype = 'transactionid'"
        with platform_scope("who waits", readonly=True), unit_of_work():
            return bool(session.execute(text(query)).scalar_one())

    with ThreadPoolExecutor(1) as pool:
        with tenant_scope(tenant.id), unit_of_work():
            session.execute(
                update(LoginSession)
                .where(LoginSession.tenant_id == tenant.id, ended())
                .values(expires_at=clock.now() + timedelta(hours=1))
            )
            running = pool.submit(work)
            assert eventually(waits)
        assert running.result(20) == 2 - remain
    assert left() == remain
