"""Filling a pool at once: a list of keys, or a file that is small enough for one transaction."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import islice
from uuid import UUID

from mtc.catalog.events import StockAdded
from mtc.catalog.hooks import StockBatch
from mtc.catalog.models import ProductVariant
from mtc.catalog.queries import variants as variant_queries
from mtc.catalog.queries.scope_cache import tenant_id
from mtc.catalog.services.stock_files import LONGEST_KEY, Entry, KeyFile, entries_of
from mtc.catalog.services.stock_insert import Filling, ImportReport, batch_id, batch_moment
from mtc.core import clock
from mtc.core.errors import NotFoundError, ValidationError
from mtc.core.events import emit
from mtc.core.i18n import _l, formats
from mtc.plugins.services import is_hooked, run_before

__all__ = ["ImportReport", "add_keys", "batch_id", "batch_moment", "import_file"]

MAX_KEYS = 100_000
MAX_LENGTH = LONGEST_KEY
_CHUNK = 1000


def add_keys(
    variant: UUID | ProductVariant, text_or_rows: str | Iterable[str], batch: str = ""
) -> ImportReport:
    """Add keys to the pool of a variant: a text as KeyFile reads it, or a list of keys.

    Raises ValidationError for more than 100,000 lines or a variant without a pool, UnprocessableError for a
    text that leaves open how it is to be read, NotFoundError, and ConflictError when somebody adds one of
    the keys at the same time.
    """
    if isinstance(text_or_rows, str):
        return import_file(variant, KeyFile.of_text(text_or_rows), batch)
    rows = list(text_or_rows)
    check_size(len(rows))
    return _fill(pool_to_fill(variant), entries_of(rows), batch)


def import_file(variant: UUID | ProductVariant, file: KeyFile, batch: str = "") -> ImportReport:
    """Add the keys of a file that leaves nothing open, in one transaction; raises as add_keys does."""
    pool = pool_to_fill(variant)
    file.insist()
    check_size(file.survey.keys + file.survey.refused)
    return _fill(pool, file.entries(), batch)


def pool_to_fill(variant: UUID | ProductVariant) -> ProductVariant:
    """The variant, if it sells keys of a pool; raises NotFoundError and ValidationError."""
    row = variant_queries.variant(variant if isinstance(variant, UUID) else variant.id)
    if row is None:
        raise NotFoundError(_l("There is no such variant."))
    if row.stock_source != "pool":
        raise ValidationError(
            _l("This variant has no pool of keys. Change where its stock comes from first.")
        )
    return row


def check_size(size: int) -> None:
    """Raise ValidationError for more keys than one upload may have."""
    if size > MAX_KEYS:
        raise ValidationError(
            _l("Add at most %(most)s keys at a time.", most=formats.number(MAX_KEYS)),
            {"keys": [_l("Use fewer lines.")]},
        )


def tell_added(row: ProductVariant, batch: str, added: int) -> None:
    """Record that keys came in; waiting orders and alerts are seen to by who hears of it."""
    emit(StockAdded(entity_id=row.id, variant_id=row.id, batch=batch, added=added))


def _chunks(entries: Iterable[Entry]) -> Iterator[list[Entry]]:
    waiting = iter(entries)
    while chunk := list(islice(waiting, _CHUNK)):
        yield chunk


def _asked(row: ProductVariant, entries: Iterable[Entry], batch: str) -> tuple[Iterable[Entry], str]:
    """The keys and the name of the batch as plugins leave them. Raises Reject."""
    if not is_hooked("before_stock_add"):
        return entries, batch
    listed = list(entries)
    keys = tuple(entry.key for entry in listed if not entry.problem)
    draft = run_before("before_stock_add", StockBatch(row.id, batch, keys, len(keys)))
    if draft.keys == keys:
        return listed, draft.batch
    check_size(len(draft.keys))
    return [*(entry for entry in listed if entry.problem), *entries_of(draft.keys)], draft.batch


def _fill(row: ProductVariant, entries: Iterable[Entry], batch: str) -> ImportReport:
    entries, batch = _asked(row, entries, batch)
    now = clock.now()
    filling, report = Filling(tenant_id(), row.id, batch, now), ImportReport(batch_id(now))
    for some in _chunks(entries):
        chunk = filling.prepare(some)
        filling.store(chunk)
        report.add(chunk)
    if report.added:
        filling.count(report.added)
        tell_added(row, filling.batch, report.added)
    return report
