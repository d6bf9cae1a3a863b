"""Work by the clock: reservations run out, products appear on their day; and what is done to pictures."""

from __future__ import annotations

import logging
from collections.abc import Callable
from datetime import timedelta
from typing import Any
from uuid import UUID

from mtc.catalog import queries
from mtc.catalog.events import MediaAdded
from mtc.catalog.queries import files
from mtc.catalog.queries.scope_cache import tenant_id
from mtc.catalog.services import (
    import_tasks,
    renditions,
    stock_file_uploads,
    stock_reservation,
    stock_search_index,
)
from mtc.catalog.services.denormalize import refresh_old as refresh_old_products
from mtc.core import clock
from mtc.core.db import unit_of_work
from mtc.events.registry import subscribe
from mtc.tasks.registry import task
from mtc.tasks.services import enqueue, periodic
from mtc.tenants.services import bump_content_version

log = logging.getLogger(__name__)
EVERY, SOME = 60, 20
PICTURES, IMPORTS = "pictures:", "imports:"
IMPORT_SECONDS = 5.0
"""How long a task adds keys before it makes room for the next one: a process that is to end waits for it."""
ALONE = timedelta(minutes=10)
"""How long the task that an upload queues is left to do it."""


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


def _lane(_payload: dict[str, Any]) -> str:
    """A lane of its own: what leads to goods never waits for pictures."""
    return PICTURES


@subscribe(MediaAdded, name="media.prepare_new", transactional=False, lane=_lane)
def prepare_new(event: MediaAdded) -> None:
    """Make the smaller copies of a picture that was added."""
    assert event.entity_id is not None
    renditions.prepare(event.entity_id)


@periodic("media.prepare_earlier", seconds=EVERY)
def look_for_unprepared() -> None:
    """Queue, once an hour, the pictures that are older than this work or than the library for it."""
    now = clock.now()
    if files.unprepared(renditions.level(), now - ALONE, limit=1):
        hour = int(now.timestamp()) // 3600
        enqueue("media.prepare_earlier", {}, dedupe_key=f"media.prepare_earlier:{hour}")


@task("media.prepare_earlier", transactional=False, lane=_lane)
def prepare_earlier(payload: dict[str, Any]) -> None:
    """Treat some pictures and queue the task for the next; one that fails keeps no other from it."""
    after = UUID(payload["after"]) if "after" in payload else None
    with unit_of_work():
        ids = files.unprepared(renditions.level(), clock.now() - ALONE, after=after, limit=SOME)
    for media_id in ids:
        try:
            renditions.prepare(media_id)
        except Exception:  # it comes round again in an hour
            log.exception("the picture %s could not be prepared", media_id)
    if len(ids) == SOME:
        with unit_of_work():
            enqueue("media.prepare_earlier", {"after": str(ids[-1])})
