"""Writing a fact down, with the tasks that follow from it, in the running transaction."""

from __future__ import annotations

import logging
from collections.abc import Iterable
from datetime import timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from mtc.core import clock
from mtc.core.context import SYSTEM, Context, current, use
from mtc.core.db import after_commit, attempt, before_commit, require_scope, session
from mtc.core.ids import uuid7
from mtc.core.last_rows import insert_last
from mtc.events.models import Event, Task
from mtc.events.registry import LATER, fanouts, subscribers, task, tasks
from mtc.infra import ports

log = logging.getLogger(__name__)
SHARED = "events.follow"


def running_tenant() -> UUID:
    """Whose events, tasks and mails are written: the scope's tenant, or in a platform scope the context's."""
    tenant_id = require_scope().tenant_id or current().tenant_id
    if tenant_id is None:
        raise RuntimeError("an event belongs to a tenant: open tenant_scope(...)")
    return tenant_id


def emit(
    name: str, *, entity: Any = None, data: dict[str, Any] | None = None, entity_type: str = ""
) -> Event:
    """Record that something happened, and see to it that its subscribers follow.

    `entity` is the row it happened to; `data` is plain JSON and holds no secret.
    """
    kind = entity_type or (type(entity).__name__.lower() if entity is not None else "")
    return emit_many(name, kind, [(getattr(entity, "id", None), data or {})])[0]


def emit_many(
    name: str, entity_type: str, facts: Iterable[tuple[UUID | None, dict[str, Any]]]
) -> list[Event]:
    """Record that the same happened to many entities (id, data), in as many statements as for one.

    The rows are inserted at the end of the transaction.
    """
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
    for event in events:
        insert_last(event)
    wanted = [each for event in events for each in _follow_up(event)]
    if wanted:
        of_tenant = require_scope().tenant_id is not None
        for task_name, payload in wanted:
            kind = tasks.find(task_name)
            if kind is not None and kind.at_once is not None and of_tenant:
                _put_off(task_name, payload)
            else:
                _queue(task_name, payload)
    return events


def _follow_up(event: Event) -> list[tuple[str, dict[str, Any]]]:
    payload = {
        "event_id": str(event.id),
        "event": event.name,
        "entity_id": str(event.entity_id) if event.entity_id else None,
        "data": event.data,
    }
    names = subscribers.get(event.name, ())
    shared = [name for name in names if tasks.get(name).shared]
    wanted: list[tuple[str, dict[str, Any]]] = [(name, {}) for name in names if name not in shared]
    if shared:
        wanted.append((SHARED, {"names": shared}))
    wanted += [named for each in fanouts for named in each(event.name, payload)]
    return [(name, {**payload, **extra}) for name, extra in wanted]


def _put_off(name: str, payload: dict[str, Any]) -> None:
    """Let the subscriber follow at the end of the running transaction."""

    def follow() -> None:
        with use(Context(tenant_id=running_tenant(), actor=SYSTEM)):
            _follow(name, payload)

    before_commit(follow)


def _follow(name: str, payload: dict[str, Any]) -> None:
    """Let the subscriber work in the running transaction; where that fails or is refused, a task does it."""
    kind = tasks.get(name)
    try:
        with attempt():
            if kind.at_once is None or kind.at_once(payload):
                kind.function(payload)
                return
    except Exception:
        # The event has happened, and what else follows from it is not to wait.
        log.warning("%s is tried again by itself", name, exc_info=True)
    _queue(name, payload)


def _queue(name: str, payload: dict[str, Any]) -> None:
    entity_id = UUID(payload["entity_id"]) if payload["entity_id"] else None
    _add_task(name, payload, event_id=UUID(payload["event_id"]), entity_id=entity_id)


@task(SHARED)
def follow_shared(payload: dict[str, Any]) -> None:
    """What several subscribers of an event do, one after the other."""
    fact = {key: value for key, value in payload.items() if key != "names"}
    for name in payload["names"]:
        _follow(name, fact)


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
    if dedupe_key is None:
        insert_last(row)
    else:
        session.add(row)
    if not delay:
        after_commit(ports.queue.wake)
    return row
