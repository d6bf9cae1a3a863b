"""The keys of order lines that a page shows: a part of many, and how many there are."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import Row, and_, func, or_, select, true

from mtc.catalog.models import StockItem
from mtc.core.db import scope_tenant, session

KEYS_SHOWN = 20


@dataclass(frozen=True, slots=True)
class KeyWindow:
    """The keys of lines to show: the first `size` of each, and of one line those of a later page."""

    size: int = KEYS_SHOWN
    line: UUID | None = None
    page: int = 1


def keys_shown(
    item_ids: Collection[UUID], window: KeyWindow, *, delivered_only: bool = True
) -> list[Row[Any]]:
    """The keys of lines within the window, oldest first; one statement whatever there is.

    Each row holds id, tenant_id, order_item_id, status, value, hint and revealed_at, its place among the keys
    of its line from 1 (`rank`), how many the line has (`total`) and how many of them were seen (`seen`). A
    page behind the last one is the first.
    """
    by_line: Any = {"partition_by": StockItem.order_item_id}
    ranked = (
        select(
            StockItem.id,
            StockItem.tenant_id,
            StockItem.order_item_id,
            StockItem.status,
            StockItem.value,
            StockItem.hint,
            StockItem.revealed_at,
            func.row_number().over(order_by=(StockItem.delivered_at, StockItem.id), **by_line).label("rank"),
            func.count().over(**by_line).label("total"),
            func.count(StockItem.revealed_at).over(**by_line).label("seen"),
        )
        .where(
            StockItem.tenant_id == scope_tenant(),
            StockItem.order_item_id.in_(sorted(item_ids)),
            StockItem.status == "delivered" if delivered_only else true(),
        )
        .subquery()
    )
    before = (window.page - 1) * window.size
    turned = and_(ranked.c.order_item_id == window.line, ranked.c.total > before)
    within = and_(ranked.c.rank > before, ranked.c.rank <= before + window.size)
    query = select(ranked).where(
        or_(and_(~turned, ranked.c.rank <= window.size), and_(turned, within))
        if window.line is not None
        else ranked.c.rank <= window.size
    )
    return list(session.execute(query.order_by(ranked.c.order_item_id, ranked.c.rank)).all())
