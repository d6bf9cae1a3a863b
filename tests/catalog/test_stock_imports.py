"""Large files of keys: a task adds them in small steps, and neither a break nor a rival adds one twice."""

from __future__ import annotations

from datetime import timedelta
from threading import Thread
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import func, select

from mtc.catalog import queries
from mtc.catalog.models import StockItem, StockUpload
from mtc.catalog.queries.stock_imports import find, lines
from mtc.catalog.services import import_steps, import_tasks, stock_file_uploads, stock_reservation, variants
from mtc.catalog.services.import_steps import Pace, fill_in_steps
from mtc.catalog.services.stock_batches import undo_batch
from mtc.catalog.services.stock_files import KeyFile
from mtc.catalog.services.stock_import import batch_id
from mtc.core import clock
from mtc.core.db import session, unit_of_work
from mtc.core.errors import ConflictError
from mtc.core.ids import uuid7
from mtc.core.tenancy import tenant_scope
from mtc.events.models import Event
from mtc.tasks.models import Task
from mtc.tasks.services import run_due
from tests.servers.database import both_databases

pytestmark = both_databases


class Killed(BaseException):
    """The process is gone: nobody handles it."""


@pytest.fixture
def pool(make):
    """A variant that sells keys."""
    return queries.variants_of(make("Pool", stock_source="pool").id)[0].id


def text_of(count: int, prefix: str = "KEY") -> bytes:
    return "".join(f"{prefix}-{number:06d}-ABCD\n" for number in range(count)).encode()


def begin(variant: UUID, data: bytes, batch: str = "May") -> UUID:
    file = KeyFile(lambda: (data,))
    with unit_of_work():
        upload = stock_file_uploads.keep(variant, uuid7(), [data], "keys.txt", batch)
    with unit_of_work():
        return import_tasks.start(variant, upload, file, batch, "keys.txt", None)


def state(import_id: UUID) -> Any:
    with unit_of_work():
        return find(import_id)


def keys_of(variant: UUID) -> tuple[int, int]:
    """The keys in the pool, and what the counter says of them."""
    with unit_of_work():
        mine = select(func.count()).where(StockItem.variant_id == variant)
        row = queries.variant(variant)
        return int(session.execute(mine).scalar_one()), row.available if row else -1


def told(name: str) -> int:
    with unit_of_work():
        return int(session.execute(select(func.count()).where(Event.name == name)).scalar_one())


@pytest.mark.parametrize("moment, count", [("between two steps", 3000), ("within a step", 20_000)])
def test_twenty_thousand_keys_are_exactly_that_after_a_break(pool, monkeypatch, moment, count):
    import_id = begin(pool, text_of(count))
    steps = 0

    def die(*_: Any) -> None:
        nonlocal steps
        steps += 1
        if steps == 2:
            raise Killed

    place = (Pace, "rest") if moment == "between two steps" else (import_tasks, "_written")
    real = getattr(*place)
    with monkeypatch.context() as patch, pytest.raises(Killed):
        patch.setattr(*place, lambda *given: (real(*given), die())[0])
        import_tasks.carry_on(import_id, 600)
    half = state(import_id)
    assert half.status == "running" and 0 < half.seen < count
    assert keys_of(pool) == (half.added, half.added) and half.added == half.seen
    assert told("stock.added") == 0
    assert import_tasks.carry_on(import_id, 600) is False
    done = state(import_id)
    assert (done.status, done.seen, done.added, done.twice, done.known) == ("done", count, count, 0, 0)
    assert keys_of(pool) == (count, count)
    assert told("stock.added") == 1
    assert import_tasks.carry_on(import_id, 600) is False and keys_of(pool) == (count, count)
    with unit_of_work():
        assert session.execute(select(func.count()).select_from(StockUpload)).scalar_one() == 0


def test_two_workers_with_the_same_import_add_each_key_once(app, pool, tenant):
    import_id = begin(pool, text_of(3000))
    broken: list[BaseException] = []

    def work() -> None:
        try:
            with app.app_context(), tenant_scope(tenant.id):
                while import_tasks.carry_on(import_id, 600):
                    pass
        except BaseException as error:
            broken.append(error)

    workers = [Thread(target=work) for _ in range(3)]
    for one in workers:
        one.start()
    for one in workers:
        one.join()
    # Whoever is not first stops: one of them may have left the rest to the next task.
    import_tasks.carry_on(import_id, 600)
    assert broken == []
    assert keys_of(pool) == (3000, 3000)
    done = state(import_id)
    assert (done.status, done.added, told("stock.added")) == ("done", 3000, 1)


