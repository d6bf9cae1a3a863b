"""Queries for a store's sender."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import and_, select

from mtc.core.db import scope_tenant, session
from mtc.senders.models import MailSender
from mtc.tenants.models import Store


def sender_of_store(store_id: UUID) -> MailSender | None:
    """The own address of a store of the running tenant, or None."""
    query = select(MailSender).where(MailSender.tenant_id == scope_tenant(), MailSender.store_id == store_id)
    return session.scalars(query).first()


def sender(sender_id: UUID) -> MailSender | None:
    """One by its id, as the transaction has it now."""
    query = select(MailSender).where(MailSender.tenant_id == scope_tenant(), MailSender.id == sender_id)
    return session.scalars(query.execution_options(populate_existing=True)).first()


def verified_sender(store_email: str) -> MailSender | None:
    """The verified sender of the tenant's store with that address for shoppers, or None."""
    here = and_(Store.tenant_id == MailSender.tenant_id, Store.id == MailSender.store_id)
    query = (
        select(MailSender)
        .join(Store, here)
        .where(
            MailSender.tenant_id == scope_tenant(),
            MailSender.status == "verified",
            Store.tenant_id == scope_tenant(),
            Store.email == store_email,
        )
        .order_by(MailSender.id)
        .limit(1)
    )
    return session.scalars(query).first()


def due_senders(now: datetime) -> list[MailSender]:
    """The tenant's senders that are to be looked at again."""
    query = select(MailSender).where(MailSender.tenant_id == scope_tenant(), MailSender.check_at <= now)
    return list(session.scalars(query))
