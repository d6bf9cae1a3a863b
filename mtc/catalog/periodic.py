"""Work by the clock: reservations run out, products appear on their day, keys are imported."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any
from uuid import UUID

from mtc.catalog import queries
from mtc.catalog.queries.scope_cache import tenant_id
from mtc.catalog.services import (
    import_tasks,
    stock_file_uploads,
    stock_reservation,
    stock_search_index,
)
from mtc.catalog.services.denormalize import refresh_old as refresh_old_products
from mtc.core import clock
from mtc.tasks.registry import task
from mtc.tasks.services import enqueue, periodic
from mtc.tenants.services import bump_content_version

EVERY = 60
IMPORTS = "imports:"
IMPORT_SECONDS = 5.0
"""How long a task adds keys before it makes room for the next one: a process that is to end waits for it."""


@periodic("stock.expire_reservations", seconds=EVERY)
def expire_reservations() -> None:
    """Return keys to their pools whose reservation has run out."""
    stock_reservation.expire_reservations()


@periodic("stock.index_keys", seconds=EVERY)
def index_keys() -> None:
    """Make keys findable that were added before there was a search for keys, a batch each round."""
    stock_search_index.index_keys()


@periodic("stock.purge_uploads", seconds=900)
def purge_uploads() -> None:
    """Delete files of keys that nobody has imported within an hour, and reports of a week ago."""
    stock_file_uploads.purge_uploads()
    import_tasks.purge_imports()


@task(import_tasks.TASK, transactional=False, lane=lambda _payload: IMPORTS)
def import_keys(payload: dict[str, Any]) -> Callable[[], None] | None:
    """Add some thousand keys of a large file, and queue the task for the next."""
    import_id = UUID(payload["import_id"])
    if not import_tasks.carry_on(import_id, IMPORT_SECONDS):
        return None
    return lambda: _next_import(payload, import_id)


def _next_import(payload: dict[str, Any], import_id: UUID) -> None:
    enqueue(import_tasks.TASK, payload, entity_id=import_id)


@periodic("catalog.refresh_old", seconds=EVERY)
def refresh_old() -> None:
    """Make anew what products repeat and an earlier version wrote, or another language, in batches."""
    if refresh_old_products():
        bump_content_version(tenant_id())


@periodic("catalog.appear", seconds=EVERY)
def appear() -> None:
    """Raise the content version when a product's moment has come since the round before."""
    now = clock.now()
    # A margin, since rounds come about every minute; once too often does no harm.
    if queries.appeared(now - timedelta(seconds=EVERY * 1.5), now):
        bump_content_version(tenant_id())
