"""Queries of gateways, payments and refunds."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import select

from mtc.core.db import scope_tenant, session
from mtc.core.paging import Page, older, page_of
from mtc.payments.models import Payment, PaymentEvent, PaymentGateway, Refund


def active_gateways() -> list[PaymentGateway]:
    """The ways to pay that shoppers may choose, in the merchant's order."""
    query = select(PaymentGateway).where(
        PaymentGateway.tenant_id == scope_tenant(), PaymentGateway.is_active.is_(True)
    )
    return list(session.scalars(query.order_by(PaymentGateway.position, PaymentGateway.created_at)).all())


def all_gateways() -> list[PaymentGateway]:
    """Every gateway of the tenant."""
    query = select(PaymentGateway).where(PaymentGateway.tenant_id == scope_tenant())
    return list(session.scalars(query.order_by(PaymentGateway.position, PaymentGateway.created_at)).all())


def gateway_by_slug(slug: str) -> PaymentGateway | None:
    """Return the gateway of that slug, or None."""
    query = select(PaymentGateway).where(
        PaymentGateway.tenant_id == scope_tenant(), PaymentGateway.slug == slug
    )
    return session.scalars(query).first()


def gateway_by_id(gateway_id: UUID) -> PaymentGateway | None:
    """The gateway, or None."""
    query = select(PaymentGateway).where(
        PaymentGateway.tenant_id == scope_tenant(), PaymentGateway.id == gateway_id
    )
    return session.scalars(query).first()


def payment_by_id(payment_id: UUID) -> Payment | None:
    """The payment as the database has it now, or None."""
    query = select(Payment).where(Payment.tenant_id == scope_tenant(), Payment.id == payment_id)
    return session.scalars(query.execution_options(populate_existing=True)).first()


def payment_by_ref(gateway_id: UUID, provider_ref: str) -> Payment | None:
    """Return the payment that a provider means, or None."""
    query = select(Payment).where(
        Payment.tenant_id == scope_tenant(),
        Payment.gateway_id == gateway_id,
        Payment.provider_ref == provider_ref,
    )
    return session.scalars(query.execution_options(populate_existing=True)).first()


def open_payment(order_id: UUID, gateway_id: UUID | None = None) -> Payment | None:
    """The newest payment of an order (with that gateway) that nobody has decided yet, or None."""
    query = select(Payment).where(
        Payment.tenant_id == scope_tenant(),
        Payment.order_id == order_id,
        Payment.status.in_(("starting", "pending")),
    )
    if gateway_id is not None:
        query = query.where(Payment.gateway_id == gateway_id)
    return session.scalars(query.order_by(Payment.created_at.desc(), Payment.id.desc())).first()


def payments_of(order_id: UUID) -> list[Payment]:
    """The payments of an order, oldest first."""
    query = select(Payment).where(Payment.tenant_id == scope_tenant(), Payment.order_id == order_id)
    query = query.order_by(Payment.created_at, Payment.id).execution_options(populate_existing=True)
    return list(session.scalars(query).all())


def payment_list(order_id: UUID, cursor: str = "", limit: int = 25) -> Page[Payment]:
    """A page of the payments of an order, newest first. Raises ValidationError for a bad cursor."""
    query = select(Payment).where(Payment.tenant_id == scope_tenant(), Payment.order_id == order_id)
    query = query.where(*older(cursor, Payment.created_at, Payment.id))
    query = query.order_by(Payment.created_at.desc(), Payment.id.desc()).limit(limit + 1)
    return page_of(session.scalars(query).all(), limit)


def refund_list(order_id: UUID, cursor: str = "", limit: int = 25) -> Page[Refund]:
    """A page of the refunds of an order, newest first. Raises ValidationError for a bad cursor."""
    query = select(Refund).where(Refund.tenant_id == scope_tenant(), Refund.order_id == order_id)
    query = query.where(*older(cursor, Refund.created_at, Refund.id))
    query = query.order_by(Refund.created_at.desc(), Refund.id.desc()).limit(limit + 1)
    return page_of(session.scalars(query).all(), limit)


def refund_by_id(refund_id: UUID) -> Refund | None:
    """The refund as the database has it now, or None."""
    query = select(Refund).where(Refund.tenant_id == scope_tenant(), Refund.id == refund_id)
    return session.scalars(query.execution_options(populate_existing=True)).first()


def payment_events_of(payment_id: UUID) -> list[PaymentEvent]:
    """Return the provider's events of a payment, oldest first."""
    query = select(PaymentEvent).where(
        PaymentEvent.tenant_id == scope_tenant(), PaymentEvent.payment_id == payment_id
    )
    return list(session.scalars(query.order_by(PaymentEvent.created_at, PaymentEvent.id)).all())
