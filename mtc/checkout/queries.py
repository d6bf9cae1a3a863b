"""Queries of carts."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from uuid import UUID

from sqlalchemy import Row, case, func, or_, select

from mtc.checkout.models import Cart, CartLine
from mtc.core.db import scope_tenant, session

MOST_CARTS = 20


def cart_by_hash(hashes: Sequence[str]) -> Cart | None:
    """The cart of one of these hashes, open or not, or None."""
    query = select(Cart).where(Cart.tenant_id == scope_tenant(), Cart.token_hash.in_(hashes))
    return session.scalars(query).first()


def cart_by_id(cart_id: UUID) -> Cart | None:
    """Return the cart of that id, open or not, or None."""
    return session.scalars(select(Cart).where(Cart.tenant_id == scope_tenant(), Cart.id == cart_id)).first()


def carts_of_customer(customer_id: UUID, store_id: UUID, status: str = "open") -> list[Cart]:
    """The carts of a customer in a store that are open, or of another status, newest first."""
    query = select(Cart).where(
        Cart.tenant_id == scope_tenant(),
        Cart.customer_id == customer_id,
        Cart.store_id == store_id,
        Cart.status == status,
    )
    newest = query.order_by(Cart.updated_at.desc(), Cart.id.desc())
    return list(session.scalars(newest.limit(MOST_CARTS)).all())


def open_carts(hashes: Sequence[str], customer_id: UUID, store_id: UUID) -> list[Cart]:
    """The open carts of a customer in a store, newest first, and then the one of these hashes."""
    mine = (Cart.customer_id == customer_id) & (Cart.store_id == store_id)
    query = select(Cart).where(
        Cart.tenant_id == scope_tenant(), Cart.status == "open", or_(mine, Cart.token_hash.in_(hashes))
    )
    newest = query.order_by(case((mine, 0), else_=1), Cart.updated_at.desc(), Cart.id.desc())
    return list(session.scalars(newest.limit(MOST_CARTS)).all())


def lines_of(cart_id: UUID) -> list[Row[UUID, UUID, int]]:
    """(id, variant_id, quantity) of a cart in the order of adding."""
    query = select(CartLine.id, CartLine.variant_id, CartLine.quantity).where(
        CartLine.tenant_id == scope_tenant(), CartLine.cart_id == cart_id
    )
    return list(session.execute(query.order_by(CartLine.created_at, CartLine.id)).all())


def line(cart_id: UUID, line_id: UUID) -> CartLine | None:
    """One line of the cart as the database has it now, or None."""
    query = select(CartLine).where(
        CartLine.tenant_id == scope_tenant(), CartLine.cart_id == cart_id, CartLine.id == line_id
    )
    return session.scalars(query.execution_options(populate_existing=True)).first()


def locked_lines(cart_ids: Collection[UUID]) -> list[CartLine]:
    """The lines of these carts in the order of adding, held until the transaction ends."""
    query = select(CartLine).where(CartLine.tenant_id == scope_tenant(), CartLine.cart_id.in_(cart_ids))
    query = query.order_by(CartLine.created_at, CartLine.id)
    return list(session.scalars(query.with_for_update().execution_options(populate_existing=True)).all())


def count_of_customer(hashes: Sequence[str], customer_id: UUID, store_id: UUID) -> int:
    """Return how many pieces are in the cart that open_carts() gives first."""
    mine = (Cart.customer_id == customer_id) & (Cart.store_id == store_id)
    query = (
        select(func.coalesce(func.sum(CartLine.quantity), 0))
        .select_from(Cart)
        .outerjoin(CartLine, (CartLine.tenant_id == Cart.tenant_id) & (CartLine.cart_id == Cart.id))
        .where(Cart.tenant_id == scope_tenant(), Cart.status == "open")
        .where(or_(mine, Cart.token_hash.in_(hashes) & Cart.customer_id.is_(None)))
        .group_by(Cart.id, Cart.customer_id, Cart.store_id, Cart.updated_at)
        .order_by(case((mine, 0), else_=1), Cart.updated_at.desc(), Cart.id.desc())
    )
    return int(session.execute(query.limit(1)).scalar() or 0)


def count_by_hash(hashes: Sequence[str]) -> int:
    """Return how many pieces are in the open cart of one of these hashes."""
    query = (
        select(func.coalesce(func.sum(CartLine.quantity), 0))
        .join(Cart, (Cart.tenant_id == CartLine.tenant_id) & (Cart.id == CartLine.cart_id))
        .where(CartLine.tenant_id == scope_tenant(), Cart.token_hash.in_(hashes), Cart.status == "open")
    )
    return int(session.execute(query).scalar_one())
