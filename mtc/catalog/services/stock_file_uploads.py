"""Uploaded files of keys that wait until their owner has said how to read them: sealed, for an hour."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from itertools import count
from typing import IO
from uuid import UUID

from sqlalchemy import delete, insert

from mtc.catalog.models import StockUpload
from mtc.catalog.queries import stock_file_uploads as queries
from mtc.catalog.queries.scope_cache import tenant_id
from mtc.catalog.queries.tables import UPLOADS as _U
from mtc.core import clock
from mtc.core.crypto import open_sealed, seal
from mtc.core.db import commit_batch, session, unit_of_work
from mtc.core.errors import NotFoundError, PayloadTooLargeError
from mtc.core.fields.formats import scrub
from mtc.core.i18n import _l
from mtc.core.ids import uuid7
from mtc.core.retention import purge_rows
from mtc.core.tenancy import tenant_scope

LARGEST = 32 * 2**20
PIECE = 128 * 1024
_PIECES_PER_COMMIT = 16
KEPT = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Upload:
    """A file that waits: what it is called, what its keys are to be called, when it was sent."""

    id: UUID
    variant_id: UUID
    filename: str
    batch: str

    def pieces(self) -> Iterator[bytes]:
        """The bytes of the file, a piece at a time."""
        return pieces_of(self.id)


def pieces_of(upload_id: UUID) -> Iterator[bytes]:
    """The bytes of a file that is committed, a piece at a time: whoever reads it holds no lock meanwhile."""
    for number in count():
        with tenant_scope(tenant_id(), readonly=True), unit_of_work():
            row = queries.piece(upload_id, number)
        if row is None:
            return
        yield _open(row.content, row.id)


def check_bytes(size: int) -> None:
    """Raise PayloadTooLargeError for a file of so many bytes that is not taken."""
    if size > LARGEST:
        raise PayloadTooLargeError(
            _l("This file is too large. Send at most %(most)s MB at a time.", most=LARGEST // 2**20)
        )


def read_pieces(stream: IO[bytes]) -> Iterator[bytes]:
    """The bytes of a file that was sent, from its beginning, a piece at a time."""
    stream.seek(0)
    return iter(lambda: stream.read(PIECE), b"")


def keep(variant_id: UUID, user_id: UUID, pieces: Iterable[bytes], filename: str, batch: str) -> UUID:
    """Keep a file for this person and return its id; raises PayloadTooLargeError above 32 MB.

    A long one is committed in parts: the caller has nothing else to lose, and a rest goes within the hour.
    """
    tenant, upload, now, size = tenant_id(), uuid7(), clock.now(), 0
    for number, piece in enumerate(pieces):
        size += len(piece)
        check_bytes(size)
        row_id = uuid7()
        # Sealed texts are texts: every byte is one character of it.
        text = piece.decode("latin-1")
        content = seal(text, tenant_id=tenant, table="stock_uploads", column="content", row_id=row_id)
        values = {
            "tenant_id": tenant, "id": row_id, "created_at": now, "upload_id": upload, "number": number,
            "variant_id": variant_id, "user_id": user_id, "content": content,
            "filename": scrub(filename, multiline=False)[:200], "batch": scrub(batch, multiline=False)[:80],
        }  # fmt: skip
        session.execute(insert(_U), values)
        if number % _PIECES_PER_COMMIT == _PIECES_PER_COMMIT - 1:
            commit_batch()
    return upload


def find(variant_id: UUID, upload_id: UUID, user_id: UUID) -> Upload:
    """Return the file that this person sent for the variant; raises NotFoundError, also when it is gone."""
    row = queries.first_piece(variant_id, upload_id, user_id, clock.now() - KEPT)
    if row is None:
        raise NotFoundError(_l("This upload is not kept any more. Send the file again."))
    return Upload(upload_id, variant_id, row.filename, row.batch)


def drop(upload_id: UUID) -> None:
    """Forget a file."""
    session.execute(delete(_U).where(_U.c.tenant_id == tenant_id(), _U.c.upload_id == upload_id))


def purge_uploads() -> int:
    """Delete files whose hour is over and that no import reads; how many pieces these were."""
    return purge_rows(
        StockUpload,
        StockUpload.tenant_id == tenant_id(),
        StockUpload.created_at < clock.now() - KEPT,
        StockUpload.upload_id.not_in(queries.being_read()),
    )


def _open(content: str, row_id: UUID) -> bytes:
    text = open_sealed(content, tenant_id=tenant_id(), table="stock_uploads", column="content", row_id=row_id)
    return text.encode("latin-1")
