"""The work of delivering, one task per line."""

from __future__ import annotations

from dataclasses import replace
from typing import Any
from uuid import UUID

from mtc.core.db import unit_of_work
from mtc.core.repeat import repeatable
from mtc.delivery.kinds import Job, Outcome, kinds
from mtc.delivery.services.deliver import deliver_line, finish, take_up
from mtc.events.registry import DELIVERY, task

ATTEMPTS = 8


class NotYetError(RuntimeError):
    """The other server did not take it; the task is tried again later."""


@task("delivery.deliver", priority=DELIVERY)
def deliver(payload: dict[str, Any]) -> None:
    """Deliver one line by what the house has itself."""
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


def _begin(order_item_id: UUID) -> Job | None:
    with unit_of_work():
        return take_up(order_item_id)


def _end(order_item_id: UUID, outcome: Outcome) -> bool:
    """Write down how it went; False when there is nothing to deliver any more."""
    with unit_of_work():
        again = take_up(order_item_id)
        if again is None:
            return False
        again.delivery.attempts -= 1
        finish(again, outcome)
        return True
