"""Orders whose time to be paid has run out."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import select

from mtc.core.db import session
from mtc.orders.models import Order


def overdue_orders(tenant_id: UUID, now: datetime, limit: int = 200) -> list[Order]:
    """Pending orders that should have been paid by `now`, oldest first."""
    query = select(Order).where(
        Order.tenant_id == tenant_id, Order.status == "pending", Order.expires_at <= now
    )
    return list(session.scalars(query.order_by(Order.created_at).limit(limit)).all())
