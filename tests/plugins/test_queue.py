"""ctx.queue: tasks of the manifest, once for a key, within limits; commands and jobs by hand."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from click.testing import CliRunner

from mtc import lifecycle
from mtc.cli import main
from mtc.core import clock
from mtc.plugins.services.context_members import queue
from mtc.sdk.context import QueueError
from mtc.tasks.services import run_due
from tests.plugins.clockwork import CODE, MANIFEST, PARTNER
from tests.plugins.contexts import context_of
from tests.plugins.kit import at_work, switch_off, switch_on
from tests.plugins.samples import tasks_of
from tests.plugins.test_jobs import nights
from tests.servers.database import both_databases

SYNC = "points.sync"


@pytest.fixture
def points(tenant: Any, other_tenant: Any, guest: Callable[..., None]) -> str:
    guest("points", CODE, **MANIFEST)
    switch_on(tenant, "points")
    switch_on(other_tenant, "points")
    return "points"


def waiting(world: Any) -> list[tuple[str, str, int]]:
    return [(task.status, task.payload["day"], task.max_attempts) for task in tasks_of(world.id, SYNC)]


@both_databases
def test_a_key_is_queued_once_and_can_be_taken_back(tenant: Any, other_tenant: Any, points: str) -> None:
    with context_of(tenant, points) as ctx:
        assert ctx.queue.later("sync", {"day": "a"}, delay=60, key="today")
        assert not ctx.queue.later("sync", {"day": "b"}, delay=60, key="today")
        assert ctx.queue.later("sync", {"day": "c"}, delay=60)
    with context_of(other_tenant, points) as ctx:
        assert not ctx.queue.cancel("today")
    assert sorted(waiting(tenant)) == [("pending", "a", 5), ("pending", "c", 5)]
    with context_of(tenant, points) as ctx:
        assert (ctx.queue.cancel("today"), ctx.queue.cancel("today")) == (True, False)
    assert (waiting(tenant), waiting(other_tenant)) == ([("pending", "c", 5)], [])


@both_databases
def test_a_key_is_free_again_when_its_task_has_ended(tenant: Any, points: str, ports: Any) -> None:
    ports.http.on("PUT", PARTNER)
    for day in ("a", "b"):
        with context_of(tenant, points) as ctx:
            ctx.state.increment("nights")
            assert ctx.queue.later("sync", {"day": day}, key="today")
        run_due()
    assert [sent.body for sent in ports.http.requests] == [
        b'{"day": "a", "nights": 1}',
        b'{"day": "b", "nights": 2}',
    ]
    assert waiting(tenant) == [("done", "a", 5), ("done", "b", 5)]


def test_a_task_runs_in_the_lane_of_its_plugin_for_its_tenant(
    tenant: Any, other_tenant: Any, points: str, ports: Any
) -> None:
    ports.http.on("PUT", PARTNER)
    with context_of(tenant, points) as ctx:
        ctx.state.increment("nights", 7)
    with context_of(other_tenant, points) as ctx:
        ctx.state.increment("nights", 1)
        ctx.queue.later("sync", {"day": "x"})
    [task] = tasks_of(other_tenant.id, SYNC)
    assert (task.lane, waiting(tenant)) == ("points", [])
    run_due()
    assert [sent.body for sent in ports.http.requests] == [b'{"day": "x", "nights": 1}']


def test_a_task_waits_while_the_plugin_is_off(tenant: Any, points: str, ports: Any) -> None:
    ports.http.on("PUT", PARTNER)
    with context_of(tenant, points) as ctx:
        ctx.state.increment("nights")
        ctx.queue.later("sync", {"day": "x"})
    switch_off(tenant, points)
    with clock.frozen(clock.now()):
        run_due()
        assert (waiting(tenant), ports.http.requests) == ([("pending", "x", 5)], [])
        switch_on(tenant, points)
        clock.advance(60)
        run_due()
    assert (waiting(tenant), len(ports.http.requests)) == ([("done", "x", 5)], 1)


def test_what_is_rolled_back_is_not_queued(tenant: Any, points: str) -> None:
    with pytest.raises(RuntimeError, match="no"), context_of(tenant, points) as ctx:
        ctx.queue.later("sync", {"day": "x"})
        raise RuntimeError("no")
    assert waiting(tenant) == []


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (("other",), "declares no task 'other'"),
        (("sync", {"day": "x" * 32_768}), "32768 bytes"),
        (("sync", {}, -1), "31536000 seconds"),
        (("sync", {}, 0, "k" * 121), "120 characters"),
    ],
)
def test_the_queue_has_limits(arguments: Any, sentence: str, tenant: Any, points: str) -> None:
    with context_of(tenant, points) as ctx, pytest.raises(QueueError, match=sentence):
        ctx.queue.later(*arguments)


def test_so_many_may_wait(
    tenant: Any, other_tenant: Any, points: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert queue.MOST_OPEN == 1_000
    monkeypatch.setattr(queue, "MOST_OPEN", 3)
    with context_of(tenant, points) as ctx:
        ctx.queue.later("sync", {"day": "a"}, delay=9)
        ctx.queue.later("sync", {"day": "b"}, delay=9, key="b")
    with context_of(tenant, points) as ctx:
        ctx.queue.later("sync", {"day": "c"}, delay=9)
        with pytest.raises(QueueError, match="3 tasks of it wait already"):
            ctx.queue.later("sync", {"day": "d"}, delay=9)
        assert ctx.queue.cancel("b") and ctx.queue.later("sync", {"day": "e"}, delay=9)
    with context_of(other_tenant, points) as ctx:
        assert ctx.queue.later("sync", {"day": "f"}, delay=9)


def run(monkeypatch: pytest.MonkeyPatch, app: Any, *arguments: str) -> str:
    monkeypatch.setattr(lifecycle, "_app", app)
    return CliRunner().invoke(main, ["plugin", "run", *arguments]).output


def test_commands_and_jobs_run_by_hand(
    app: Any, tenant: Any, other_tenant: Any, points: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    acme = ("--tenant", tenant.tenant.slug)
    assert run(monkeypatch, app, points, "recount", "7", *acme) == "7 nights are counted.\n"
    assert (nights(tenant), nights(other_tenant)) == (7, 0)
    assert run(monkeypatch, app, points, "expire", *acme) == ""
    assert (nights(tenant), nights(other_tenant)) == (8, 0)
    assert [status for status, _, _ in waiting(tenant)] == ["pending"]


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("points", "recount", "many"), "'many' is not a valid integer"),
        (("points", "expire", "now"), "a job takes no arguments"),
        (("points", "nothing"), "mtc: The plugin points has no command and no job called nothing."),
        (("order_guard", "x"), "mtc: The plugin order_guard is not on for this tenant."),
        (("nowhere", "x"), "mtc: The plugin nowhere is not on for this tenant."),
    ],
)
def test_what_cannot_be_run_is_said(
    arguments: Any, words: str, app: Any, tenant: Any, points: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    output = run(monkeypatch, app, *arguments, "--tenant", tenant.tenant.slug)
    assert words in output and "Traceback" not in output
    with at_work(tenant):
        assert nights(tenant) == 0
