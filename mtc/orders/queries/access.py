"""Browsers with access to an order, and the code that was mailed for it."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from uuid import UUID

from sqlalchemy import select

from mtc.core.db import scope_tenant, session
from mtc.orders.models import OrderCode, OrderDevice


def is_known(order_id: UUID, hashes: Collection[str], now: datetime) -> bool:
    """Return whether one of the hashes is that of a browser that may see what the order delivered."""
    query = select(OrderDevice.id).where(
        OrderDevice.tenant_id == scope_tenant(),
        OrderDevice.order_id == order_id,
        OrderDevice.token_hash.in_(hashes),
        OrderDevice.expires_at > now,
    )
    return session.execute(query).first() is not None


def code_of(order_id: UUID) -> OrderCode | None:
    """Return the code that was mailed last for an order, or None."""
    query = select(OrderCode).where(OrderCode.tenant_id == scope_tenant(), OrderCode.order_id == order_id)
    return session.scalars(query.execution_options(populate_existing=True)).first()
