"""An order that somebody looks at is delivered before those that nobody looks at."""

from __future__ import annotations

import logging
from datetime import timedelta
from uuid import UUID

from mtc.core import clock
from mtc.core.db import after_commit
from mtc.orders.services.progress import Progress
from mtc.tasks.queries import waits_for_delivery
from mtc.tasks.services import hasten

log = logging.getLogger(__name__)
PATIENCE = timedelta(seconds=1)
"""What is due for less than this is about to be done anyway."""


def hasten_delivery(seen: Progress) -> None:
    """Move the tasks that lead to the goods of the order to the front, once the running work has ended.

    Workers do them, under the same leases as ever. Nothing is written where nothing waits for long.
    """
    before = clock.now() - PATIENCE
    if seen.waits and waits_for_delivery(seen.tenant_id, seen.order_id, before):
        after_commit(lambda: _move(seen.tenant_id, seen.order_id))


def _move(tenant_id: UUID, order_id: UUID) -> None:
    try:
        hasten(tenant_id, order_id)
    except Exception:
        # The page is rendered; the order keeps its place in the queue.
        log.warning("an order could not be moved to the front", exc_info=True)
