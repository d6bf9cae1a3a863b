"""The switches of the staff, and the alert of a variant."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import select

from mtc.core.db import scope_tenant, session
from mtc.notifications.models import NotificationChoice, StockAlert


def choices() -> dict[tuple[UUID, str], bool]:
    """Return the choices of the tenant's members: (member id, topic) -> on or off."""
    query = select(NotificationChoice.member_id, NotificationChoice.topic, NotificationChoice.enabled).where(
        NotificationChoice.tenant_id == scope_tenant()
    )
    return {(row.member_id, row.topic): row.enabled for row in session.execute(query)}


def choice(member_id: UUID, topic: str) -> NotificationChoice | None:
    """The choice of a member for one topic, or None."""
    query = select(NotificationChoice).where(
        NotificationChoice.tenant_id == scope_tenant(),
        NotificationChoice.member_id == member_id,
        NotificationChoice.topic == topic,
    )
    return session.scalars(query).first()


def alert(variant_id: UUID) -> StockAlert | None:
    """The alert about a variant that was sent last, or None."""
    query = select(StockAlert).where(
        StockAlert.tenant_id == scope_tenant(), StockAlert.variant_id == variant_id
    )
    return session.scalars(query.execution_options(populate_existing=True)).first()
