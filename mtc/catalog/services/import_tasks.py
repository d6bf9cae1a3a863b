"""Imports of large files of keys by a task: started, resumed after a break, stopped, reported for a week."""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping
from datetime import timedelta
from functools import partial
from itertools import islice
from typing import Any
from uuid import UUID

from sqlalchemy import insert, update
from sqlalchemy.exc import IntegrityError

from mtc.catalog.events import StockImportStarted
from mtc.catalog.hooks import StockBatch
from mtc.catalog.models import StockImport
from mtc.catalog.queries import stock_imports as queries
from mtc.catalog.queries import variants as variant_queries
from mtc.catalog.queries.scope_cache import tenant_id
from mtc.catalog.queries.tables import IMPORT_LINES as _L
from mtc.catalog.queries.tables import IMPORTS as _I
from mtc.catalog.services import stock_file_uploads
from mtc.catalog.services.import_steps import Pace, committed, steps
from mtc.catalog.services.stock_files import KeyFile, choices_of, separator_word
from mtc.catalog.services.stock_import import check_size, pool_to_fill, tell_added
from mtc.catalog.services.stock_insert import Chunk, Filling
from mtc.core import clock
from mtc.core.db import savepoint, session, unit_of_work
from mtc.core.errors import AppError, ConflictError, NotFoundError
from mtc.core.events import emit
from mtc.core.fields.formats import scrub
from mtc.core.i18n import Sentence, _l, source_text
from mtc.core.ids import uuid7
from mtc.core.retention import purge_rows
from mtc.core.row_locking import matched_rows
from mtc.core.tenancy import tenant_scope
from mtc.plugins.services import run_before
from mtc.tasks.services import enqueue

LARGE = 500
"""Files with more places of keys than this are added by a task."""
KEPT = timedelta(days=7)
TASK = "stock.import"
_BUSY = _l("Keys are being added to this pool already. Wait until that is done, or stop it.")
_GONE = _l("The file is not kept any more. Send it again: what is there already is left out.")
_MINE = (_I.c.status.in_(queries.UNFINISHED),)


def is_large(file: KeyFile) -> bool:
    """Return whether the file is added by a task; reads all of it."""
    return file.survey.keys + file.survey.refused > LARGE


def check_free(variant: UUID) -> None:
    """Raise ConflictError while an import fills the pool."""
    if queries.unfinished(variant) is not None:
        raise ConflictError(_BUSY)


def start(variant: UUID, upload: UUID, file: KeyFile, batch: str, filename: str, user: UUID | None) -> UUID:
    """Let a task add the keys of a file that is kept as an upload; returns the id of the import.

    The same upload once more is the import that it began. Raises ConflictError while another one fills the
    pool, and as import_file does. `file` has to be read before: no shopper waits for that.
    """
    pool_to_fill(variant)
    file.insist()
    total = file.survey.keys + file.survey.refused
    check_size(total)
    batch = run_before("before_stock_add", StockBatch(variant, batch, (), total)).batch
    values = {
        "tenant_id": tenant_id(), "id": upload, "created_at": clock.now(), "variant_id": variant,
        "user_id": user, "filename": scrub(filename, multiline=False)[:200],
        "batch": scrub(batch, multiline=False)[:80], "choices": _choices(file), "status": "waiting",
        "total": total, "seen": 0, "added": 0, "twice": 0, "known": 0, "refused": 0, "error": "",
    }  # fmt: skip
    try:
        with savepoint():
            session.execute(insert(_I), values)
    except IntegrityError:
        if queries.find(upload, variant) is not None:
            return upload
        raise ConflictError(_BUSY) from None
    enqueue(TASK, {"import_id": str(upload)}, entity_id=upload)
    started = StockImportStarted(
        entity_id=variant, variant_id=variant, import_id=upload, batch=str(values["batch"]), keys=total
    )
    emit(started)
    return upload


def _choices(file: KeyFile) -> dict[str, str]:
    layout = file.layout
    return {
        "encoding": file.encoding,
        "separator": separator_word(layout.separator),
        "quotes": "yes" if layout.quotes else "no",
        "heading": "yes" if layout.heading else "no",
        "column": str(layout.column + 1),
    }


