"""Work on pictures after they were added, in a lane of its own."""

from __future__ import annotations

import logging
from datetime import timedelta
from typing import Any
from uuid import UUID

from mtc.core import clock
from mtc.core.db import unit_of_work
from mtc.events.registry import subscribe
from mtc.media import queries
from mtc.media.events import MediaAdded
from mtc.media.services import renditions
from mtc.tasks.registry import task
from mtc.tasks.services import enqueue, periodic

log = logging.getLogger(__name__)
EVERY, SOME = 60, 20
PICTURES = "pictures:"
ALONE = timedelta(minutes=10)
"""How long the task that an upload queues is left to do it."""


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
    if queries.unprepared(renditions.level(), now - ALONE, limit=1):
        hour = int(now.timestamp()) // 3600
        enqueue("media.prepare_earlier", {}, dedupe_key=f"media.prepare_earlier:{hour}")


@task("media.prepare_earlier", transactional=False, lane=_lane)
def prepare_earlier(payload: dict[str, Any]) -> None:
    """Treat some pictures and queue the task for the next; one that fails keeps no other from it."""
    after = UUID(payload["after"]) if "after" in payload else None
    with unit_of_work():
        ids = queries.unprepared(renditions.level(), clock.now() - ALONE, after=after, limit=SOME)
    for media_id in ids:
        try:
            renditions.prepare(media_id)
        except Exception:  # it comes round again in an hour
            log.exception("the picture %s could not be prepared", media_id)
    if len(ids) == SOME:
        with unit_of_work():
            enqueue("media.prepare_earlier", {"after": str(ids[-1])})
