"""Reservations for buyers who have not paid yet."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any
from uuid import UUID

from sqlalchemy import Row, and_, bindparam, case, false, func, or_, select

from mtc.catalog.models import ProductVariant
from mtc.core.db import scope_tenant, session
from mtc.orders.models import Order, OrderItem


def _pending(*columns: Any, where: Any, tenant_id: Any = None) -> Any:
    """Pending orders, which are few; never their lines by variant, where all that was ever sold stands."""
    query = select(Order.id, *columns).where(
        Order.tenant_id == (scope_tenant() if tenant_id is None else tenant_id),
        Order.status == "pending",
        where,
    )
    return query.cte("waiting").prefix_with("MATERIALIZED")


def unpaid_shares(
    variant_ids: Collection[UUID], customer_id: UUID | None, email_lc: str, network: str
) -> list[Row[UUID, int, int, int]]:
    """(id, keys left, kept unpaid for the person, kept unpaid for the network) of each variant.

    The person is the customer, or for guests the address of e-mail.
    """
    who = {"customer_id": customer_id} if customer_id is not None else {"email_lc": email_lc}
    where = {"network": network} if network else {}
    statement = _shares(customer_id is not None, bool(network))
    parameters = {"tenant_id": scope_tenant(), "variant_ids": list(variant_ids), **who, **where}
    return list(session.execute(statement, parameters).all())


@cache
def _shares(of_customer: bool, of_network: bool) -> Any:
    """The statement, built once: that takes longer than to run it."""
    tenant_id: Any = bindparam("tenant_id")
    guest = and_(Order.customer_id.is_(None), Order.email_lc == bindparam("email_lc"))
    person = Order.customer_id == bindparam("customer_id") if of_customer else guest
    network = Order.customer_data["network"].as_string()
    near = network == bindparam("network") if of_network else false()
    waiting = _pending(
        case((person, 1), else_=0).label("person"),
        case((near, 1), else_=0).label("near"),
        where=or_(person, near) if of_network else person,
        tenant_id=tenant_id,
    )
    held = (
        select(
            OrderItem.variant_id,
            func.sum(OrderItem.quantity * waiting.c.person).label("person"),
            func.sum(OrderItem.quantity * waiting.c.near).label("near"),
        )
        .join(waiting, waiting.c.id == OrderItem.order_id)
        # Test orders of a live store keep nothing.
        .where(OrderItem.tenant_id == tenant_id, OrderItem.snapshot["source"].as_string() == "pool")
        .group_by(OrderItem.variant_id)
        .subquery()
    )
    v = ProductVariant
    return (
        select(v.id, v.available, func.coalesce(held.c.person, 0), func.coalesce(held.c.near, 0))
        .outerjoin(held, held.c.variant_id == v.id)
        .where(v.tenant_id == tenant_id, v.id.in_(bindparam("variant_ids", expanding=True)))
    )


def kept_by_carts(cart_ids: Collection[UUID]) -> dict[UUID, int]:
    """Return how many keys of each variant the orders of these carts keep whose payment has failed."""
    ended = Order.payment_data["state"].as_string().in_(("cancelled", "failed"))
    waiting = _pending(where=and_(Order.cart_id.in_(cart_ids), ended))
    query = (
        select(OrderItem.variant_id, func.sum(OrderItem.quantity))
        .join(waiting, waiting.c.id == OrderItem.order_id)
        .where(OrderItem.tenant_id == scope_tenant(), OrderItem.snapshot["source"].as_string() == "pool")
        .group_by(OrderItem.variant_id)
    )
    return {row[0]: int(row[1]) for row in session.execute(query).all()}


@dataclass(frozen=True, slots=True)
class Recent:
    """New orders: unpaid ones of a buyer, unpaid ones of a network, and paid ones of the network."""

    by_person: int
    near: int
    paid_near: int


def recent_orders(order: Order, since: datetime) -> Recent:
    """Return the numbers of orders of the same buyer and network since then; the order itself counts."""
    network = str(order.customer_data.get("network") or "")
    near = Order.customer_data["network"].as_string() == network
    guest = and_(Order.customer_id.is_(None), Order.email_lc == order.email_lc)
    person = Order.customer_id == order.customer_id if order.customer_id is not None else guest
    unpaid = Order.paid_at.is_(None)
    query = select(
        func.count(case((and_(person, unpaid), 1))),
        func.count(case((and_(near, unpaid), 1))),
        func.count(case((and_(near, ~unpaid, Order.total > 0), 1))),
    ).where(Order.tenant_id == scope_tenant(), Order.created_at >= since)
    return Recent(*session.execute(query).one())


def unpaid_orders(
    cart_ids: Collection[UUID], customer_id: UUID | None, variant_ids: Collection[UUID]
) -> list[UUID]:
    """Orders of these carts, or of the customer, that await payment for one of the variants, oldest first."""
    mine = Order.cart_id.in_(cart_ids)
    waiting = _pending(where=or_(mine, Order.customer_id == customer_id) if customer_id is not None else mine)
    query = select(waiting.c.id, OrderItem.variant_id).join(OrderItem, OrderItem.order_id == waiting.c.id)
    rows = session.execute(query.where(OrderItem.tenant_id == scope_tenant())).all()
    wanted_ids = set(variant_ids)
    return sorted({row.id for row in rows if row.variant_id in wanted_ids})