def carry_on(import_id: UUID, seconds: float) -> bool:
    """Go on with an import for so long; whether there is more to do. The caller has no transaction open.

    Two that do it at once never add a key twice: each step is written down where the last one ended, and
    only one of them can do that.
    """
    until = time.monotonic() + seconds
    with tenant_scope(tenant_id(), readonly=True), unit_of_work():
        row = queries.find(import_id)
    if row is None or row.status not in queries.UNFINISHED:
        return False
    try:
        return _go_on(row, until)
    except ConflictError:  # rivals, for long: the task comes back to it
        raise
    except AppError as error:
        with unit_of_work():
            _finish(import_id, "failed", error.message)
        return False


def _go_on(row: Any, until: float) -> bool:
    file = KeyFile(lambda: stock_file_uploads.pieces_of(row.id), choices_of(_given(row.choices)))
    filling = Filling(tenant_id(), row.variant_id, row.batch, row.created_at)
    entries, pace, seen = file.entries(), Pace(), row.seen
    filling.pass_over(islice(entries, seen))
    for chunk in steps(filling, entries, pace):
        if not committed(filling, chunk, pace, partial(_written, row, seen)):
            return False
        seen += chunk.size
        if time.monotonic() > until:
            return True
        pace.rest()
    with unit_of_work():
        _finish(row.id, "done" if seen == row.total else "failed", "" if seen == row.total else _GONE)
    return False


def _given(choices: Mapping[str, Any]) -> dict[str, str]:
    return {name: str(value) for name, value in choices.items()}


def _written(row: Any, at: int, chunk: Chunk) -> bool:
    """Write down that a chunk is dealt with; False when somebody else has done so or it was stopped."""
    pool_to_fill(row.variant_id)
    mine = (_I.c.tenant_id == tenant_id(), _I.c.id == row.id, _I.c.seen == at, *_MINE)
    sums = {
        "seen": _I.c.seen + chunk.size,
        "added": _I.c.added + chunk.added,
        "twice": _I.c.twice + len(chunk.twice),
        "known": _I.c.known + len(chunk.in_stock),
        "refused": _I.c.refused + len(chunk.invalid),
    }
    if not matched_rows(update(_I).where(*mine).values(status="running", **sums)):
        return False
    reasons = {"invalid": chunk.invalid, "twice": chunk.twice, "known": chunk.in_stock}
    lines = sorted([line, why, reason] for reason, entries in reasons.items() for line, why in entries)
    if lines:
        own = {"tenant_id": tenant_id(), "id": uuid7(), "created_at": clock.now(), "import_id": row.id}
        session.execute(insert(_L), {**own, "first": at, "lines": lines})
    return True


def stop(variant: UUID, import_id: UUID) -> bool:
    """End an import; what was added stays. False when it had ended before; raises NotFoundError."""
    if queries.find(import_id, variant) is None:
        raise NotFoundError(_l("There is no such import. Reports are kept for a week."))
    return _finish(import_id, "stopped")


def _finish(import_id: UUID, status: str, error: Sentence = "") -> bool:
    """End an import, once: the file is forgotten, and orders and alerts are seen to."""
    ended = session.execute(
        update(_I)
        .where(_I.c.tenant_id == tenant_id(), _I.c.id == import_id, *_MINE)
        .values(status=status, error=source_text(error), finished_at=clock.now())
        .returning(_I.c.variant_id, _I.c.batch, _I.c.added)
    ).first()
    if ended is None:
        return False
    stock_file_uploads.drop(import_id)
    variant = variant_queries.variant(ended.variant_id)
    if ended.added and variant is not None:
        tell_added(variant, ended.batch, ended.added)
    return True


def purge_imports() -> int:
    """Forget imports that ended a week ago, with their reports; how many these were."""
    return purge_rows(
        StockImport, StockImport.tenant_id == tenant_id(), StockImport.finished_at < clock.now() - KEPT
    )


def told_lines(tenant: UUID, import_id: UUID) -> Iterator[list[tuple[int, str]]]:
    """Every line that was left out, and why, in the order of the file, some thousand at a time.

    Opens scopes of its own, so that it can be read while an answer is sent.
    """
    after = -1
    while True:
        with tenant_scope(tenant, readonly=True), unit_of_work():
            parts = queries.lines(import_id, after)
        if not parts:
            return
        yield [(int(line), str(why)) for part in parts for line, why, _ in part.lines]
        after = parts[-1].first
