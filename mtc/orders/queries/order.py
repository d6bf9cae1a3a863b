"""One order with what belongs to it."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Row, Select, bindparam, func, or_, select
from sqlalchemy.orm import selectinload

from mtc.catalog.models import StockItem
from mtc.core.db import scope_tenant, session
from mtc.core.paging import Page, older, page_of
from mtc.events.models import Event
from mtc.orders.events import OrderKeyRevealed
from mtc.orders.models import Order, OrderItem

TIMELINE = 50
"""How many steps of what happened to an order are shown at once."""

# Statements of the hot paths are built once: that takes longer than to run them.
_ORDERS = select(Order).where(Order.tenant_id == bindparam("tenant_id")).options(selectinload(Order.items))
_BY_ID = _ORDERS.where(Order.id == bindparam("order_id"))
_BY_NUMBER = _ORDERS.where(Order.order_number == bindparam("number"))
_LOCKED = _BY_ID.with_for_update().execution_options(populate_existing=True)
_LINES = (
    select(OrderItem)
    .where(OrderItem.tenant_id == bindparam("tenant_id"), OrderItem.order_id == bindparam("order_id"))
    .order_by(OrderItem.position)
)


def _first(query: Select[Order], **parameters: Any) -> Order | None:
    return session.scalars(query, {"tenant_id": scope_tenant(), **parameters}).first()


_PIECES = select(func.coalesce(func.sum(OrderItem.quantity), 0)).where(
    OrderItem.tenant_id == bindparam("tenant_id"), OrderItem.order_id == bindparam("order_id")
)


def piece_count(order_id: UUID) -> int:
    """Return how many pieces the order holds."""
    return int(session.scalar(_PIECES, {"tenant_id": scope_tenant(), "order_id": order_id}) or 0)


def pieces_of(order_id: UUID) -> dict[UUID, int]:
    """Return how many pieces of each product the order holds; a test order has sold none."""
    pieces = (
        select(OrderItem.product_id, func.sum(OrderItem.quantity))
        .join(Order, (Order.tenant_id == OrderItem.tenant_id) & (Order.id == OrderItem.order_id))
        .where(
            OrderItem.tenant_id == scope_tenant(),
            OrderItem.order_id == order_id,
            Order.is_test.is_(False),
        )
        .group_by(OrderItem.product_id)
    )
    return {row[0]: int(row[1]) for row in session.execute(pieces)}


def order_by_id(order_id: UUID) -> Order | None:
    """The order with its lines, or None."""
    return _first(_BY_ID, order_id=order_id)


_FACTS = select(Order.email, Order.cart_id, Order.is_demo, Order.is_test).where(
    Order.tenant_id == bindparam("tenant_id"), Order.id == bindparam("order_id")
)


def order_facts(order_id: UUID) -> Row[str, UUID | None, bool, bool] | None:
    """(email, cart_id, is_demo, is_test) of an order, for who needs no more of it; or None."""
    return session.execute(_FACTS, {"tenant_id": scope_tenant(), "order_id": order_id}).first()


def order_by_number(number: str) -> Order | None:
    """Return the order of that number with its lines, or None."""
    return _first(_BY_NUMBER, number=number)


_PROGRESS = (
    select(
        Order.id,
        Order.status,
        Order.payment_data,
        Order.updated_at,
        Order.secret_hash,
        Order.customer_id,
        OrderItem.delivery_status,
        OrderItem.refunded_quantity,
    )
    .join(OrderItem, (OrderItem.tenant_id == Order.tenant_id) & (OrderItem.order_id == Order.id))
    .where(Order.tenant_id == bindparam("tenant_id"), Order.order_number == bindparam("number"))
    .order_by(OrderItem.position)
)


def progress_rows(number: str) -> Sequence[Row[Any]]:
    """Return the progress of the order of that number, its access data, and each of its lines; or none."""
    return session.execute(_PROGRESS, {"tenant_id": scope_tenant(), "number": number}).all()


def order_of_address(numbers: Collection[str], email_lc: str) -> Order | None:
    """The newest order of one of these numbers that was made with this address, with its lines; or None."""
    query = _ORDERS.where(Order.order_number.in_(numbers), Order.email_lc == email_lc)
    return _first(query.order_by(Order.created_at.desc(), Order.id))


def order_by_cart(cart_id: UUID) -> Order | None:
    """Return the order that a cart has become, or None."""
    query = select(Order).where(Order.tenant_id == scope_tenant(), Order.cart_id == cart_id)
    return session.scalars(query).first()


def lock_order(order_id: UUID) -> Order | None:
    """The order as it is now, with its lines, held until the transaction ends; or None."""
    return _first(_LOCKED, order_id=order_id)


def items_of(order_id: UUID) -> list[OrderItem]:
    """The lines of an order in their order."""
    parameters = {"tenant_id": scope_tenant(), "order_id": order_id}
    return list(session.scalars(_LINES, parameters).all())


def units_of(item_ids: Iterable[UUID]) -> list[StockItem]:
    """Return the keys that hang on these lines, whatever became of them, oldest first."""
    query = select(StockItem).where(
        StockItem.tenant_id == scope_tenant(), StockItem.order_item_id.in_(sorted(item_ids))
    )
    return list(session.scalars(query.order_by(StockItem.delivered_at, StockItem.id)).all())


def unit_of_order(order_id: UUID, unit_id: UUID) -> Row[StockItem, OrderItem] | None:
    """A key together with the line of this order that it hangs on, or None."""
    query = (
        select(StockItem, OrderItem)
        .join(
            OrderItem,
            (OrderItem.tenant_id == StockItem.tenant_id) & (OrderItem.id == StockItem.order_item_id),
        )
        .where(StockItem.tenant_id == scope_tenant(), StockItem.id == unit_id, OrderItem.order_id == order_id)
    )
    return session.execute(query).first()


def last_event_at(order_id: UUID, name: str) -> datetime | None:
    """Return when an event of that name last happened to an order."""
    query = select(func.max(Event.created_at)).where(
        Event.tenant_id == scope_tenant(),
        Event.entity_type == "order",
        Event.entity_id == order_id,
        Event.name == name,
    )
    return session.execute(query).scalar_one()


def timeline(order_id: UUID, cursor: str = "", limit: int = TIMELINE) -> Page[Row[Any]]:
    """(id, name, created_at, actor, data) of what happened to an order, newest first.

    Keys that were revealed together are told by the one event of all of them. Raises ValidationError for a
    bad cursor.
    """
    query = select(Event.id, Event.name, Event.created_at, Event.actor, Event.data).where(
        Event.tenant_id == scope_tenant(),
        Event.entity_type == "order",
        Event.entity_id == order_id,
        or_(Event.name != OrderKeyRevealed.event_name, Event.data["together"].as_string().is_(None)),
        *older(cursor, Event.created_at, Event.id),
    )
    newest = query.order_by(Event.created_at.desc(), Event.id.desc()).limit(limit + 1)
    return page_of(session.execute(newest).all(), limit)
