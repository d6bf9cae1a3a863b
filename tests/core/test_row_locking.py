"""claim(): each row to one taker, under real concurrency, with the control that fails without it."""

import threading
from collections import Counter as Tally
from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import Any
from uuid import UUID

import pytest
from flask import Flask
from sqlalchemy import select, update
from sqlalchemy.exc import OperationalError

from mtc.core.db import session, unit_of_work
from mtc.core.row_locking import Pick, claim, claim_each
from mtc.core.tenancy import platform_scope, tenant_scope
from mtc.tenants.models import Sequence, Tenant
from tests.factories.tenants import World
from tests.servers.database import both_databases

ROWS, TAKERS = 60, 4


def fill(world: World, count: int) -> None:
    with tenant_scope(world.id), unit_of_work():
        session.add_all(Sequence(tenant_id=world.id, name=f"row-{n:03}", value=0) for n in range(count))


def take(limit: int = 1, *, wait: bool = False) -> list[UUID]:
    rows = claim(
        Sequence,
        Sequence.value == 0,
        order_by=(Sequence.name,),
        limit=limit,
        values={"value": 1},
        returning=(Sequence.id,),
        wait=wait,
    )
    return [row.id for row in rows]


def naive(limit: int = 1) -> list[UUID]:
    found = session.scalars(
        select(Sequence.id).where(Sequence.value == 0).order_by(Sequence.name).limit(limit)
    ).all()
    session.execute(update(Sequence).where(Sequence.id.in_(found)).values(value=1))
    return list(found)


def race(app: Flask, world: World, taker: Callable[[], list[UUID]]) -> Tally[UUID]:
    """What all takers together got, until none gets anything."""
    got: list[UUID] = []
    start = threading.Barrier(TAKERS, timeout=30)

    def run() -> None:
        with app.app_context():
            start.wait()
            while True:
                with tenant_scope(world.id), unit_of_work():
                    mine = taker()
                if not mine:
                    return
                got.extend(mine)

    threads = [threading.Thread(target=run) for _ in range(TAKERS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return Tally(got)


@both_databases
def test_each_row_goes_to_one_taker(app: Flask, tenant: World) -> None:
    fill(tenant, ROWS)
    got = race(app, tenant, take)
    assert (len(got), set(got.values())) == (ROWS, {1})


@pytest.mark.postgres
def test_without_it_rows_are_taken_twice(app: Flask, tenant: World) -> None:
    fill(tenant, ROWS)
    assert max(race(app, tenant, naive).values()) > 1


@both_databases
def test_it_takes_in_order_and_not_more_than_asked(app: Flask, tenant: World, other_tenant: World) -> None:
    fill(tenant, 5)
    fill(other_tenant, 5)
    with tenant_scope(tenant.id), unit_of_work():
        assert len(take(2)) == 2
        query = select(Sequence.name).where(Sequence.value == 1).order_by(Sequence.name)
        taken = session.scalars(query).all()
        assert taken == ["row-000", "row-001"]
        assert len(take(10)) == 3
        assert take(10) == []
    with tenant_scope(other_tenant.id, readonly=True):
        assert session.scalars(select(Sequence.value)).all() == [0] * 5


@both_databases
def test_several_picks_take_each_their_own(
    app: Flask, tenant: World, queries: Callable[[], AbstractContextManager[list[str]]]
) -> None:
    fill(tenant, 6)
    picks = [
        Pick([Sequence.value == 0, Sequence.name < "row-002"], 5),
        Pick([Sequence.value == 0, Sequence.name >= "row-002"], 3),
    ]
    with tenant_scope(tenant.id), unit_of_work():
        with queries() as seen:
            rows = claim_each(
                Sequence, picks, order_by=[Sequence.name], values={"value": 1}, returning=[Sequence.name]
            )
        assert sorted(row.name for row in rows) == [f"row-00{n}" for n in range(5)]
        assert len(seen) == 1
        assert len(take(10)) == 1


@both_databases
def test_what_is_rolled_back_can_be_taken_again(app: Flask, tenant: World) -> None:
    fill(tenant, 1)
    with pytest.raises(RuntimeError), tenant_scope(tenant.id), unit_of_work():
        assert len(take()) == 1
        raise RuntimeError
    with tenant_scope(tenant.id), unit_of_work():
        assert len(take()) == 1


@both_databases
def test_a_table_with_a_key_of_one_column(app: Flask, tenant: World, other_tenant: World) -> None:
    with platform_scope("take tenants"), unit_of_work():
        rows: list[Any] = claim(
            Tenant,
            Tenant.status == "active",
            order_by=(Tenant.slug,),
            limit=2,
            values={"plan": "taken"},
            returning=(Tenant.slug,),
        )
    assert sorted(row.slug for row in rows) == ["acme", "rival"]


@pytest.mark.postgres
def test_held_rows_are_passed_over_or_waited_for(
    app: Flask, tenant: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The last row is held by someone who may give it back: only waiting tells whether it is gone."""
    monkeypatch.setattr("mtc.core.row_locking.LOCK_TIMEOUT_MS", 50)
    fill(tenant, 1)
    with tenant_scope(tenant.id), unit_of_work():
        assert len(take()) == 1
        with tenant_scope(tenant.id), unit_of_work():
            assert take() == []
        with pytest.raises(OperationalError, match="lock timeout"), tenant_scope(tenant.id), unit_of_work():
            take(wait=True)
