"""Jobs by the clock: each slot once, for the tenants that have the plugin on, in the zone of the store."""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from flask import Flask

from mtc.core import clock
from mtc.core.db import unit_of_work
from mtc.core.tenancy import platform_scope
from mtc.plugins import queries
from mtc.plugins.errors import PluginError
from mtc.plugins.services import schedules
from mtc.tasks.services import run_due
from mtc.tenants.services import set_status, update_store
from tests.plugins.clockwork import CODE, MANIFEST, PARTNER
from tests.plugins.contexts import context_of
from tests.plugins.kit import at_work, switch_off, switch_on
from tests.plugins.samples import tasks_of
from tests.servers.database import both_databases

Guest = Callable[..., None]
NOON = datetime(2026, 3, 27, 12, tzinfo=UTC)
DAY = 86_400


def look() -> int:
    """One round of one process."""
    with platform_scope("jobs of tests"), unit_of_work():
        return schedules.queue_due_jobs()


def slots(world: Any) -> list[str]:
    return [task.payload["slot"] for task in tasks_of(world.id, "plugins.job")]


def next_times(world: Any) -> list[str]:
    with at_work(world):
        return [row.next_at.strftime("%m-%d %H:%M") for row in queries.schedules(world.id)]


def nights(world: Any) -> int:
    with context_of(world, "points") as ctx:
        value = ctx.state.get("nights")
        return value.number if value else 0


@pytest.fixture
def points(guest: Guest) -> str:
    guest("points", CODE, **MANIFEST)
    return "points"


@both_databases
def test_a_job_runs_once_for_each_slot_and_tenant(
    tenant: Any, other_tenant: Any, points: str, ports: Any
) -> None:
    ports.http.on("PUT", PARTNER)
    switch_on(tenant, points)
    with clock.frozen(NOON):
        assert (look(), next_times(tenant), next_times(other_tenant)) == (0, ["03-28 03:15"], [])
        clock.advance(DAY)
        assert (look(), look()) == (1, 0)
        run_due()
        assert (nights(tenant), slots(tenant)) == (1, ["2026-03-28T03:15:00+00:00"])
        assert (next_times(tenant), slots(other_tenant)) == (["03-29 03:15"], [])
        with at_work(tenant):
            [row] = queries.schedules(tenant.id)
            assert (row.last_at, row.last_outcome, row.last_ms < 60_000) == (clock.now(), "ok", True)
        clock.advance(61)
        run_due()
    assert [sent.body for sent in ports.http.requests] == [b'{"day": "2026-03-28", "nights": 1}']


@both_databases
def test_each_tenant_has_its_own_schedule(tenant: Any, other_tenant: Any, points: str) -> None:
    for world, zone in ((tenant, "Europe/Berlin"), (other_tenant, "America/New_York")):
        switch_on(world, points)
        with at_work(world):
            update_store(world.id, world.store.id, timezone=zone)
    with clock.frozen(NOON):
        look()
        assert (next_times(tenant), next_times(other_tenant)) == (["03-28 02:15"], ["03-28 07:15"])
        clock.advance(15 * 3600)
        assert look() == 1
        run_due()
        assert (nights(tenant), nights(other_tenant)) == (1, 0)
        clock.advance(DAY)  # the clocks of Europe have changed
        look()
        assert next_times(tenant) == ["03-30 01:15"]


@both_databases
def test_of_missed_slots_one_is_done(tenant: Any, points: str) -> None:
    switch_on(tenant, points)
    with clock.frozen(NOON):
        look()
        clock.advance(10 * DAY)
        assert (look(), look()) == (1, 0)
        assert (slots(tenant), next_times(tenant)) == (["2026-03-28T03:15:00+00:00"], ["04-07 03:15"])


