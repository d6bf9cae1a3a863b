"""Lists of orders, as rows: the admin's, a customer's, and the library of what a customer owns."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Row, Select, and_, func, or_, select, tuple_

from mtc.core.db import scope_tenant, session
from mtc.core.errors import ValidationError
from mtc.core.i18n import _l
from mtc.core.paging import Page, decode_cursor, encode_cursor
from mtc.orders.models import STATUSES, Order, OrderItem
from mtc.orders.queries.search import email_begins, mentions, number_begins

_OWNED = ("paid", "fulfilled", "partially_refunded")
_COLUMNS = (
    Order.id, Order.created_at, Order.order_number, Order.status, Order.email, Order.country, Order.currency,
    Order.total, Order.paid_amount, Order.refunded_amount, Order.paid_at, Order.customer_id, Order.items_data,
    Order.is_test,
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class OrderFilters:
    """Filters of the admin's list. `email` is the beginning of an address, `number` that of a number.

    `reference` is that of a bank transfer, in full; `is_test` None finds test orders and others. `numbers`
    are spellings of a number; with `text`, that is part of a name, an address, a product or a SKU, orders
    are found that fit either, or have one of the `lines`.
    """

    status: str = ""
    email: str = ""
    number: str = ""
    since: datetime | None = None
    until: datetime | None = None
    store_id: UUID | None = None
    reference: str = ""
    is_test: bool | None = None
    numbers: tuple[str, ...] = ()
    text: str = ""
    lines: tuple[Any, ...] = ()


def _filtered(query: Select[Any], filters: OrderFilters) -> Select[Any]:
    if filters.status:
        if filters.status not in STATUSES:
            raise ValidationError(
                _l("Choose a status from the list."), {"status": [_l("Choose from the list.")]}
            )
        query = query.where(Order.status == filters.status)
    if filters.email:
        query = query.where(*email_begins(filters.email.strip()))
    if filters.number:
        query = query.where(*number_begins(filters.number.strip()))
    if filters.since is not None:
        query = query.where(Order.created_at >= filters.since)
    if filters.until is not None:
        query = query.where(Order.created_at < filters.until)
    if filters.reference:
        query = query.where(Order.reference == filters.reference)
    if filters.is_test is not None:
        query = query.where(Order.is_test.is_(filters.is_test))
    if filters.text:
        query = query.where(mentions(filters.text, filters.numbers, filters.lines))
    elif filters.numbers:
        query = query.where(Order.order_number.in_(filters.numbers))
    if filters.store_id is not None:
        query = query.where(Order.store_id == filters.store_id)
    return query


def numbers_exist(numbers: Collection[str]) -> bool:
    """Return whether the tenant has an order of one of these numbers."""
    query = select(Order.id).where(Order.tenant_id == scope_tenant(), Order.order_number.in_(numbers))
    return session.execute(query.limit(1)).first() is not None


def _page(query: Select[Any], cursor: str, limit: int) -> Page[Row[Any]]:
    """A page, newest first; a cursor that begins with `-` leads back to newer rows."""
    key = tuple_(Order.created_at, Order.id)
    newer = cursor.startswith("-")
    if cursor:
        mark = decode_cursor(cursor.removeprefix("-"), (datetime, UUID))
        query = query.where(key > mark if newer else key < mark)
    order = (Order.created_at, Order.id) if newer else (Order.created_at.desc(), Order.id.desc())
    rows = list(session.execute(query.order_by(*order).limit(limit + 1)).all())
    more, rows = len(rows) > limit, rows[:limit]
    if newer:
        rows.reverse()
    forward = rows and (more or newer)
    back = rows and cursor and (more or not newer)
    return Page(
        rows,
        next=encode_cursor((rows[-1].created_at, rows[-1].id)) if forward else None,
        previous="-" + encode_cursor((rows[0].created_at, rows[0].id)) if back else None,
    )


def list_orders(filters: OrderFilters | None = None, cursor: str = "", limit: int = 25) -> Page[Row[Any]]:
    """Orders of the tenant, newest first. Raises ValidationError for a bad status or cursor."""
    query = select(*_COLUMNS).where(Order.tenant_id == scope_tenant())
    return _page(_filtered(query, filters or OrderFilters()), cursor, limit)


def status_counts(is_test: bool | None = None) -> dict[str, int]:
    """Return how many orders are in each status that occurs; of test orders, of others, or of all.

    Test orders are counted and taken off: their index holds them alone, that of all does not tell them apart.
    """
    query = select(Order.status, func.count()).where(Order.tenant_id == scope_tenant()).group_by(Order.status)
    tests = query.where(Order.is_test.is_(True))
    if is_test:
        return {row[0]: row[1] for row in session.execute(tests).all()}
    counts = {row[0]: row[1] for row in session.execute(query).all()}
    for status, number in session.execute(tests).all() if is_test is False else ():
        counts[status] -= number
    return {status: number for status, number in counts.items() if number}


def orders_of_lines(item_ids: Collection[UUID]) -> dict[UUID, Row[Any]]:
    """The order of each line: order_number and email."""
    query = (
        select(OrderItem.id.label("item_id"), Order.order_number, Order.email)
        .join(Order, and_(Order.tenant_id == OrderItem.tenant_id, Order.id == OrderItem.order_id))
        .where(OrderItem.tenant_id == scope_tenant(), OrderItem.id.in_(item_ids))
    )
    rows: Sequence[Any] = session.execute(query).all() if item_ids else []
    return {row.item_id: row for row in rows}


def customer_orders(customer_id: UUID, cursor: str = "", limit: int = 25) -> Page[Row[Any]]:
    """The orders of a customer, newest first."""
    query = select(*_COLUMNS).where(Order.tenant_id == scope_tenant(), Order.customer_id == customer_id)
    return _page(query, cursor, limit)


def library_lines(customer_id: UUID, cursor: str = "", limit: int = 25) -> Page[Row[OrderItem, Order]]:
    """A page of (line, order) of what a customer has paid for and kept, newest orders first.

    Raises ValidationError for a bad cursor.
    """
    query = (
        select(OrderItem, Order)
        .join(Order, (Order.tenant_id == OrderItem.tenant_id) & (Order.id == OrderItem.order_id))
        .where(
            OrderItem.tenant_id == scope_tenant(),
            Order.customer_id == customer_id,
            Order.status.in_(_OWNED),
            OrderItem.refunded_quantity < OrderItem.quantity,
        )
        .order_by(Order.created_at.desc(), Order.id.desc(), OrderItem.position)
        .limit(limit + 1)
    )
    if cursor:
        at, which, position = decode_cursor(cursor, (datetime, UUID, int))
        key, mark = tuple_(Order.created_at, Order.id), (at, which)
        query = query.where(or_(key < mark, and_(key == mark, OrderItem.position > position)))
    rows = list(session.execute(query).all())
    if len(rows) <= limit:
        return Page(rows)
    item, order = rows[limit - 1]
    return Page(rows[:limit], next=encode_cursor((order.created_at, order.id, item.position)))
