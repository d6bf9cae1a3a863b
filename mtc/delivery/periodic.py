"""The work of delivering, one task per line; and deleting objects of the storage that nobody needs."""

from __future__ import annotations

from dataclasses import replace
from typing import Any
from uuid import UUID

from mtc.core import clock
from mtc.core.db import session, unit_of_work
from mtc.core.retry import repeatable
from mtc.delivery import queries
from mtc.delivery.services.added_files import share_added
from mtc.delivery.services.deliver import begin_delivery, complete, deliver_line, finish
from mtc.delivery.types import DeliveryRequest, Outcome, kinds
from mtc.infra import ports
from mtc.media import queries as media_queries
from mtc.media.models import OrphanedObject
from mtc.tasks.registry import DELIVERY, task
from mtc.tasks.services import enqueue, periodic

ATTEMPTS = 8
CLEAN_EVERY = 3600.0


class NotYetError(RuntimeError):
    """The other server did not take it; the task is tried again later."""


@task("delivery.deliver", priority=DELIVERY)
def deliver(payload: dict[str, Any]) -> None:
    """Deliver one line by one of the built-in types."""
    deliver_line(UUID(payload["order_item_id"]))


@task("delivery.call", transactional=False, max_attempts=ATTEMPTS, priority=DELIVERY)
def call(payload: dict[str, Any]) -> None:
    """Deliver one line through another server: no transaction waits for its answer."""
    order_item_id = UUID(payload["order_item_id"])
    job = repeatable(lambda: _begin(order_item_id))
    if job is None:
        return
    outcome = kinds.get(job.delivery.delivery_data["kind"]).deliver(job)
    last = job.delivery.attempts >= ATTEMPTS
    if not repeatable(lambda: _end(order_item_id, replace(outcome, wait=outcome.wait and not last))):
        return
    if outcome.wait and not last:
        raise NotYetError(outcome.error)


def _begin(order_item_id: UUID) -> DeliveryRequest | None:
    with unit_of_work():
        return begin_delivery(order_item_id)


def _end(order_item_id: UUID, outcome: Outcome) -> bool:
    """Write down how it went; False when there is nothing to deliver any more."""
    with unit_of_work():
        again = begin_delivery(order_item_id)
        if again is None:
            return False
        again.delivery.attempts -= 1
        finish(again, outcome)
        complete(again.order)
        return True


@task("delivery.share_added")
def share(payload: dict[str, Any]) -> None:
    """Give a file that was added to those who have bought the variant, some lines at a time."""
    after = UUID(payload["after"]) if "after" in payload else None
    last = share_added(UUID(payload["variant_id"]), UUID(payload["media_id"]), after)
    if last is not None:
        enqueue("delivery.share_added", {**payload, "after": str(last)})


@periodic("media.clean", seconds=CLEAN_EVERY)
def clean() -> None:
    """Queue the deletion of the tenant's objects whose time has come."""
    if media_queries.orphans_due(clock.now(), limit=1):
        enqueue("media.delete_orphans", {})


@task("media.delete_orphans", transactional=False)
def delete_orphans(payload: dict[str, Any]) -> None:
    """Delete the objects that nothing refers to, with the files that nobody needs; safe to run twice."""
    del payload
    with unit_of_work():
        keys = [
            key for key in (_unneeded(orphan) for orphan in media_queries.orphans_due(clock.now())) if key
        ]
    for key in keys:
        ports.storage.delete(key)
        with unit_of_work():
            orphan = media_queries.orphan(key)
            if orphan is not None:
                session.delete(orphan)


def _unneeded(orphan: OrphanedObject) -> str:
    """The key of an object to delete; one that is needed after all is forgotten instead."""
    media = media_queries.media_by_key(orphan.storage_key)
    if media is not None and queries.is_needed(media.id):
        session.delete(orphan)
        return ""
    if media is not None:
        session.delete(media)
    return orphan.storage_key
