"""Work that comes round by the clock."""

from typing import Any

from flask import Flask

from mtc.core.context import current
from mtc.core.db import require_scope, unit_of_work
from mtc.core.tenancy import platform_scope
from mtc.events.services import run_periodic, work
from mtc.tenants.services import set_status
from tests.events.tasks import Kinds, count_up, counted, queue
from tests.factories.tenants import World
from tests.services.database import both_databases


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


def test_a_round_of_a_worker_is_both(tenant: World, kinds: Kinds, every: Any) -> None:
    kinds.task("test.count", lambda payload: count_up())

    @every("test.round", seconds=0)
    def round_() -> None:
        count_up("rounds")

    queue(tenant, "test.count")
    assert work() == 1
    assert (counted(tenant), counted(tenant, "rounds")) == (1, 1)
