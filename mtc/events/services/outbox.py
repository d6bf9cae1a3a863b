"""Writing events down, with the tasks that follow from them, in the running transaction."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from datetime import timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from mtc.core import clock
from mtc.core.context import SYSTEM, Context, current, use
from mtc.core.db import after_commit, attempt, before_commit, require_scope, session
from mtc.core.deferred_inserts import insert_last
from mtc.core.events import DomainEvent, record_with
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


@record_with
def write_events(events: Sequence[DomainEvent]) -> None:
    """Write events down with the tasks that follow from them; the rows are inserted at the end."""
    actor = current().actor
    by = {"kind": actor.kind, "id": str(actor.id) if actor.id else None, "name": actor.name}
    wanted: list[tuple[str, dict[str, Any]]] = []
    for event in events:
        data = event.to_data()
        row = Event(
            id=event.event_id,
            tenant_id=running_tenant(),
            name=event.event_name,
            entity_type=event.entity_type if event.entity_id else "",
            entity_id=event.entity_id,
            actor=by,
            data=data,
        )
        insert_last(row)
        wanted += _follow_up(event, data)
    of_tenant = require_scope().tenant_id is not None
    for name, payload in wanted:
        kind = tasks.find(name)
        if kind is not None and kind.at_once is not None and of_tenant:
            _put_off(name, payload)
        else:
            _queue(name, payload)


def _follow_up(event: DomainEvent, data: dict[str, Any]) -> list[tuple[str, dict[str, Any]]]:
    payload = {
        "event_id": str(event.event_id),
        "event": event.event_name,
        "entity_id": str(event.entity_id) if event.entity_id else None,
        "data": data,
    }
    names = [name for name in subscribers.get(event.event_name, ()) if name in tasks]
    shared = [name for name in names if tasks.get(name).shared]
    wanted: list[tuple[str, dict[str, Any]]] = [(name, {}) for name in names if name not in shared]
    if shared:
        wanted.append((SHARED, {"names": shared}))
    wanted += [named for each in fanouts for named in each(event)]
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
