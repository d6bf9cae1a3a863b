"""Taking keys from the pools for all lines of an order at once, each key for one buyer."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Any
from uuid import UUID

from sqlalchemy import case, update

from mtc.catalog.errors import SoldOutError
from mtc.catalog.models import StockItem
from mtc.catalog.queries import stock as queries
from mtc.catalog.queries.scope_cache import tenant_id
from mtc.catalog.queries.tables import STOCK as _S
from mtc.catalog.services.stock_counters import count
from mtc.core.db import session
from mtc.core.errors import NotFoundError, ValidationError
from mtc.core.i18n import _l
from mtc.core.row_locking import Pick, claim_each, lock_timeout_as_conflict

Units = dict[UUID, list[UUID]]
BUSY = _l("Others are busy with the same keys at this moment. Please try again.")


@dataclass(frozen=True, slots=True)
class StockRequest:
    """So many keys of a variant for an order line."""

    variant_id: UUID
    quantity: int
    order_item_id: UUID


def take(requests: Sequence[StockRequest], values: dict[str, Any]) -> Units:
    """Set the values on as many keys as all lines want: order line -> key ids, none without a pool.

    All or nothing: raises ValidationError, NotFoundError, SoldOutError, and ConflictError when rivals hold
    the keys for too long.
    """
    if any(request.quantity < 1 for request in requests):
        raise ValidationError(_l("Use a quantity of at least 1."), {"quantity": [_l("Use at least 1.")]})
    units: Units = {request.order_item_id: [] for request in requests}
    # One order of locks for everybody: keys by variant, then variants, then products.
    lines: dict[UUID, list[StockRequest]] = defaultdict(list)
    for request in sorted(requests, key=lambda w: (w.variant_id, w.order_item_id)):
        lines[request.variant_id].append(request)
    waiting: set[UUID] = set()
    while lines:
        try:
            # What was too little is given back before waiting: two buyers who each hold a part of what
            # the other waits for would wait for ever.
            with lock_timeout_as_conflict(BUSY):
                available = _look(lines, values, waiting)
                count({variant_id: -len(ids) for variant_id, ids in available.items()})
        except _TooFew as short:
            _consider(short.available, lines, waiting)
        else:
            return units | _dealt(lines, available)
    return units


class _TooFew(Exception):
    """A look found too few keys of some variants: so many of each."""

    def __init__(self, available: dict[UUID, int]) -> None:
        self.available = available


def _look(
    lines: Mapping[UUID, Sequence[StockRequest]], values: dict[str, Any], waiting: Collection[UUID]
) -> Units:
    """Take all keys of all variants: variant -> key ids, sorted; raises _TooFew."""
    needed = {
        variant_id: sum(request.quantity for request in requests) for variant_id, requests in lines.items()
    }
    rows = claim_each(
        StockItem,
        [Pick(queries.in_pool(each), size, wait=each in waiting) for each, size in needed.items()],
        order_by=[StockItem.id],
        values={**values, "order_item_id": _line_of(lines)},
        returning=[StockItem.id, StockItem.variant_id],
    )
    available: Units = {variant_id: [] for variant_id in lines}
    for row in rows:
        available[row.variant_id].append(row.id)
    short = {each: len(ids) for each, ids in available.items() if len(ids) < needed[each]}
    if short:
        raise _TooFew(short)
    return {variant_id: sorted(ids) for variant_id, ids in available.items()}


def _line_of(lines: Mapping[UUID, Sequence[StockRequest]]) -> Any:
    """Return the line that a key goes to, by its variant; `_dealt` mends what several lines share."""
    firsts = {variant_id: requests[0].order_item_id for variant_id, requests in lines.items()}
    return case(firsts, value=StockItem.variant_id) if len(firsts) > 1 else next(iter(firsts.values()))


def _consider(
    available: Mapping[UUID, int], lines: dict[UUID, list[StockRequest]], waiting: set[UUID]
) -> None:
    """Decide about variants that came short: leave them out, wait for them, or raise."""
    sources = queries.sources(available)
    for variant_id, size in available.items():
        source = sources.get(variant_id)
        if source is None:
            raise NotFoundError(_l("This item is not for sale any more."))
        if source != "pool":
            del lines[variant_id]
        # Keys that a rival holds may come back when it rolls back: only a look that waits for them may
        # say sold out.
        elif variant_id in waiting:
            raise SoldOutError(variant_id, size)
        else:
            waiting.add(variant_id)


def _dealt(lines: Mapping[UUID, Sequence[StockRequest]], available: Units) -> Units:
    """The keys of each line; those that share a variant get theirs one after the other."""
    units: Units = {}
    for variant_id, requests in lines.items():
        ids = iter(available[variant_id])
        for request in requests:
            units.setdefault(request.order_item_id, []).extend(mine := list(islice(ids, request.quantity)))
            if request is not requests[0]:
                change(mine, order_item_id=request.order_item_id)
    return units


def change(items: Sequence[UUID], **values: Any) -> None:
    """Change keys that are locked."""
    if items:
        mine = (_S.c.tenant_id == tenant_id()) & _S.c.id.in_(items)
        session.execute(update(_S).where(mine).values(**values))
