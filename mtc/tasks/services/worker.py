"""Doing the tasks: lease, work, done; or again later; or given up and shown."""

from __future__ import annotations

import logging
import random
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import update

from mtc.core import clock
from mtc.core.context import SYSTEM, Context, use
from mtc.core.db import after_commit, session, unit_of_work
from mtc.core.errors import NotFoundError
from mtc.core.i18n import _l
from mtc.core.request_load import is_busy
from mtc.core.retention import purge_rows
from mtc.core.retry import repeatable
from mtc.core.row_locking import Pick, claim_each, matched_rows
from mtc.core.tenancy import platform_scope, tenant_scope
from mtc.infra import ports
from mtc.tasks import queries
from mtc.tasks.errors import GiveUpError
from mtc.tasks.models import Task
from mtc.tasks.registry import DELIVERY, FRONT, TaskKind, tasks
from mtc.tasks.services import overruns
from mtc.tasks.services.leases import LEASE_SECONDS, LeaseKeeper, StaleLease, change, mark_done

log = logging.getLogger(__name__)
BATCH = 5
PATIENCE = timedelta(seconds=15)
"""So long mail and other work that nobody waits for waits in a process that is busy with requests."""
URGENT_BATCH = 10
_LONGEST_WAIT = 6 * 3600
KEEP_DONE, KEEP_DEAD = timedelta(days=30), timedelta(days=365)
_guard = threading.Lock()
_lanes: set[tuple[UUID, str]] = set()
_pressed: set[UUID] = set()
"""Tenants whose last round of this process was full of what leads to the goods: the rest waits."""


class WorkerDied(RuntimeError):
    """The task has used up its attempts without ever coming back."""


def drain() -> int:
    """Do what is due of MTC's own, a few tasks of each tenant in turn; returns how many were tried."""
    with platform_scope("which tenants have work", readonly=True), unit_of_work():
        tenants = queries.tenants_with_work(clock.now())
    random.shuffle(tenants)
    return sum(_drain_tenant(tenant_id) for tenant_id in tenants)


def drain_lanes() -> int:
    """Do one due task of each plugin of each tenant in turn; returns how many were tried.

    For threads of their own, any number of them: a plugin of a tenant occupies one of a process at a time.
    """
    with platform_scope("which plugins have work", readonly=True), unit_of_work():
        lanes = queries.lanes_with_work(clock.now())
    random.shuffle(lanes)
    tried = 0
    for tenant_id, lane in lanes:
        with _occupied((tenant_id, lane)) as free:
            if free:
                tried += _drain_tenant(tenant_id, lane)
    return tried


@contextmanager
def _occupied(lane: tuple[UUID, str]) -> Iterator[bool]:
    """Keep the other threads of this process out of the lane; False when one of them is in it."""
    with _guard:
        free = lane not in _lanes
        _lanes.add(lane)
    try:
        yield free
    finally:
        if free:
            with _guard:
                _lanes.discard(lane)


def run_due(rounds: int = 50) -> int:
    """Drain until nothing is due any more, at most so many rounds; for tests and commands."""
    done = 0
    for _ in range(rounds):
        tried = drain() + drain_lanes()
        if not tried:
            break
        done += tried
    return done


def picks_of(tenant_id: UUID, lane: str, now: datetime) -> list[Pick]:
    """Return the tasks that one round takes of a tenant: delivery, and some of the rest.

    As long as more buyers wait than one round serves, the rest gets a single place in each; so it does in a
    process that is busy with requests, once it has waited for PATIENCE.

    A task that ends its process takes along what was leased with it. What was tried before may be one: it
    comes alone and last, so that the others lose one attempt by it and no more.
    """
    due = (Task.tenant_id == tenant_id, Task.lane == lane, Task.status == "pending", Task.next_at <= now)
    if lane:
        return [Pick(due, 1)]
    fresh = (*due, Task.attempts == 0)
    busy = is_busy()
    rest = [*fresh, Task.priority > DELIVERY, *([Task.next_at <= now - PATIENCE] if busy else [])]
    return [
        Pick(rest, 1 if busy or tenant_id in _pressed else BATCH),
        Pick([*fresh, Task.priority <= DELIVERY], URGENT_BATCH),
        Pick([*due, Task.attempts > 0], 1),
    ]


