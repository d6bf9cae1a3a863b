"""Work that comes round by the clock."""

from datetime import UTC, datetime, timedelta
from typing import Any

from flask import Flask
from sqlalchemy import select

from mtc.core import clock
from mtc.core.context import current
from mtc.core.db import require_scope, session, unit_of_work
from mtc.core.tenancy import platform_scope, tenant_scope
from mtc.emails.models import Email
from mtc.emails.periodic import purge_mails
from mtc.tasks.periodic import purge
from mtc.tasks.services import run_due, run_periodic, work
from mtc.tasks.services.worker import KEEP_DEAD, KEEP_DONE
from mtc.tenants.services import set_status
from tests.factories.tenants import World
from tests.servers.database import both_databases
from tests.tasks.samples import Kinds, all_tasks, count_up, counted, queue

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)


@both_databases
def test_it_runs_for_each_active_tenant(tenant: World, other_tenant: World, every: Any) -> None:
    with platform_scope("suspend one"), unit_of_work():
        set_status(other_tenant.id, "suspended")
    seen: list[Any] = []

    @every("test.round", seconds=60)
    def round_() -> None:
        seen.append((require_scope().tenant_id, current().tenant_id))
        count_up()

    run_periodic()
    assert seen == [(tenant.id, tenant.id)]
    assert (counted(tenant), counted(other_tenant)) == (1, 0)
    run_periodic()
    assert len(seen) == 1
    run_periodic(force=True)
    assert len(seen) == 2


@both_databases
def test_one_tenants_trouble_is_not_the_others(tenant: World, other_tenant: World, every: Any) -> None:
    @every("test.round", seconds=0)
    def round_() -> None:
        count_up()
        if require_scope().tenant_id == tenant.id:
            raise ValueError("trouble")

    @every("test.second", seconds=0)
    def second() -> None:
        count_up("second")

    run_periodic()
    assert (counted(tenant), counted(other_tenant)) == (0, 1)
    assert (counted(tenant, "second"), counted(other_tenant, "second")) == (1, 1)


@both_databases
def test_work_of_the_platform_runs_once_across_tenants(app: Flask, tenant: World, every: Any) -> None:
    seen: list[Any] = []

    @every("test.platform", seconds=0, per_tenant=False)
    def platform() -> None:
        seen.append(require_scope().platform)

    run_periodic()
    assert seen == [True]


@both_databases
def test_what_has_served_its_time_is_deleted(tenant: World, kinds: Kinds) -> None:
    kinds.task("test.count", lambda payload: count_up())
    with clock.frozen(NOON):
        queue(tenant, "test.count")
        run_due()
        waiting = queue(tenant, "test.count", delay=90 * 86400)
        for seconds, left in ((KEEP_DONE.total_seconds(), 2), (120, 1)):
            clock.advance(seconds)
            with platform_scope("purge"), unit_of_work():
                purge()
            assert len(all_tasks(tenant)) == left
    assert [task.id for task in all_tasks(tenant)] == [waiting.id]


def test_tasks_that_were_given_up_are_shown_for_a_year(tenant: World, kinds: Kinds) -> None:
    def fail(_payload: Any) -> None:
        raise ValueError("no")

    kinds.task("test.fail", fail, max_attempts=1)
    with clock.frozen(NOON):
        queue(tenant, "test.fail")
        run_due()
        for seconds, left in ((KEEP_DEAD.total_seconds(), 1), (120, 0)):
            clock.advance(seconds)
            with platform_scope("purge"), unit_of_work():
                purge()
            assert len(all_tasks(tenant)) == left


@both_databases
def test_mails_of_no_order_are_kept_for_three_months(tenant: World) -> None:
    now = clock.now()
    for days in (89, 91):
        with clock.frozen(now - timedelta(days=days)), tenant_scope(tenant.id), unit_of_work():
            for subject, entity, status in (
                ("look-up", "", "sent"),
                ("reset", "customer", "failed"),
                ("receipt", "order", "sent"),
                ("late", "customer", "queued"),
            ):
                row = Email(
                    kind="test", recipient="a@shop.example", subject=f"{subject} {days}", body_text=""
                )
                row.entity_type, row.status, row.tenant_id = entity, status, tenant.id
                session.add(row)
    with tenant_scope(tenant.id), unit_of_work():
        purge_mails()
        left = session.scalars(select(Email.subject).where(Email.tenant_id == tenant.id))
        assert sorted(left) == ["late 89", "late 91", "look-up 89", "receipt 89", "receipt 91", "reset 89"]


def test_a_round_of_a_worker_is_both(tenant: World, kinds: Kinds, every: Any) -> None:
    kinds.task("test.count", lambda payload: count_up())

    @every("test.round", seconds=0)
    def round_() -> None:
        count_up("rounds")

    queue(tenant, "test.count")
    assert work() == 1
    assert (counted(tenant), counted(tenant, "rounds")) == (1, 1)