def test_the_report_is_the_same_with_and_without_a_break(pool, monkeypatch):
    """What stands twice is told by its first line, also when that was added before the break."""
    with unit_of_work():
        stock_reservation.add_keys(pool, ["OLD-000001-ABCD"])
    rows = [f"NEW-{number:06d}-ABCD" for number in range(600)]
    rows[200], rows[550], rows[580] = "OLD-000001-ABCD", rows[3], "BAD\t1"
    import_id = begin(pool, "\n".join(rows).encode())
    monkeypatch.setattr(import_steps, "SMALLEST", 50)
    runs = 0
    while import_tasks.carry_on(import_id, 0):
        runs += 1
    assert runs > 5
    done = state(import_id)
    assert (done.added, done.twice, done.known, done.refused) == (597, 1, 1, 1)
    with unit_of_work():
        found = [tuple(line) for part in lines(import_id, limit=100) for line in part.lines]
    assert found == [
        (201, "This key is in stock, or was sold, already.", "known"),
        (551, "The same key as on line 4.", "twice"),
        (581, "A key has no control characters.", "invalid"),
    ]
    [told_all] = import_tasks.told_lines(done.tenant_id, import_id)
    assert [line for line, _ in told_all] == [201, 551, 581]


def test_a_task_does_it_and_makes_room_in_between(pool, monkeypatch):
    monkeypatch.setattr("mtc.catalog.periodic.IMPORT_SECONDS", 0.0)
    import_id = begin(pool, text_of(1000))
    run_due(100)
    assert state(import_id).status == "done" and keys_of(pool) == (1000, 1000)
    with unit_of_work():
        tasks = list(session.scalars(select(Task).where(Task.name == import_tasks.TASK)))
    assert len(tasks) > 1 and {task.lane for task in tasks} == {"imports:"}


def test_one_import_fills_a_pool_at_a_time(pool, make):
    first = begin(pool, text_of(600))
    with pytest.raises(ConflictError, match="Wait until that is done, or stop it"):
        begin(pool, text_of(600, "OTHER"))
    other = queries.variants_of(make("Other", stock_source="pool").id)[0].id
    assert begin(other, text_of(600, "OTHER")) != first
    with unit_of_work():
        again = import_tasks.start(pool, first, KeyFile(lambda: (text_of(600),)), "May", "keys.txt", None)
    assert again == first


def test_what_was_added_before_a_stop_stays_and_is_seen_to_once(pool):
    import_id = begin(pool, text_of(2000))
    assert import_tasks.carry_on(import_id, 0) is True
    with unit_of_work():
        with pytest.raises(ConflictError, match="still being added"):
            undo_batch(pool, batch_id(find(import_id).created_at))
        assert import_tasks.stop(pool, import_id) is True
        assert import_tasks.stop(pool, import_id) is False
    stopped = state(import_id)
    assert stopped.status == "stopped" and keys_of(pool) == (stopped.added, stopped.added)
    assert 0 < stopped.added < 2000
    assert import_tasks.carry_on(import_id, 600) is False
    assert keys_of(pool)[0] == stopped.added and told("stock.added") == 1
    with unit_of_work():
        assert undo_batch(pool, batch_id(stopped.created_at)) == stopped.added
    begin(pool, text_of(600))


def test_an_import_says_why_it_broke_off(pool):
    import_id = begin(pool, text_of(700))
    with unit_of_work():
        variants.update(pool, {"stock_source": "unlimited"})
    assert import_tasks.carry_on(import_id, 600) is False
    row = state(import_id)
    assert (row.status, row.added) == ("failed", 0) and "no pool of keys" in row.error
    with unit_of_work():
        variants.update(pool, {"stock_source": "pool"})
    import_id = begin(pool, text_of(700))
    with unit_of_work():
        stock_file_uploads.drop(import_id)
    import_tasks.carry_on(import_id, 600)
    assert "not kept any more" in state(import_id).error


def test_a_file_is_kept_while_it_is_imported_and_the_report_for_a_week(pool):
    import_id = begin(pool, text_of(600))
    with clock.frozen(clock.now() + timedelta(hours=5)), unit_of_work():
        assert stock_file_uploads.purge_uploads() == 0
    import_tasks.carry_on(import_id, 600)
    assert state(import_id).status == "done"
    for days, gone in ((6, 0), (8, 1)):
        with clock.frozen(clock.now() + timedelta(days=days)), unit_of_work():
            assert import_tasks.purge_imports() == gone


def test_a_command_adds_in_steps_and_tells_how_far_it_is(pool):
    seen: list[tuple[int, int]] = []
    report = fill_in_steps(pool, KeyFile(lambda: (text_of(1500),)), "May", lambda *far: seen.append(far))
    assert (report.added, keys_of(pool), told("stock.added")) == (1500, (1500, 1500), 1)
    assert seen[-1] == (1500, 1500) and len(seen) > 1 and seen == sorted(seen)