def test_nothing_is_done_while_it_is_off(tenant: Any, other_tenant: Any, points: str) -> None:
    for world in (tenant, other_tenant):
        switch_on(world, points)
    with clock.frozen(NOON):
        look()
        switch_off(tenant, points)
        with platform_scope("suspend one"), unit_of_work():
            set_status(other_tenant.id, "suspended")
        clock.advance(DAY)
        assert look() == 0
        assert (next_times(tenant), slots(tenant), slots(other_tenant)) == (["03-29 03:15"], [], [])
        switch_on(tenant, points)
        assert look() == 0  # the slot passed while it was off
        clock.advance(DAY)
        assert look() == 1
        switch_off(tenant, points)
        run_due()
        assert [task.status for task in tasks_of(tenant.id, "plugins.job")] == ["done"]
        switch_on(tenant, points)
        assert nights(tenant) == 0  # it was passed over


def test_a_failure_is_shown_and_tried_again(tenant: Any, guest: Guest) -> None:
    code = "from mtc.sdk.tasks import job\n\n@job\ndef fails(ctx):\n    ctx.remember('x', {})\n    1 / 0\n"
    guest("failing", code, hooks=[], jobs=[{"name": "fails", "cron": "0 * * * *"}])
    switch_on(tenant, "failing")
    with clock.frozen(NOON):
        look()
        clock.advance(3600)
        assert look() == 1
        run_due()
        [task] = tasks_of(tenant.id, "plugins.job")
        assert (task.status, task.attempts) == ("pending", 1)
        assert task.error == "ZeroDivisionError: division by zero"
    with at_work(tenant):
        assert queries.schedules(tenant.id)[0].last_outcome == "failed"
    with context_of(tenant, "failing") as ctx:
        assert ctx.recall("x") is None


def race(app: Flask, processes: int) -> int:
    """So many processes look in the same moment; returns how many slots they queued."""
    start, queued, errors = threading.Barrier(processes, timeout=30), [], []

    def run() -> None:
        try:
            with app.app_context():
                start.wait()
                queued.append(look())
        except BaseException as error:
            errors.append(error)

    threads = [threading.Thread(target=run) for _ in range(processes)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert errors == []
    return sum(queued)


@both_databases
def test_four_processes_queue_a_slot_once(
    app: Flask, tenant: Any, other_tenant: Any, points: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With a control: without the row that is moved on and the key of the slot, each of them queues it."""
    for world in (tenant, other_tenant):
        switch_on(world, points)
    with clock.frozen(NOON):
        assert race(app, 4) == 0
        clock.advance(DAY)
        assert race(app, 4) == 2
        assert [len(slots(world)) for world in (tenant, other_tenant)] == [1, 1]
        clock.advance(DAY)
        plain = schedules.enqueue
        monkeypatch.setattr(schedules, "matched_rows", lambda statement: 1)
        monkeypatch.setattr(schedules, "enqueue", lambda name, payload, dedupe_key: plain(name, payload))
        assert race(app, 4) == 8


@pytest.mark.parametrize(
    ("manifest", "sentence"),
    [
        ({"jobs": [{"name": "expire", "cron": "15 25 * * *"}]}, "jobs, expire, cron: 25 is not right"),
        ({"jobs": []}, "manifest and code differ in these jobs: expire"),
        ({"jobs": [{"name": "expire", "cron": "* * * * *", "zone": "Mars"}]}, "`jobs`: Write a list"),
        ({"tasks": []}, "manifest and code differ in these tasks: sync"),
        ({"tasks": [{"name": "sync"}, {"name": "other"}]}, "manifest and code differ in these tasks: other"),
        ({"commands": ["recount", "expire"]}, "manifest and code differ in these commands: expire"),
    ],
)
def test_manifest_and_code_agree(manifest: dict[str, Any], sentence: str, guest: Guest) -> None:
    with pytest.raises(PluginError, match=sentence):
        guest("points", CODE, **{**MANIFEST, **manifest})


def test_the_round_is_a_periodic_work(tenant: Any, points: str) -> None:
    from mtc.tasks.services.periodic import _rounds

    switch_on(tenant, points)
    assert (_rounds["plugins.jobs"].seconds, _rounds["plugins.jobs"].per_tenant) == (20.0, False)
    with clock.frozen(NOON), platform_scope("a round"), unit_of_work():
        _rounds["plugins.jobs"].function()
    assert next_times(tenant) == [(NOON + timedelta(hours=15, minutes=15)).strftime("%m-%d %H:%M")]
