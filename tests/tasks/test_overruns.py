"""Runs that do not come back are known by name, and their process makes room for another one."""

from __future__ import annotations

import sys
import threading
from collections.abc import Iterator
from typing import Any

import pytest

from mtc.tasks.services import drain, hanging, watch_overruns
from mtc.tasks.services.overruns import timed
from tests.factories.tenants import World
from tests.servers.database import both_databases
from tests.tasks.samples import Kinds, queue, state

overruns: Any = sys.modules["mtc.tasks.services.overruns"]


@pytest.fixture(autouse=True)
def own_state(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """No run, no haste, and a process that stays."""
    monkeypatch.setattr(overruns, "_runs", set())
    monkeypatch.setattr(overruns, "_leaving", threading.Event())
    monkeypatch.setattr(overruns, "LOOK_SECONDS", 0.02)
    yield


def test_a_run_hangs_when_its_time_and_the_grace_are_over(monkeypatch: pytest.MonkeyPatch) -> None:
    now = [1000.0]
    monkeypatch.setattr(overruns.time, "monotonic", lambda: now[0])
    with timed("slow", 60), timed("patient", 600):
        now[0] += 60 + overruns.OVER_SECONDS
        assert hanging() == []
        now[0] += 1
        assert hanging() == ["slow"]
    assert hanging() == []


def test_the_others_may_finish_before_the_process_leaves(monkeypatch: pytest.MonkeyPatch) -> None:
    left, finish = threading.Event(), threading.Event()
    inside = threading.Event()

    def finishing() -> None:
        with timed("quick", 60):
            inside.set()
            finish.wait(20)

    other = threading.Thread(target=finishing)
    other.start()
    assert inside.wait(20)
    with timed("stuck", -overruns.OVER_SECONDS - 1):
        watcher = watch_overruns(left.set)
        assert overruns._leaving.wait(20)
        assert not left.wait(0.3)
        finish.set()
        assert left.wait(20)
    watcher.join(20)
    other.join(20)


def test_what_does_not_finish_either_is_not_waited_for(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(overruns, "FINISH_SECONDS", 0.1)
    left = threading.Event()
    with timed("stuck", -overruns.OVER_SECONDS - 1), timed("slow", 60):
        watch_overruns(left.set).join(20)
    assert left.is_set()


@both_databases
def test_a_process_that_leaves_takes_no_task(tenant: World, kinds: Kinds) -> None:
    ran: list[list[str]] = []
    kinds.task("test.mine", lambda payload: ran.append([run.name for run in overruns._runs]))
    task = queue(tenant, "test.mine")
    overruns._leaving.set()
    assert drain() == 0
    assert (state(tenant, task).status, state(tenant, task).attempts, ran) == ("pending", 0, [])
    overruns._leaving.clear()
    assert drain() == 1
    assert (state(tenant, task).status, ran) == ("done", [["test.mine"]])
