"""Putting tasks into the queue, in the running transaction."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import delete, select, update
from sqlalchemy.exc import IntegrityError

from mtc.core import clock
from mtc.core.db import after_commit, savepoint, session
from mtc.core.deferred_inserts import insert_last
from mtc.core.row_locking import matched_rows
from mtc.core.tenancy import running_tenant
from mtc.infra import ports
from mtc.tasks.models import Task
from mtc.tasks.registry import LATER, tasks


def enqueue(
    name: str,
    payload: dict[str, Any],
    *,
    delay: float = 0,
    dedupe_key: str | None = None,
    entity_id: UUID | None = None,
) -> Task | None:
    """Queue a task, due in `delay` seconds. With a dedupe key already taken, nothing is queued (None).

    `entity_id` is what the task is about: `hasten` finds it by that.
    """
    tasks.get(name)
    if dedupe_key is not None:
        earlier = select(Task.id).where(Task.tenant_id == running_tenant(), Task.dedupe_key == dedupe_key)
        if session.execute(earlier).first() is not None:
            return None
    if dedupe_key is None:
        return add_task(name, payload, delay=delay, entity_id=entity_id)
    try:
        with savepoint():
            return add_task(name, payload, delay=delay, dedupe_key=dedupe_key, entity_id=entity_id)
    except IntegrityError:  # another transaction queued it first
        return None


def add_task(
    name: str,
    payload: dict[str, Any],
    *,
    event_id: UUID | None = None,
    delay: float = 0,
    dedupe_key: str | None = None,
    entity_id: UUID | None = None,
) -> Task:
    task_kind = tasks.find(name)
    row = Task(
        tenant_id=running_tenant(),
        event_id=event_id,
        name=name,
        lane=task_kind.lane(payload) if task_kind else "",
        priority=task_kind.priority if task_kind else LATER,
        entity_id=entity_id,
        payload=payload,
        dedupe_key=dedupe_key,
        max_attempts=task_kind.max_attempts if task_kind else 8,
        next_at=clock.now() + timedelta(seconds=delay),
    )
    if dedupe_key is None:
        insert_last(row)
    else:
        session.add(row)
    if not delay:
        after_commit(ports.queue.wake)
    return row


def free_dedupe_key(tenant_id: UUID, dedupe_key: str) -> None:
    """Let a key be used again whose task has ended, done or given up."""
    ended = update(Task).where(Task.tenant_id == tenant_id, Task.dedupe_key == dedupe_key)
    matched_rows(ended.where(Task.status != "pending").values(dedupe_key=None))


def cancel_task(tenant_id: UUID, dedupe_key: str) -> bool:
    """Delete the task of that key which is still to be done; returns whether there was one."""
    waiting = delete(Task).where(Task.tenant_id == tenant_id, Task.dedupe_key == dedupe_key)
    return matched_rows(waiting.where(Task.status == "pending")) > 0
