"""Work on a picture after it was added: old ones are cleaned, then smaller copies are made.

Everything that takes long happens while no transaction is open.
"""

from __future__ import annotations

import hashlib
import logging
from dataclasses import dataclass
from uuid import UUID

from mtc.core.db import session, unit_of_work
from mtc.core.errors import NotFoundError
from mtc.core.events import emit
from mtc.infra import ports
from mtc.infra.pictures import Cleaned, PictureError, Rendition
from mtc.infra.pictures.base import rendition_key, widths_of
from mtc.infra.pictures.without_decoder import PlainPictures
from mtc.media import queries
from mtc.media.events import MediaResized
from mtc.media.models import Media
from mtc.media.services.media import CLEANED, MAX_PICTURE, RAW, RENDERED

log = logging.getLogger(__name__)
_END_OF_JPEG = b"\xff\xd9"


@dataclass(frozen=True, slots=True)
class _Work:
    key: str
    prepared: int
    content_type: str
    size: tuple[int | None, int | None]


def level() -> int:
    """Return the level of work on pictures that is possible here."""
    return RENDERED if ports.pictures.renders else CLEANED


def prepare(media_id: UUID) -> None:
    """Do what is left to do to a picture; safe to run twice. Opens transactions of its own."""
    with unit_of_work():
        row = queries.media(media_id)
        if row is None or row.is_private or row.prepared >= level():
            return
        work = _Work(row.storage_key, row.prepared, row.content_type, (row.width, row.height))
    if work.content_type == "image/svg+xml":
        _finish(media_id, work, None, [])
        return
    try:
        with ports.storage.open(work.key) as stream:
            data = stream.read(MAX_PICTURE + 1)
    except NotFoundError:
        log.warning("the picture %s is not in the storage", work.key)
        _finish(media_id, work, None, [])
        return
    picture = _cleaned(work, data) if work.prepared == RAW else None
    if picture is not None and picture.data != data:
        ports.storage.save(work.key, picture.data, picture.content_type)
    copies = _rendered(work, picture, data)
    for rendition in copies:
        ports.storage.save(rendition_key(work.key, rendition.width), rendition.data, "image/webp")
    _finish(media_id, work, picture, copies)


def _cleaned(work: _Work, data: bytes) -> Cleaned | None:
    """Return the bytes to publish of a picture that was stored as it came, even of one without an end."""
    try:
        return ports.pictures.clean(data, moving=True)
    except PictureError as error:
        reason = error
    for attempt in (data, data + _END_OF_JPEG):
        try:
            return PlainPictures().clean(attempt, moving=True)
        except PictureError:
            continue
    log.warning("the picture %s cannot be cleaned: %s", work.key, reason)
    return None


def _rendered(work: _Work, picture: Cleaned | None, data: bytes) -> list[Rendition]:
    width = picture.width if picture else work.size[0]
    if not width or not ports.pictures.renders:
        return []
    try:
        return ports.pictures.render(picture.data if picture else data, widths_of(width))
    except PictureError as error:
        log.warning("no smaller copies of the picture %s: %s", work.key, error)
        return []


def _finish(media_id: UUID, work: _Work, picture: Cleaned | None, copies: list[Rendition]) -> None:
    with unit_of_work():
        row = queries.media(media_id)
        if row is not None and row.storage_key == work.key:
            _note(row, picture, copies)
            return
    for rendition in copies:  # it was deleted meanwhile
        ports.storage.delete(rendition_key(work.key, rendition.width))


def _note(row: Media, picture: Cleaned | None, copies: list[Rendition]) -> None:
    row.prepared = level()
    row.rendition_widths = ",".join(
        str(rendition.width) for rendition in sorted(copies, key=lambda rendition: rendition.width)
    )
    row.rendition_bytes = sum(len(rendition.data) for rendition in copies)
    if picture is not None:
        changed = (row.width, row.height) != (picture.width, picture.height)
        row.width, row.height = picture.width, picture.height
        row.content_type, row.size = picture.content_type, len(picture.data)
        row.sha256 = hashlib.sha256(picture.data).hexdigest()
        if changed:
            emit(
                MediaResized(
                    entity_id=row.id, filename=row.filename, width=picture.width, height=picture.height
                )
            )
    session.flush()
