"""Sales of a store, added up in the database; docs/analytics.md defines every number."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ColumnElement, and_, exists, func, or_, select

from mtc.catalog.queries.tables import AnyRow
from mtc.core.db import scope_tenant, session
from mtc.core.local_time import zone
from mtc.delivery.models import Delivery
from mtc.events.models import Event
from mtc.infra.sql_dates import day_in
from mtc.orders.events import OrderAttention
from mtc.orders.models import Order, OrderItem
from mtc.payments.events import RefundFailed

SOLD = ("paid", "fulfilled", "partially_refunded", "refunded")


def _sold(
    since: datetime, until: datetime, currency: str, *, is_test: bool = False
) -> list[ColumnElement[bool]]:
    return [
        Order.tenant_id == scope_tenant(),
        Order.status.in_(SOLD),
        Order.is_test.is_(is_test),
        Order.currency == currency,
        Order.paid_at >= since,
        Order.paid_at < until,
    ]


def sales_by_day(since: datetime, until: datetime, currency: str) -> list[AnyRow]:
    """(day, orders, revenue, refunded) of the store's days on which something was paid; one statement."""
    day = day_in(zone(), Order.paid_at, since, until)
    query = (
        select(
            day.label("day"),
            func.count().label("orders"),
            func.sum(Order.total).label("revenue"),
            func.sum(Order.refunded_amount).label("refunded"),
        )
        .where(*_sold(since, until, currency))
        # By its name: PostgreSQL takes two texts with parameters for two expressions.
        .group_by("day")
        .order_by("day")
    )
    return list(session.execute(query).all())


def test_sales(since: datetime, until: datetime, currency: str) -> AnyRow:
    """(orders, revenue) of test orders, which no other number counts."""
    query = select(
        func.count().label("orders"), func.coalesce(func.sum(Order.total), 0).label("revenue")
    ).where(*_sold(since, until, currency, is_test=True))
    return session.execute(query).one()


def best_sellers(since: datetime, until: datetime, currency: str, limit: int = 5) -> list[AnyRow]:
    """(product_id, title, pieces, revenue) of what brought in most, without refunded pieces."""
    query = (
        select(
            OrderItem.product_id,
            func.max(OrderItem.title).label("title"),
            func.sum(OrderItem.quantity - OrderItem.refunded_quantity).label("pieces"),
            func.sum(OrderItem.total - OrderItem.refunded_amount).label("revenue"),
        )
        .join(Order, and_(Order.tenant_id == OrderItem.tenant_id, Order.id == OrderItem.order_id))
        .where(OrderItem.tenant_id == scope_tenant(), *_sold(since, until, currency))
        .group_by(OrderItem.product_id)
        .order_by(func.sum(OrderItem.total - OrderItem.refunded_amount).desc(), OrderItem.product_id)
        .limit(limit)
    )
    return list(session.execute(query).all())


def orders_to_act_on(now: datetime, late: datetime, since: datetime, limit: int = 8) -> list[AnyRow]:
    """Orders that a person should look at, newest first; see docs/analytics.md.

    `late`: paid before it and still not delivered. `since`: how far back marks for attention count.
    """
    noted = exists().where(
        Event.tenant_id == Order.tenant_id,
        Event.entity_type == "order",
        Event.entity_id == Order.id,
        Event.name.in_((OrderAttention.event_name, RefundFailed.event_name)),
        Event.created_at >= since,
    )
    failed = exists().where(
        Delivery.tenant_id == Order.tenant_id, Delivery.order_id == Order.id, Delivery.status == "failed"
    )
    query = (
        select(
            Order.id,
            Order.order_number,
            Order.status,
            Order.email,
            Order.total,
            Order.currency,
            Order.created_at,
            Order.paid_at,
            Order.is_test,
            noted.label("noted"),
            failed.label("failed"),
        )
        .where(
            Order.tenant_id == scope_tenant(),
            Order.created_at <= now,
            or_(
                and_(Order.status == "paid", Order.paid_at < late),
                and_(Order.status.in_(("paid", "fulfilled", "partially_refunded")), noted),
                and_(Order.status.in_(("paid", "partially_refunded")), failed),
            ),
        )
        .order_by(Order.created_at.desc(), Order.id.desc())
        .limit(limit)
    )
    return list(session.execute(query).all())
