"""Several workers at once: each task's effect happens once, whoever does it."""

import sys
import threading
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from mtc.core.db import session
from mtc.tasks.services import drain
from tests.factories.tenants import World
from tests.servers.database import both_databases
from tests.tasks.samples import Kinds, all_tasks, count_up, counted, queue


def drain_together(app: Flask, workers: int) -> list[int]:
    """Drain in so many threads until none finds anything; returns how many tasks each tried."""
    tried: list[int] = []
    errors: list[BaseException] = []
    start = threading.Barrier(workers, timeout=30)

    def run() -> None:
        done = 0
        try:
            with app.app_context():
                start.wait()
                while found := drain():
                    done += found
        except BaseException as error:
            errors.append(error)
        tried.append(done)

    threads = [threading.Thread(target=run) for _ in range(workers)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert errors == []
    return tried


@both_databases
def test_each_effect_happens_once(app: Flask, tenant: World, other_tenant: World, kinds: Kinds) -> None:
    ran: list[str] = []

    def work(payload: dict[str, Any]) -> None:
        count_up()
        ran.append(payload["n"])

    kinds.task("test.work", work)
    for number in range(30):
        queue(tenant, "test.work", {"n": f"a{number}"})
        queue(other_tenant, "test.work", {"n": f"b{number}"})
    tried = drain_together(app, 4)
    assert (counted(tenant), counted(other_tenant)) == (30, 30)
    assert sorted(ran) == sorted([f"a{n}" for n in range(30)] + [f"b{n}" for n in range(30)])
    assert sum(tried) == 60
    assert {task.attempts for task in all_tasks(tenant)} == {1}


@pytest.mark.postgres
def test_without_the_claim_tasks_are_done_twice(
    app: Flask, tenant: World, kinds: Kinds, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The control: workers that read the due rows without taking them."""
    both = threading.Barrier(2, timeout=30)

    def look(model: Any, picks: Any, *, returning: Any, **_: Any) -> Any:
        fresh = picks[0]
        rows = session.execute(select(*returning).where(*fresh.where).limit(fresh.limit)).all()
        if rows:
            both.wait()
        return rows

    ran: list[int] = []
    kinds.task("test.work", lambda payload: ran.append(1), max_attempts=3)
    queue(tenant, "test.work")
    monkeypatch.setattr(sys.modules["mtc.tasks.services.worker"], "claim_each", look)
    drain_together(app, 2)
    assert len(ran) == 2
