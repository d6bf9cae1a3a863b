"""How carts are found."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import Row, func, select

from mtc.checkout.models import Cart, CartLine
from mtc.core.db import scope_tenant, session


def cart_by_hash(hashes: Sequence[str]) -> Cart | None:
    """The cart of one of these hashes, open or not, or None."""
    query = select(Cart).where(Cart.tenant_id == scope_tenant(), Cart.token_hash.in_(hashes))
    return session.scalars(query).first()


def cart_of_customer(customer_id: UUID, store_id: UUID) -> Cart | None:
    """The newest open cart of a customer in a store, or None."""
    query = select(Cart).where(
        Cart.tenant_id == scope_tenant(),
        Cart.customer_id == customer_id,
        Cart.store_id == store_id,
        Cart.status == "open",
    )
    return session.scalars(query.order_by(Cart.updated_at.desc(), Cart.id.desc())).first()


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


def count_by_hash(hashes: Sequence[str]) -> int:
    """How many pieces are in the open cart of one of these hashes."""
    query = (
        select(func.coalesce(func.sum(CartLine.quantity), 0))
        .join(Cart, (Cart.tenant_id == CartLine.tenant_id) & (Cart.id == CartLine.cart_id))
        .where(CartLine.tenant_id == scope_tenant(), Cart.token_hash.in_(hashes), Cart.status == "open")
    )
    return int(session.execute(query).scalar_one())
