"""Finding sealed keys by what is typed: hashes of their parts, made at import or afterwards in batches."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from uuid import UUID

from sqlalchemy import bindparam, update

from mtc.catalog.queries import stock_search as queries
from mtc.catalog.queries.scope_cache import tenant_id
from mtc.catalog.queries.tables import STOCK as _S
from mtc.catalog.queries.tables import AnyRow
from mtc.core.crypto import SealError, hasher, keyed_hashes, open_sealed
from mtc.core.db import session
from mtc.core.errors import ValidationError
from mtc.core.i18n import _l
from mtc.core.stock_value_parts import KEY_SEARCH, LONG, PARTS, SHORT, normalized, parts_of

BATCH = 1000
MAX_CANDIDATES = 50


def hashes_of(tenant: UUID, values: Iterable[str]) -> Iterator[dict[str, str]]:
    """Return the search columns of each key: the hash of each part, empty for one that it does not have."""
    made = hasher(KEY_SEARCH)
    for value in values:
        yield {name: made(text) if text else "" for name, text in parts_of(tenant, value).items()}


def index_keys() -> int:
    """Index the next keys that are not indexed yet, a batch at most; how many these were."""
    rows = queries.not_indexed(BATCH)
    changes = []
    for row in rows:
        try:
            [hashes] = hashes_of(row.tenant_id, [_value(row)])
        except SealError:  # it opens with no key of the ring: nothing finds it, and no round meets it again
            hashes = dict.fromkeys(PARTS, "")
        changes.append({"row_tenant": row.tenant_id, "row_id": row.id, **hashes})
    if changes:
        statement = update(_S).where(
            _S.c.tenant_id == bindparam("row_tenant"), _S.c.id == bindparam("row_id")
        )
        session.connection().execute(statement, changes)
    return len(changes)


def search_keys(typed: str) -> tuple[list[AnyRow], bool]:
    """Keys that are, begin with or end with what was typed, newest first, and whether more may fit.

    Raises ValidationError for fewer than four characters. Neither the values nor what was typed is kept.
    """
    text = normalized(typed)
    if len(text) < SHORT:
        sentence = _l(
            "Type at least %(short)s letters or digits from the beginning or the end of the key.", short=SHORT
        )
        raise ValidationError(sentence, {"key": [sentence]})
    tenant, size = tenant_id(), LONG if len(text) >= LONG else SHORT
    names = ("full_hash", f"begin{size}_hash", f"end{size}_hash")
    # A key may have been indexed under the former secret.
    marks = {name: keyed_hashes(PARTS[name](tenant, text), KEY_SEARCH) for name in names}
    rows = queries.candidates(marks, MAX_CANDIDATES + 1)
    return [row for row in rows if _fits(row, text)][:MAX_CANDIDATES], len(rows) > MAX_CANDIDATES


def _fits(row: AnyRow, text: str) -> bool:
    try:
        value = normalized(_value(row))
    except SealError:
        return False
    return value.startswith(text) or value.endswith(text)


def _value(row: AnyRow) -> str:
    return open_sealed(row.value, tenant_id=row.tenant_id, table="stock_items", column="value", row_id=row.id)
