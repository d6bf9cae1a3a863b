"""Connections to SQLite: who may read the file, and how they are set."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import Engine

from mtc.core.private_files import make_database_file
from mtc.core.sqlite_write_queue import WAIT_SECONDS

_hurried = False


@contextmanager
def without_waiting_for_the_disk(engine: Engine) -> Iterator[None]:
    """Fill a fresh embedded database fast: what a crash would lose is loaded anew anyway."""
    global _hurried
    engine.dispose()
    _hurried = True
    try:
        yield
    finally:
        _hurried = False
        engine.dispose()


def make_private(_dialect: Any, _record: Any, arguments: list[Any], _named: dict[str, Any]) -> None:
    """Make the database's file for its owner only: SQLite itself would make it readable for everybody."""
    if not str(arguments[0]).startswith((":", "file:")):
        make_database_file(Path(arguments[0]))


def prepare(connection: Any, _record: Any) -> None:
    """Set what holds for a connection: committed means on the disk, and waiting has an end."""
    connection.isolation_level = None  # the begin event says BEGIN; the driver must not
    cursor = connection.cursor()
    for pragma in (
        "journal_mode=WAL",
        "foreign_keys=ON",
        f"busy_timeout={WAIT_SECONDS * 1000:.0f}",
        "synchronous=OFF" if _hurried else "synchronous=FULL",
        "temp_store=MEMORY",
        "cache_size=-16000",
        "recursive_triggers=OFF",
    ):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()
