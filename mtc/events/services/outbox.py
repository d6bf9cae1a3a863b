"""Writing events down, with the tasks that follow from them, in the running transaction."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from typing import Any
from uuid import UUID

from mtc.core.context import SYSTEM, Context, current, use
from mtc.core.db import before_commit, require_scope, savepoint
from mtc.core.deferred_inserts import insert_last
from mtc.core.events import DomainEvent, record_with
from mtc.core.tenancy import running_tenant
from mtc.events.models import Event
from mtc.events.registry import fanouts, subscribers
from mtc.tasks.registry import tasks
from mtc.tasks.services.queue import add_task

log = logging.getLogger(__name__)
SHARED = "events.follow"


@record_with
def write_events(events: Sequence[DomainEvent]) -> None:
    """Write events down with the tasks that follow from them; the rows are inserted at the end."""
    actor = current().actor
    by = {"kind": actor.kind, "id": str(actor.id) if actor.id else None, "name": actor.name}
    follow_ups: list[tuple[str, dict[str, Any]]] = []
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
        follow_ups += _follow_up(event, data)
    of_tenant = require_scope().tenant_id is not None
    for name, payload in follow_ups:
        task_kind = tasks.find(name)
        if task_kind is not None and task_kind.at_once is not None and of_tenant:
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
    follow_ups: list[tuple[str, dict[str, Any]]] = [(name, {}) for name in names if name not in shared]
    if shared:
        follow_ups.append((SHARED, {"names": shared}))
    follow_ups += [named for each in fanouts for named in each(event)]
    return [(name, {**payload, **extra}) for name, extra in follow_ups]


def _put_off(name: str, payload: dict[str, Any]) -> None:
    """Let the subscriber follow at the end of the running transaction."""

    def run() -> None:
        with use(Context(tenant_id=running_tenant(), actor=SYSTEM)):
            follow(name, payload)

    before_commit(run)


def follow(name: str, payload: dict[str, Any]) -> None:
    """Let the subscriber work in the running transaction; where that fails or is refused, a task does it."""
    task_kind = tasks.get(name)
    try:
        with savepoint():
            if task_kind.at_once is None or task_kind.at_once(payload):
                task_kind.function(payload)
                return
    except Exception:
        # The event has happened, and what else follows from it is not to wait.
        log.warning("%s is tried again by itself", name, exc_info=True)
    _queue(name, payload)


def _queue(name: str, payload: dict[str, Any]) -> None:
    entity_id = UUID(payload["entity_id"]) if payload["entity_id"] else None
    add_task(name, payload, event_id=UUID(payload["event_id"]), entity_id=entity_id)
