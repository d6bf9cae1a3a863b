"""Filling a pool: thousands of pasted or uploaded keys, sealed, hashed and freed of duplicates in bulk."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from uuid import UUID

from sqlalchemy import insert
from sqlalchemy.exc import IntegrityError

from mtc.catalog.models import STOCK_HASH, ProductVariant
from mtc.catalog.queries import stock as queries
from mtc.catalog.queries import variants as variant_queries
from mtc.catalog.queries.scope import tenant_id
from mtc.catalog.queries.tables import STOCK
from mtc.catalog.services.key_index import hashes_of
from mtc.catalog.services.levels import count
from mtc.core import clock
from mtc.core.crypto import keyed_hash, keyed_hashes, seal
from mtc.core.db import attempt, session
from mtc.core.errors import ConflictError, NotFoundError, ValidationError
from mtc.core.fields.formats import scrub
from mtc.core.ids import uuid7
from mtc.events.services import emit

MAX_LINES = 10_000
MAX_LENGTH = 500
_CHUNK = 1000
_CONTROL = re.compile(r"[\x00-\x1f\x7f]")
_HEADINGS = {"key", "keys", "code", "value", "licence", "license", "serial"}


@dataclass(slots=True)
class AddReport:
    """What became of an upload. Lines count from 1."""

    added: int = 0
    duplicates_in_upload: int = 0
    duplicates_in_pool: int = 0
    invalid: list[tuple[int, str]] = field(default_factory=list)
    duplicates: list[tuple[int, str]] = field(default_factory=list)


def add_keys(variant: UUID | ProductVariant, text_or_rows: str | Iterable[str], batch: str = "") -> AddReport:
    """Add keys to the pool of a variant: one per line, a CSV with a `key` column, or a list of texts.

    Raises ValidationError for more than 10,000 lines or a variant without a pool, NotFoundError, and
    ConflictError when somebody adds one of the keys at the same time.
    """
    row = variant_queries.variant(variant if isinstance(variant, UUID) else variant.id)
    if row is None:
        raise NotFoundError("There is no such variant.")
    if row.stock_source != "pool":
        raise ValidationError("This variant has no pool of keys. Change where its stock comes from first.")
    report = AddReport()
    fresh: dict[str, str] = {}
    places: dict[str, int] = {}
    for number, value in _lines(text_or_rows):
        why = _objection(value)
        if why:
            report.invalid.append((number, why))
            continue
        mark = keyed_hash(value, STOCK_HASH)
        if mark in fresh:
            report.duplicates_in_upload += 1
            report.duplicates.append((number, f"The same key as on line {places[mark]}."))
        fresh.setdefault(mark, value)
        places.setdefault(mark, number)
    marks = list(fresh)
    for start in range(0, len(marks), _CHUNK):
        # A key may have been hashed by the former secret: it is the same key.
        spelled = {
            one: mark
            for mark in marks[start : start + _CHUNK]
            for one in keyed_hashes(fresh[mark], STOCK_HASH)
        }
        known = {spelled[one] for one in queries.known_hashes(list(spelled))}
        report.duplicates_in_pool += len(known)
        for mark in known:
            report.duplicates.append((places[mark], "This key is in stock, or was sold, already."))
            del fresh[mark]
    report.duplicates.sort()
    report.added = len(fresh)
    if fresh:
        batch = scrub(batch, multiline=False)[:80]
        _insert(row.id, fresh, batch)
        count({row.id: len(fresh)})
        data = {"variant_id": str(row.id), "batch": batch, "added": len(fresh)}
        emit("stock.added", entity=row, entity_type="productvariant", data=data)
    return report


def _lines(given: str | Iterable[str]) -> Sequence[tuple[int, str]]:
    lines = given.lstrip("\ufeff").splitlines() if isinstance(given, str) else list(given)
    if len(lines) > MAX_LINES + 1:
        raise ValidationError(f"Add at most {MAX_LINES:,} keys at a time.", {"keys": ["Use fewer lines."]})
    numbered = [(number, line.strip()) for number, line in enumerate(lines, 1)]
    filled = [(number, line) for number, line in numbered if line]
    if isinstance(given, str) and filled:
        filled = _column(filled)
    if len(filled) > MAX_LINES:
        raise ValidationError(f"Add at most {MAX_LINES:,} keys at a time.", {"keys": ["Use fewer lines."]})
    return filled


def _column(lines: list[tuple[int, str]]) -> list[tuple[int, str]]:
    """The column of keys when the first line is the heading of a CSV, else the lines as they are."""
    head = lines[0][1]
    separator = next((mark for mark in (",", ";", "\t") if mark in head), ",")
    headings = [cell.strip().strip('"').lower() for cell in head.split(separator)]
    place = next((index for index, name in enumerate(headings) if name in _HEADINGS), None)
    if place is None:
        return lines
    cells = csv.reader([line for _, line in lines[1:]], delimiter=separator)
    try:
        found = [(row[place].strip() if place < len(row) else "") for row in cells]
    except csv.Error:  # a cell of more than 131,072 characters, such as after a quote that nothing closes
        sentence = "A cell of this file is too long. Close every quotation mark."
        raise ValidationError("This file cannot be read.", {"keys": [sentence]}) from None
    return [(number, value) for (number, _), value in zip(lines[1:], found, strict=False)]


def _objection(value: str) -> str:
    if not value:
        return "There is no key on this line."
    if len(value) > MAX_LENGTH:
        return f"A key has at most {MAX_LENGTH} characters."
    if _CONTROL.search(value):
        return "A key has no control characters."
    return ""


def _hint(value: str) -> str:
    return value[-4:] if len(value) >= 12 else ""


def _insert(variant_id: UUID, fresh: dict[str, str], batch: str) -> None:
    tenant, now = tenant_id(), clock.now()
    rows = []
    for mark, value in fresh.items():
        row_id = uuid7()
        sealed = seal(value, tenant_id=tenant, table="stock_items", column="value", row_id=row_id)
        rows.append(
            {
                "tenant_id": tenant,
                "id": row_id,
                "created_at": now,
                "variant_id": variant_id,
                "value": sealed,
                "value_hash": mark,
                **hashes_of(tenant, value),
                "hint": _hint(value),
                "batch": batch,
                "status": "available",
            }
        )
    try:
        with attempt():
            for start in range(0, len(rows), _CHUNK):
                session.execute(insert(STOCK), rows[start : start + _CHUNK])
    except IntegrityError:
        raise ConflictError("Some of these keys were added just now. Send the upload again.") from None
