"""Pictures that everyone may see, and private files that are sold."""

from __future__ import annotations

import hashlib
import logging
import re
from dataclasses import dataclass
from pathlib import PurePath
from typing import Any
from uuid import UUID

from mtc.core.db import after_commit, scope_tenant, session
from mtc.core.errors import NotFoundError, OutageError, PayloadTooLargeError, ValidationError
from mtc.core.events import emit
from mtc.core.fields.formats import scrub
from mtc.core.i18n import _l
from mtc.core.ids import token
from mtc.infra import ports
from mtc.infra.pictures import Cleaned, PictureError
from mtc.infra.pictures.base import rendition_key
from mtc.media import queries
from mtc.media.events import MediaAdded, MediaDeleted
from mtc.media.hooks import MediaView, UploadDraft
from mtc.media.models import Media
from mtc.media.services import uploads
from mtc.media.services.picture_formats import identify
from mtc.plugins.services import run_before

log = logging.getLogger(__name__)
MAX_PICTURE = 10 * 2**20
PUBLIC_PATH = "/media/"
RAW, CLEANED, RENDERED = 0, 1, 2
"""What was done to a picture: nothing, its descriptions are gone, its smaller copies are made."""
_SCRIPTED = re.compile(rb"<script|\son\w+\s*=|javascript:|<foreignObject|<!ENTITY", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class NewPicture:
    """A picture that stands in the storage under `key` and that no row refers to yet."""

    key: str
    filename: str
    picture: Cleaned
    sha256: str


def clean(data: bytes) -> Cleaned:
    """Return the bytes of a picture to publish; no transaction should be open, since it takes a while.

    Raises ValidationError for what is no picture, PayloadTooLargeError above 10 MB, UnavailableError.
    """
    if len(data) > MAX_PICTURE:
        raise PayloadTooLargeError(_l("This picture is too large. Use one of at most 10 MB."))
    try:
        return ports.pictures.clean(data)
    except PictureError as error:
        raise ValidationError(str(error), {"file": [str(error)]}) from error


def reserve(filename: str, picture: Cleaned, quota: int = 0) -> NewPicture:
    """The key under which a picture may be stored, then `keep` it.

    Raises PayloadTooLargeError (`quota`) and Reject.

    The key is made of the content, so that what an address serves never changes.
    """
    digest = hashlib.sha256(picture.data)
    run_before(
        "before_media_upload",
        UploadDraft(_name(filename), len(picture.data), False, picture.content_type, digest.hexdigest()),
    )
    name = hashlib.sha256(token(18).encode() + digest.digest()).hexdigest()[:24]
    key = f"{scope_tenant()}/{name}.{picture.extension}"
    uploads.reserve_key(key, len(picture.data), quota)
    return NewPicture(key, _name(filename), picture, digest.hexdigest())


def store(new: NewPicture) -> None:
    """Put a picture into the storage; no transaction may be open."""
    ports.storage.save(new.key, new.picture.data, new.picture.content_type)


def keep(new: NewPicture, alt: str = "") -> Media:
    """Refer to a stored picture; its smaller copies are made by a task."""
    picture = new.picture
    uploads.spare(new.key)
    return _added(
        Media(
            tenant_id=scope_tenant(),
            storage_key=new.key,
            filename=new.filename,
            content_type=picture.content_type,
            size=len(picture.data),
            sha256=new.sha256,
            width=picture.width,
            height=picture.height,
            alt=scrub(alt, multiline=False)[:300],
            is_private=False,
            prepared=CLEANED,
        )
    )


def save(filename: str, data: bytes, alt: str = "", *, private: bool = False, trusted: bool = False) -> Media:
    """Keep a file in one step: a picture for everyone, or with `private` any file, for buyers only.

    An SVG can carry scripts, so it is taken only as `trusted` (it ships with MTC or a theme). Raises as
    `clean` does. For files of people use `clean`, `reserve`, `store` and `keep`: this one decodes within the
    running transaction, and stores once that is committed.
    """
    picture = identify(data) if trusted or private else None
    drawing = picture is not None and picture.extension == "svg"
    if not private and not drawing:
        new = reserve(filename, clean(data))
        after_commit(lambda: store(new))
        return keep(new, alt)
    if drawing and not private and _SCRIPTED.search(data):
        raise ValidationError(
            _l("This drawing carries a program."), {"file": [_l("Use one without scripts.")]}
        )
    content_type = picture.content_type if picture else "application/octet-stream"
    folder, extension = ("private/", "bin") if private else ("", "svg")
    key = f"{scope_tenant()}/{folder}{token(18).replace('-', 'a').replace('_', 'b')}.{extension}"
    after_commit(lambda: ports.storage.save(key, data, content_type))
    return _added(
        Media(
            tenant_id=scope_tenant(),
            storage_key=key,
            filename=_name(filename),
            content_type=content_type,
            size=len(data),
            sha256=hashlib.sha256(data).hexdigest(),
            width=picture.width if picture else None,
            height=picture.height if picture else None,
            alt=scrub(alt, multiline=False)[:300],
            is_private=private,
            prepared=RENDERED,
        )
    )


def _added(row: Media) -> Media:
    session.add(row)
    session.flush()
    emit(MediaAdded(entity_id=row.id, filename=row.filename, size=row.size, private=row.is_private))
    return row


def _name(filename: str) -> str:
    return scrub(PurePath(filename.replace("\\", "/")).name, multiline=False)[-200:] or "file"


def url(media: Media) -> str:
    """The address of a public file below the store's host; a private one has none (ValidationError)."""
    if media.is_private:
        raise ValidationError(_l("This file is private: buyers reach it through their download links."))
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


def keys_of(media: Media) -> list[str]:
    """Every object of the storage that belongs to a file."""
    widths = [int(width) for width in media.rendition_widths.split(",") if width]
    return [media.storage_key, *(rendition_key(media.storage_key, width) for width in widths)]


def delete(media_id: UUID) -> None:
    """Delete a file and its smaller copies; they leave the storage once the transaction has committed.

    Raises NotFoundError.
    """
    row = queries.media(media_id)
    if row is None:
        raise NotFoundError(_l("There is no such file."))
    run_before("before_media_delete", MediaView(row.id, row.filename, row.size, row.is_private))
    keys, storage = keys_of(row), ports.storage
    session.delete(row)
    session.flush()
    emit(MediaDeleted(entity_id=row.id, filename=row.filename))

    def remove() -> None:
        for key in keys:
            try:
                storage.delete(key)
            except (OutageError, OSError) as error:  # the row has gone for good: nobody can ask for the file
                log.warning("the file %s was left in the storage: %s", key, error)

    after_commit(remove)
