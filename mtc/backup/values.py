"""One value of a column in the archive's own spelling, the same for every database.

uuid: 32 hex digits; time: 2026-01-31T12:00:00.000000Z; json: its text, as the database keeps it, so that
SQL's NULL and JSON's null stay apart and nothing is rounded; bytes: base64; bool, int, float and text as in
JSON.
"""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import JSON, Boolean, DateTime, Float, Integer, LargeBinary, String, Uuid
from sqlalchemy.types import CHAR, TypeEngine

from mtc.backup.errors import ArchiveError, BackupError

_UUID_LENGTH = 32
_MODULUS = 1 << 256
_KINDS: tuple[tuple[type[TypeEngine[Any]], str], ...] = (
    (Uuid, "uuid"),
    (JSON, "json"),
    (Boolean, "bool"),
    (DateTime, "time"),
    (Integer, "int"),
    (Float, "float"),
    (LargeBinary, "bytes"),
    (String, "text"),
)
Convert = Callable[[Any], Any]


def kind_of(column_type: TypeEngine[Any], place: str) -> str:
    """Return the kind of a column; raises BackupError for a type that no backup knows yet."""
    # SQLite has no type of its own for them.
    if isinstance(column_type, CHAR) and column_type.length == _UUID_LENGTH:
        return "uuid"
    for column_class, kind in _KINDS:
        if isinstance(column_type, column_class):
            return kind
    raise BackupError(f"{place} has the type {column_type!r}, which mtc/backup/values.py does not know.")


def encoder(kind: str) -> Convert | None:
    """Return the writer of a value that is not NULL; None where it is written as it is."""
    return _ENCODERS.get(kind)


def decoder(kind: str, dialect: str) -> Convert | None:
    """Return the reader of an archive's value for this database; None where it is given as it is."""
    if kind == "bytes":
        return base64.b64decode
    return _to_sqlite_time if kind == "time" and dialect == "sqlite" else None


def _uuid(value: Any) -> str:
    return value.hex if isinstance(value, UUID) else str(value)


def _time(value: Any) -> str:
    if isinstance(value, str):
        if len(value) == len("2026-01-31 12:00:00.000000"):
            return f"{value[:10]}T{value[11:]}Z"
        value = datetime.fromisoformat(value)
    moment = value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)
    return f"{moment.replace(tzinfo=None).isoformat(timespec='microseconds')}Z"


def _to_sqlite_time(value: str) -> str:
    return f"{value[:10]} {value[11:-1]}"


def _bytes(value: Any) -> str:
    return base64.b64encode(bytes(value)).decode()


_ENCODERS: dict[str, Convert] = {"uuid": _uuid, "time": _time, "bool": bool, "bytes": _bytes}
WRITTEN = {
    "uuid": str,
    "time": str,
    "json": str,
    "text": str,
    "bytes": str,
    "bool": bool,
    "int": int,
    "float": float | int,
}


def checked_row(row: Any, kinds: Sequence[str]) -> list[Any]:
    """A row of an archive; raises ArchiveError unless each value is of its kind."""
    if not isinstance(row, list) or len(row) != len(kinds):
        raise ArchiveError("the archive holds a row of another shape than its table.")
    for value, kind in zip(row, kinds, strict=True):
        if value is None:
            continue
        if not isinstance(value, WRITTEN[kind]) or (kind == "int" and isinstance(value, bool)):
            raise ArchiveError(f"the archive holds {str(value)[:40]!r} where a value of kind {kind} belongs.")
    return row


class Digest:
    """The sum of the rows' hashes: equal for equal rows, in whichever order a database gives them."""

    def __init__(self, kinds: Sequence[str]) -> None:
        self._json = [place for place, kind in enumerate(kinds) if kind == "json"]
        self._sum = 0
        self.rows = 0

    def add(self, row: Sequence[Any]) -> None:
        """Count one row in the archive's spelling."""
        plain = list(row)
        for place in self._json:
            if plain[place] is not None:
                # PostgreSQL orders the names in an object and writes 1e2 as 100: that is no difference.
                plain[place] = [json.loads(plain[place], parse_float=_number)]
        text = json.dumps(plain, separators=(",", ":"), sort_keys=True)
        self._sum += int.from_bytes(hashlib.sha256(text.encode()).digest())
        self.rows += 1

    def text(self) -> str:
        """The digest so far, as hex."""
        return f"{self._sum % _MODULUS:064x}"


def _number(text: str) -> float | int:
    value = float(text)
    return int(value) if value.is_integer() else value