def _drain_tenant(tenant_id: UUID, lane: str = "") -> int:
    if overruns.is_leaving():
        return 0
    now = clock.now()
    until = now + timedelta(seconds=LEASE_SECONDS)
    with tenant_scope(tenant_id), unit_of_work():
        leased = claim_each(
            Task,
            picks_of(tenant_id, lane, now),
            order_by=(Task.priority, Task.next_at, Task.id),
            values={"attempts": Task.attempts + 1, "next_at": until},
            returning=(Task.id, Task.name, Task.payload, Task.attempts, Task.max_attempts, Task.priority),
        )
    if not lane:
        urgent = sum(row.priority <= DELIVERY and row.attempts == 1 for row in leased)
        (_pressed.add if urgent >= URGENT_BATCH else _pressed.discard)(tenant_id)
    if not leased:
        return 0
    leased.sort(key=lambda row: (row.attempts > 1, row.priority, row.id))
    with LeaseKeeper(tenant_id, leased, until) as leases:
        for row in leased:
            with use(Context(tenant_id=tenant_id, actor=SYSTEM)):
                _run(tenant_id, row, leases)
    return len(leased)


def _run(tenant_id: UUID, row: Any, leases: LeaseKeeper) -> None:
    task_kind = tasks.find_any(row.name)
    try:
        if task_kind is None:
            raise NotFoundError(_l("No function does tasks called “%(name)s”.", name=row.name))
        if row.attempts > row.max_attempts:
            raise WorkerDied(_l("Each attempt ended with the process that made it."))
        with leases.running(row, task_kind.lease_seconds), overruns.timed(row.name, task_kind.lease_seconds):
            _do(tenant_id, row, task_kind)
    except StaleLease:
        log.info("task %s of %s was leased again", row.id, tenant_id)
    except Exception as error:
        # A task may fail in any way; the worker and the other tasks go on.
        log.warning(
            "task %s (%s) failed on attempt %s: %s", row.id, row.name, row.attempts, error, exc_info=True
        )
        _failed(tenant_id, row, error, for_good=task_kind is None or isinstance(error, GiveUpError))


def _do(tenant_id: UUID, row: Any, task_kind: TaskKind) -> None:
    if task_kind.transactional:
        repeatable(lambda: _do_at_once(tenant_id, row, task_kind))
        return
    with tenant_scope(tenant_id):
        with unit_of_work():
            tasks.get(row.name)  # a plugin's waits while the plugin is switched off
        write = task_kind.function(row.payload)
    with tenant_scope(tenant_id), unit_of_work():
        if callable(write):
            write()
        mark_done(tenant_id, row)


def _do_at_once(tenant_id: UUID, row: Any, task_kind: TaskKind) -> None:
    with tenant_scope(tenant_id), unit_of_work():
        tasks.get(row.name)
        task_kind.function(row.payload)
        mark_done(tenant_id, row)


def _failed(tenant_id: UUID, row: Any, error: Exception, *, for_good: bool) -> None:
    text = f"{type(error).__name__}: {error}"[:2000]
    if for_good or row.attempts >= row.max_attempts:
        changes: dict[str, Any] = {"status": "dead", "dead_at": clock.now(), "error": text}
    else:
        wait = min(4**row.attempts, _LONGEST_WAIT) * random.uniform(0.8, 1.2)  # noqa: S311 - jitter, no secret
        changes = {"next_at": clock.now() + timedelta(seconds=wait), "error": text}
    with tenant_scope(tenant_id), unit_of_work():
        change(tenant_id, row, **changes)


def hasten(tenant_id: UUID, entity_id: UUID) -> bool:
    """Let what leads to the goods of an order be leased next: somebody is looking at it.

    Opens a transaction of its own. A task that a worker has begun is left to it. Returns whether something
    was moved.
    """
    with tenant_scope(tenant_id), unit_of_work():
        moved = matched_rows(
            update(Task)
            .where(
                Task.tenant_id == tenant_id,
                Task.entity_id == entity_id,
                Task.status == "pending",
                Task.priority == DELIVERY,
            )
            .values(priority=FRONT)
        )
        after_commit(ports.queue.wake)
    return moved > 0


def replay(tenant_id: UUID, task_id: UUID) -> None:
    """Give a dead task another full set of attempts; raises NotFoundError."""
    result = session.execute(
        update(Task)
        .where(Task.tenant_id == tenant_id, Task.id == task_id, Task.status == "dead")
        .values(status="pending", attempts=0, next_at=clock.now(), dead_at=None)
        .execution_options(synchronize_session=False)
    )
    if result.rowcount != 1:  # type: ignore[attr-defined]
        raise NotFoundError(_l("There is no failed task of that number."))
    after_commit(ports.queue.wake)


def purge_done() -> int:
    """Delete tasks that ended long ago, done or given up, and return how many; needs a platform scope."""
    # Once it has ended, a task keeps the time of its last lease: the index over it finds the old ones.
    now = clock.now()
    return sum(
        purge_rows(Task, Task.status == status, Task.next_at < now - keep_time)
        for status, keep_time in (("done", KEEP_DONE), ("dead", KEEP_DEAD))
    )
