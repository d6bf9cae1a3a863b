"""Taking a batch of keys back while nothing of it is sold."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import delete

from mtc.catalog.events import StockRemoved
from mtc.catalog.hooks import StockRemoval
from mtc.catalog.queries import stock as queries
from mtc.catalog.queries import stock_imports
from mtc.catalog.queries import variants as variant_queries
from mtc.catalog.queries.scope_cache import tenant_id
from mtc.catalog.queries.tables import STOCK as _S
from mtc.catalog.services.stock_counters import count
from mtc.catalog.services.stock_import import batch_moment
from mtc.core.errors import ConflictError, NotFoundError
from mtc.core.events import emit
from mtc.core.i18n import _l
from mtc.core.row_locking import matched_rows
from mtc.plugins.services import run_before

SOLD = _l("Some of these keys are sold or on their way to a buyer. Set aside the others one by one.")
BEING_ADDED = _l("This batch is still being added. Stop the import first.")


def undo_batch(variant_id: UUID, number: int) -> int:
    """Delete the keys of a batch, and say how many these were.

    Raises NotFoundError, and ConflictError when one of them is reserved, was delivered or set aside from an
    order: then all stay.
    """
    row = variant_queries.variant(variant_id)
    at = batch_moment(number)
    if row is not None and stock_imports.fills(variant_id, at):
        raise ConflictError(BEING_ADDED)
    total, bound = queries.batch_state(variant_id, at) if row is not None else (0, 0)
    if row is None or not total:
        raise NotFoundError(_l("There is no such batch."))
    if bound:
        raise ConflictError(SOLD)
    run_before("before_stock_remove", StockRemoval(variant_id, number, total))
    mine = (_S.c.tenant_id == tenant_id(), _S.c.variant_id == variant_id, _S.c.created_at == at)
    idle = _S.c.order_item_id.is_(None)
    gone = matched_rows(delete(_S).where(*mine, _S.c.status == "available"))
    aside = matched_rows(delete(_S).where(*mine, _S.c.status == "quarantined", idle))
    # A buyer may have come between the question and the answer.
    if queries.batch_state(variant_id, at)[0]:
        raise ConflictError(SOLD)
    count({variant_id: -gone})
    emit(StockRemoved(entity_id=variant_id, variant_id=variant_id, removed=gone + aside))
    return gone + aside
