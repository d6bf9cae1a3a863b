"""Keyset paging: a cursor is the sort values of the last row seen, never an offset."""

from __future__ import annotations

import base64
import binascii
import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Generic, TypeVar
from uuid import UUID

from sqlalchemy import ColumnElement, literal, tuple_

from mtc.core.errors import ValidationError
from mtc.core.i18n import _l

T = TypeVar("T")
NEWEST = ("created_at", "id")

_READERS: dict[type, Callable[[Any], Any]] = {
    int: int,
    str: str,
    UUID: UUID,
    datetime: datetime.fromisoformat,
}


@dataclass(frozen=True, slots=True)
class Page(Generic[T]):
    """One page of a listing with the cursors of its neighbours (None at the ends)."""

    items: list[T]
    next: str | None = None
    previous: str | None = None


def encode_cursor(values: Sequence[Any]) -> str:
    """The sort values as URL-safe text."""
    plain = [
        v.isoformat() if isinstance(v, datetime) else str(v) if isinstance(v, UUID) else v for v in values
    ]
    raw = json.dumps(plain, separators=(",", ":"), ensure_ascii=False).encode()
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


def decode_cursor(text: str, types: Sequence[type]) -> tuple[Any, ...]:
    """Read a cursor back as values of the types; raises ValidationError for anything else."""
    try:
        if len(text) > 1000:
            raise ValueError("too long")
        values = json.loads(base64.urlsafe_b64decode(text + "=" * (-len(text) % 4)))
        if not isinstance(values, list) or len(values) != len(types):
            raise ValueError("other length")
        read = []
        for value, value_type in zip(values, types, strict=True):
            if isinstance(value, bool) or not isinstance(value, int if value_type is int else str):
                raise ValueError("other type")
            if isinstance(value, int) and abs(value) >= 2**63:
                raise ValueError("too large")
            if isinstance(value, str) and "\0" in value.encode().decode():
                raise ValueError("no text for a database")
            moment = _READERS[value_type](value)
            if value_type is datetime:
                if moment.tzinfo is None:
                    raise ValueError("naive time")
                moment = moment.astimezone(UTC)
            read.append(moment)
        return tuple(read)
    except (ValueError, TypeError, KeyError, OverflowError, binascii.Error, RecursionError) as error:
        raise ValidationError(
            _l("This page link is not valid any more. Start again from the first page.")
        ) from error


def page_of(rows: Sequence[T], limit: int, *columns: str) -> Page[T]:
    """The first `limit` of rows, of which one more was read to see whether there are more.

    `columns` are the attributes of a row that the list is sorted by: created_at and id, if none are given.
    """
    if len(rows) <= limit:
        return Page(list(rows))
    last = rows[limit - 1]
    return Page(list(rows[:limit]), next=encode_cursor([getattr(last, name) for name in columns or NEWEST]))


def older(cursor: str, at: Any, which: Any) -> list[ColumnElement[bool]]:
    """The condition for rows after the cursor in a list sorted by these two columns, newest first.

    None for the first page; raises ValidationError for a bad cursor.
    """
    if not cursor:
        return []
    moment, last = decode_cursor(cursor, (datetime, UUID))
    return [tuple_(at, which) < tuple_(literal(moment, at.type), literal(last, which.type))]
