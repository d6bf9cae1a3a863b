"""A large file on its way into a pool: in steps so small that no shopper waits for them."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator
from itertools import islice
from uuid import UUID

from mtc.catalog.queries.scope_cache import tenant_id
from mtc.catalog.services.stock_files import Entry, KeyFile
from mtc.catalog.services.stock_import import check_size, pool_to_fill, tell_added
from mtc.catalog.services.stock_insert import Chunk, Filling, ImportReport, batch_id
from mtc.core import clock
from mtc.core.database_errors import DatabaseError, is_contention
from mtc.core.db import unit_of_work
from mtc.core.errors import ConflictError

STEP_SECONDS = 0.1
"""How long one transaction is to take: SQLite has one writer, and shoppers wait for it."""
# Even an empty step waits for the disk: smaller ones would add less and hold the lock hardly shorter.
SMALLEST, LARGEST = 500, 2000
REST_SECONDS = 0.002
_TRIES = 6


class Pace:
    """The number of keys in the next step, by the duration of the last one."""

    def __init__(self) -> None:
        self.size = SMALLEST
        self._begin = 0.0

    def begin(self) -> None:
        """A step has the lock from now on."""
        self._begin = time.monotonic()

    def end(self) -> None:
        """It has given the lock back."""
        spent = time.monotonic() - self._begin
        fitting = self.size * STEP_SECONDS / max(spent, 0.0001)
        self.size = int(min(LARGEST, self.size * 2, max(SMALLEST, fitting)))

    def rest(self) -> None:
        """Leave the processor to others for a moment; the lock is free while the next step is prepared."""
        time.sleep(REST_SECONDS)


def steps(filling: Filling, entries: Iterator[Entry], pace: Pace) -> Iterator[Chunk]:
    """The file in chunks that are hashed and sealed; nothing of this needs the database."""
    while some := list(islice(entries, pace.size)):
        yield filling.prepare(some)


def committed(filling: Filling, chunk: Chunk, pace: Pace, also: Callable[[Chunk], bool]) -> bool:
    """Store a chunk in a transaction of its own, in which `also` writes down how far one is.

    Nothing is stored where `also` says no. Raises ConflictError after some attempts that met rivals.
    """
    for attempt in range(_TRIES):
        try:
            with unit_of_work() as work:
                work.connection()
                pace.begin()
                filling.store(chunk)
                if not also(chunk):
                    work.rollback()
                    return False
                if chunk.added:
                    filling.count(chunk.added)
            pace.end()
            return True
        except ConflictError:
            if attempt == _TRIES - 1:
                raise
        except DatabaseError as error:
            if attempt == _TRIES - 1 or not is_contention(error):
                raise
        time.sleep(0.05 * 2**attempt)
    raise AssertionError("the last attempt raises")


def fill_in_steps(
    variant: UUID, file: KeyFile, batch: str, progress: Callable[[int, int], None] = lambda *_: None
) -> ImportReport:
    """Add the keys of a file in many transactions, for a command; the caller has none open.

    `progress` is told how many places of keys are dealt with, and of how many. Raises as import_file does.
    """
    with unit_of_work():
        row = pool_to_fill(variant)
    file.insist()
    total = file.survey.keys + file.survey.refused
    check_size(total)
    now = clock.now()
    filling, report = Filling(tenant_id(), row.id, batch, now), ImportReport(batch_id(now))
    try:
        _all(filling, file.entries(), report, lambda seen: progress(seen, total))
    finally:
        # Also when it breaks off: orders may wait for what is there.
        if report.added:
            with unit_of_work():
                tell_added(pool_to_fill(variant), filling.batch, report.added)
    return report


def _all(
    filling: Filling, entries: Iterable[Entry], report: ImportReport, tell: Callable[[int], None]
) -> None:
    pace, seen = Pace(), 0
    for chunk in steps(filling, iter(entries), pace):
        committed(filling, chunk, pace, lambda _: True)
        report.add(chunk)
        seen += chunk.size
        tell(seen)
        pace.rest()
