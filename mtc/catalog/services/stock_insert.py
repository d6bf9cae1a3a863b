"""Keys on their way into a pool: what needs no database is done before its lock is taken."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import insert
from sqlalchemy.exc import IntegrityError

from mtc.catalog.models import STOCK_HASH
from mtc.catalog.queries import stock as queries
from mtc.catalog.queries.tables import STOCK
from mtc.catalog.services.stock_counters import count
from mtc.catalog.services.stock_files import Entry
from mtc.catalog.services.stock_search_index import hashes_of
from mtc.core.crypto import Sealer, hasher, keyed_hashes
from mtc.core.db import savepoint, session
from mtc.core.errors import ConflictError, NotFoundError
from mtc.core.fields.formats import scrub
from mtc.core.i18n import _, _l, retold, source_text
from mtc.core.ids import uuid7

MAX_TOLD = 1000
"""Of how many lines a report says what was wrong with them; all are counted."""
SAME_KEY = "The same key as on line "
KNOWN = _l("This key is in stock, or was sold, already.")
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def report_sentence(problem: str) -> str:
    """Return the sentence of a report about a line, in the running locale; reports are stored in English."""
    if problem.startswith(SAME_KEY):
        return _("The same key as on line %(line)s.", line=problem.removeprefix(SAME_KEY).rstrip("."))
    return retold(problem)


@dataclass(slots=True)
class ImportReport:
    """The result of an upload. Lines count from 1; `batch_id` names what was added, for taking it back."""

    batch_id: int = 0
    added: int = 0
    duplicates_in_upload: int = 0
    duplicates_in_pool: int = 0
    refused: int = 0
    invalid: list[tuple[int, str]] = field(default_factory=list)
    duplicates: list[tuple[int, str]] = field(default_factory=list)

    def add(self, chunk: Chunk) -> None:
        """Count what became of a chunk."""
        self.added += chunk.added
        self.duplicates_in_upload += len(chunk.twice)
        self.duplicates_in_pool += len(chunk.in_stock)
        self.refused += len(chunk.invalid)
        self.invalid += chunk.invalid[: max(0, MAX_TOLD - len(self.invalid))]
        duplicates = sorted([*chunk.twice, *chunk.in_stock])
        self.duplicates += duplicates[: max(0, MAX_TOLD - len(self.duplicates))]


@dataclass(slots=True)
class Chunk:
    """Some lines of an upload: the rows that may be new, and what is wrong with the other lines."""

    size: int
    rows: dict[str, dict[str, Any]] = field(default_factory=dict)
    values: dict[str, str] = field(default_factory=dict)
    lines: dict[str, int] = field(default_factory=dict)
    invalid: list[tuple[int, str]] = field(default_factory=list)
    twice: list[tuple[int, str]] = field(default_factory=list)
    in_stock: list[tuple[int, str]] = field(default_factory=list)
    added: int = 0


def batch_id(created_at: datetime) -> int:
    """The number of a batch: when it was added, in microseconds since 1970."""
    return (created_at - _EPOCH) // timedelta(microseconds=1)


def batch_moment(number: int) -> datetime:
    """Return when the batch of this number was added; raises NotFoundError for a number that is no moment."""
    try:
        return _EPOCH + timedelta(microseconds=number)
    except OverflowError:
        raise NotFoundError(_l("There is no such batch.")) from None


class Filling:
    """One upload on its way into the pool of a variant. `moment` is what its keys have in common."""

    def __init__(self, tenant_id: UUID, variant_id: UUID, batch: str, moment: datetime) -> None:
        self._tenant, self._variant, self._moment = tenant_id, variant_id, moment
        self.batch = scrub(batch, multiline=False)[:80]
        # Half of the hash tells the lines of one upload apart.
        self._places: dict[bytes, int] = {}

    def pass_over(self, entries: Iterable[Entry]) -> None:
        """Remember the keys of lines that were dealt with before."""
        made = hasher(STOCK_HASH)
        for line, key, problem in entries:
            if not problem:
                self._places.setdefault(bytes.fromhex(made(key)[:32]), line)

    def prepare(self, entries: list[Entry]) -> Chunk:
        """Hash and seal what is a key and did not stand in the upload before; needs no database."""
        chunk, made = Chunk(len(entries)), hasher(STOCK_HASH)
        for line, key, problem in entries:
            if problem:
                chunk.invalid.append((line, source_text(problem)))
                continue
            mark = made(key)
            first = self._places.setdefault(bytes.fromhex(mark[:32]), line)
            if first != line:
                chunk.twice.append((line, f"{SAME_KEY}{first}."))
                continue
            chunk.values[mark], chunk.lines[mark] = key, line
        sealer = Sealer(tenant_id=self._tenant, table="stock_items", column="value")
        parts = hashes_of(self._tenant, chunk.values.values())
        for (mark, value), hashes in zip(chunk.values.items(), parts, strict=True):
            row_id = uuid7()
            chunk.rows[mark] = {
                "tenant_id": self._tenant,
                "id": row_id,
                "created_at": self._moment,
                "variant_id": self._variant,
                "value": sealer.seal(value, row_id),
                "value_hash": mark,
                **hashes,
                "hint": _hint(value),
                "batch": self.batch,
                "status": "available",
            }
        return chunk

    def store(self, chunk: Chunk) -> None:
        """Insert what the tenant has never had; raises ConflictError when somebody adds one meanwhile."""
        in_stock = _known(chunk.values)
        chunk.in_stock = [(chunk.lines[mark], KNOWN.source) for mark in in_stock]
        fresh = [row for mark, row in chunk.rows.items() if mark not in in_stock]
        chunk.added = len(fresh)
        if not fresh:
            return
        try:
            with savepoint():
                session.execute(insert(STOCK), fresh)
        except IntegrityError:
            raise ConflictError(
                _l("Some of these keys were added just now. Send the upload again.")
            ) from None

    def count(self, added: int) -> None:
        """Put so many more keys on sale."""
        count({self._variant: added})


def _known(values: dict[str, str]) -> set[str]:
    """Those that the tenant has had; one may have been hashed by the former secret."""
    if not values:
        return set()
    spelled = dict(zip(values, values, strict=True))
    if len(keyed_hashes("", STOCK_HASH)) > 1:
        spelled = {
            keyed_hash: mark for mark, key in values.items() for keyed_hash in keyed_hashes(key, STOCK_HASH)
        }
    return {spelled[keyed_hash] for keyed_hash in queries.known_hashes(list(spelled))}


def _hint(value: str) -> str:
    end = value[-4:]
    return end if len(value) >= 12 and end.isalnum() else ""
