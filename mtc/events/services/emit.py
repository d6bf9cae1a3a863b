"""Writing a fact down, with the tasks that follow from it, in the running transaction."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from mtc.core import clock
from mtc.core.context import current
from mtc.core.db import after_commit, attempt, require_scope, session
from mtc.core.ids import uuid7
from mtc.events.models import Event, Task
from mtc.events.registry import LATER, fanouts, subscribers, tasks
from mtc.infra import ports


def running_tenant() -> UUID:
    """Whose events, tasks and mails are written: the scope's tenant, or in a platform scope the context's."""
    tenant_id = require_scope().tenant_id or current().tenant_id
    if tenant_id is None:
        raise RuntimeError("an event belongs to a tenant: open tenant_scope(...)")
    return tenant_id


def emit(
    name: str, *, entity: Any = None, data: dict[str, Any] | None = None, entity_type: str = ""
) -> Event:
    """Record that something happened and queue one task per subscriber.

    `entity` is the row it happened to; `data` is plain JSON and holds no secret.
    """
    kind = entity_type or (type(entity).__name__.lower() if entity is not None else "")
    return emit_many(name, kind, [(getattr(entity, "id", None), data or {})])[0]


def emit_many(
    name: str, entity_type: str, facts: Iterable[tuple[UUID | None, dict[str, Any]]]
) -> list[Event]:
    """Record that the same happened to many entities (id, data), in as many statements as for one."""
    actor = current().actor
    by = {"kind": actor.kind, "id": str(actor.id) if actor.id else None, "name": actor.name}
    events = [
        Event(
            id=uuid7(),
            tenant_id=running_tenant(),
            name=name,
            entity_type=entity_type,
            entity_id=entity_id,
            actor=by,
            data=data,
        )
        for entity_id, data in facts
    ]
    session.add_all(events)
    wanted = [(event, *each) for event in events for each in _tasks_of(event)]
    if wanted:
        session.flush()
        for event, task_name, payload in wanted:
            _add_task(task_name, payload, event_id=event.id, entity_id=event.entity_id)
    return events


def _tasks_of(event: Event) -> list[tuple[str, dict[str, Any]]]:
    payload = {
        "event_id": str(event.id),
        "event": event.name,
        "entity_id": str(event.entity_id) if event.entity_id else None,
        "data": event.data,
    }
    wanted: list[tuple[str, dict[str, Any]]] = [(name, {}) for name in subscribers.get(event.name, ())]
    wanted += [named for each in fanouts for named in each(event.name, payload)]
    return [(name, {**payload, **extra}) for name, extra in wanted]


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
        known = select(Task.id).where(Task.tenant_id == running_tenant(), Task.dedupe_key == dedupe_key)
        if session.execute(known).first() is not None:
            return None
    if dedupe_key is None:
        return _add_task(name, payload, delay=delay, entity_id=entity_id)
    try:
        with attempt():
            return _add_task(name, payload, delay=delay, dedupe_key=dedupe_key, entity_id=entity_id)
    except IntegrityError:  # another transaction queued it first
        return None


def _add_task(
    name: str,
    payload: dict[str, Any],
    *,
    event_id: UUID | None = None,
    delay: float = 0,
    dedupe_key: str | None = None,
    entity_id: UUID | None = None,
) -> Task:
    kind = tasks.find(name)
    row = Task(
        tenant_id=running_tenant(),
        event_id=event_id,
        name=name,
        lane=kind.lane(payload) if kind else "",
        priority=kind.priority if kind else LATER,
        entity_id=entity_id,
        payload=payload,
        dedupe_key=dedupe_key,
        max_attempts=kind.max_attempts if kind else 8,
        next_at=clock.now() + timedelta(seconds=delay),
    )
    session.add(row)
    if not delay:
        after_commit(ports.queue.wake)
    return row
