"""Pictures that everyone may see, and private files that are sold."""

from __future__ import annotations

import hashlib
import logging
import re
from pathlib import PurePath
from typing import Any
from uuid import UUID

from mtc.catalog import queries
from mtc.catalog.models import Media
from mtc.catalog.queries.scope import tenant_id
from mtc.catalog.services.pictures import Picture, identify
from mtc.core.db import after_commit, session
from mtc.core.errors import NotFoundError, OutageError, PayloadTooLargeError, ValidationError
from mtc.core.fields.formats import scrub
from mtc.core.ids import token
from mtc.events.services import emit
from mtc.infra import ports

log = logging.getLogger(__name__)
MAX_PICTURE, MAX_SIDE = 10 * 2**20, 16_384
MAX_PIXELS = 40_000_000  # 160 MB when a browser has decoded them
PUBLIC_PATH = "/media/"
_SCRIPTED = re.compile(rb"<script|\son\w+\s*=|javascript:|<foreignObject|<!ENTITY", re.IGNORECASE)


def save(filename: str, data: bytes, alt: str = "", *, private: bool = False, trusted: bool = False) -> Media:
    """Keep a file: a picture for everyone, or with `private` any file, for buyers only.

    An SVG can carry scripts, so it is taken only as `trusted` (it ships with MTC or a theme). Raises
    ValidationError for what is no picture, PayloadTooLargeError for a picture above 10 MB.
    """
    name = scrub(PurePath(filename.replace("\\", "/")).name, multiline=False)[-200:] or "file"
    picture = identify(data)
    if not private:
        _check_picture(data, picture, trusted)
    folder = f"{tenant_id()}/private/" if private else f"{tenant_id()}/"
    extension = picture.extension if picture and not private else "bin"
    key = f"{folder}{token(18).replace('-', 'a').replace('_', 'b')}.{extension}"
    content_type = picture.content_type if picture else "application/octet-stream"
    ports.storage.save(key, data, content_type)
    row = Media(
        tenant_id=tenant_id(),
        storage_key=key,
        filename=name,
        content_type=content_type,
        size=len(data),
        sha256=hashlib.sha256(data).hexdigest(),
        width=picture.width if picture else None,
        height=picture.height if picture else None,
        alt=scrub(alt, multiline=False)[:300],
        is_private=private,
    )
    session.add(row)
    session.flush()
    emit("media.added", entity=row, data={"filename": name, "size": len(data), "private": private})
    return row


def _check_picture(data: bytes, picture: Picture | None, trusted: bool) -> None:
    if len(data) > MAX_PICTURE:
        raise PayloadTooLargeError("This picture is too large. Use one of at most 10 MB.")
    if picture is None:
        raise ValidationError("This file is no picture.", {"file": ["Use PNG, JPEG, WebP, GIF or AVIF."]})
    width, height = picture.width, picture.height
    if picture.extension != "svg" and not (width and height):
        sentence = (
            "This picture is damaged: it does not say how large it is. Save it again and try once more."
        )
        raise ValidationError(sentence, {"file": [sentence]})
    if max(width or 0, height or 0) > MAX_SIDE or (width or 0) * (height or 0) > MAX_PIXELS:
        sentence = (
            f"This picture is too large. Use one of at most {MAX_SIDE:,} pixels a side"
            f" and {MAX_PIXELS // 10**6} megapixels."
        )
        raise ValidationError(sentence, {"file": [sentence]})
    if picture.extension == "svg" and (not trusted or _SCRIPTED.search(data)):
        raise ValidationError("SVG pictures are not accepted.", {"file": ["Use PNG, JPEG, WebP or AVIF."]})


def url(media: Media) -> str:
    """The address of a public file below the store's host; a private one has none (ValidationError)."""
    if media.is_private:
        raise ValidationError("This file is private: buyers reach it through their download links.")
    return PUBLIC_PATH + media.storage_key


def as_image(media: Media, alt: str | None = None) -> dict[str, Any]:
    """The picture as products and pages keep it: {media_id, src, alt, width, height}."""
    return {
        "media_id": str(media.id),
        "src": url(media),
        "alt": media.alt if alt is None else alt,
        "width": media.width,
        "height": media.height,
    }


def delete(media_id: UUID) -> None:
    """Delete a file; it leaves the storage once the transaction has committed. Raises NotFoundError."""
    row = queries.media(media_id)
    if row is None:
        raise NotFoundError("There is no such file.")
    key, storage = row.storage_key, ports.storage
    session.delete(row)
    session.flush()
    emit("media.deleted", entity=row, data={"filename": row.filename})

    def remove() -> None:
        try:
            storage.delete(key)
        except (OutageError, OSError) as error:  # the row has gone for good: nobody can ask for the file
            log.warning("the file %s was left in the storage: %s", key, error)

    after_commit(remove)
