"""Uploads of files for sale, in three steps: reserve (a transaction), store (none is open), keep (another).

What is reserved and never kept, because the connection or the process broke, is deleted by a task.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import timedelta
from pathlib import PurePath
from typing import BinaryIO, cast

from mtc.core import clock
from mtc.core.db import scope_tenant, session
from mtc.core.errors import PayloadTooLargeError, ValidationError
from mtc.core.events import emit
from mtc.core.fields.formats import scrub
from mtc.core.i18n import _l, formats
from mtc.core.ids import token
from mtc.infra import ports
from mtc.media import queries
from mtc.media.events import MediaAdded, MediaReplaced
from mtc.media.hooks import UploadDraft
from mtc.media.models import Media, OrphanedObject
from mtc.media.services.file_types import HEAD, media_type
from mtc.plugins.services import run_before

GRACE = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class StoredFile:
    """A file that stands in the storage and that no row refers to yet."""

    storage_key: str
    filename: str
    content_type: str
    size: int
    sha256: str


def clean_name(filename: str) -> str:
    """Return the name that buyers see: without folders and signs that no file has; raises ValidationError."""
    name = scrub(PurePath(filename.replace("\\", "/")).name, multiline=False)
    if len(name) > 200:
        stem, dot, end = name.rpartition(".")
        name = f"{stem[: 199 - len(end)]}{dot}{end}" if dot and len(end) < 20 else name[:200]
    if not name.strip(". "):
        raise ValidationError(_l("Give the file a name."), {"files": [_l("Give the file a name.")]})
    return name


def reserve(size: int, quota: int = 0, filename: str = "") -> str:
    """The key for a file of so many bytes.

    Raises ValidationError (empty), PayloadTooLargeError (`quota`) and Reject.
    """
    if size <= 0:
        raise ValidationError(
            _l("This file is empty."), {"files": [_l("This file is empty. Choose another one.")]}
        )
    run_before("before_media_upload", UploadDraft(filename, size, True))
    key = f"{scope_tenant()}/private/{token(18).replace('-', 'a').replace('_', 'b')}.bin"
    reserve_key(key, size, quota)
    return key


def reserve_key(key: str, size: int, quota: int = 0) -> None:
    """Announce an object that is about to be stored; raises PayloadTooLargeError beyond `quota` bytes."""
    if quota and queries.stored_bytes() + size > quota:
        raise PayloadTooLargeError(
            _l(
                "There is no room for this file: your files may take %(most)s MB. Remove some that are"
                " not sold any"
                " more.",
                most=formats.number(quota // 2**20),
            )
        )
    discard(key, size)


def store(key: str, filename: str, stream: BinaryIO, size: int) -> StoredFile:
    """Copy the stream into the storage, piece by piece; no transaction may be open.

    Raises ValidationError when it is shorter than it said.
    """
    name = clean_name(filename)
    head = stream.read(HEAD)
    source = _Source(head, stream)
    content_type = media_type(head)
    info = ports.storage.save(key, cast(BinaryIO, source), content_type)
    if not info.size == source.size == size:
        ports.storage.delete(key)
        sentence = _l("The upload broke off. Send the file again.")
        raise ValidationError(sentence, {"files": [sentence]})
    return StoredFile(key, name, content_type, size, source.digest)


class _Source:
    """A stream that has been read a little, with the checksum of what is read from it."""

    def __init__(self, head: bytes, rest: BinaryIO) -> None:
        self._head, self._rest = head, rest
        self._sum, self.size = hashlib.sha256(), 0

    def read(self, size: int = -1) -> bytes:
        """So many bytes, fewer only at the end: a store takes a short read for the end."""
        limit = -1 if size is None or size < 0 else size
        if limit < 0:
            data, self._head = self._head + self._rest.read(), b""
        else:
            data, self._head = self._head[:limit], self._head[limit:]
            if len(data) < limit:
                data += self._rest.read(limit - len(data))
        self._sum.update(data)
        self.size += len(data)
        return data

    @property
    def digest(self) -> str:
        """SHA-256 of what was read, in hexadecimal digits."""
        return self._sum.hexdigest()


def keep(stored: StoredFile, row: Media | None = None) -> Media:
    """Refer to a stored file: by a new row, or by one whose file it replaces."""
    media = row or Media(tenant_id=scope_tenant(), alt="", is_private=True)
    if row is not None:
        discard(row.storage_key)
    media.storage_key, media.filename = stored.storage_key, stored.filename
    media.content_type, media.size, media.sha256 = stored.content_type, stored.size, stored.sha256
    media.width = media.height = None
    session.add(media)
    spare(stored.storage_key)
    session.flush()
    event_type = MediaAdded if row is None else MediaReplaced
    emit(event_type(entity_id=media.id, filename=media.filename, size=media.size, private=True))
    return media


def discard(key: str, size: int = 0) -> None:
    """Have an object deleted after a day, unless it is needed then."""
    if queries.orphan(key) is None:
        orphan = OrphanedObject(
            tenant_id=scope_tenant(), storage_key=key, size=size, delete_at=clock.now() + GRACE
        )
        session.add(orphan)
        session.flush()


def spare(key: str) -> None:
    """Do not delete an object after all."""
    orphan = queries.orphan(key)
    if orphan is not None:
        session.delete(orphan)
        session.flush()
