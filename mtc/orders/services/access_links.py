"""The secret link of an order: a random text, hashed for comparing and sealed for later mails."""

from __future__ import annotations

from typing import Protocol, TypeVar
from uuid import UUID

from mtc.core.crypto import keyed_hash, open_sealed, seal, verify_hash
from mtc.core.errors import NotFoundError
from mtc.core.i18n import _l
from mtc.core.ids import token
from mtc.orders import queries
from mtc.orders.models import LINK, Order


def give_secret(order: Order) -> str:
    """Put a new secret on the order and return it in clear."""
    secret = token(24)
    order.secret_hash = keyed_hash(secret, LINK)
    order.secret = seal(secret, tenant_id=order.tenant_id, table="orders", column="secret", row_id=order.id)
    return secret


def secret_of(order: Order) -> str:
    """The secret in clear, for a mail or a redirect; raises SealError."""
    return open_sealed(
        order.secret, tenant_id=order.tenant_id, table="orders", column="secret", row_id=order.id
    )


def order_path(order: Order) -> str:
    """The secret link below the store's address."""
    return f"/orders/{order.order_number}?t={secret_of(order)}"


class Guarded(Protocol):
    """The columns that open an order: an order itself, or a row that has these columns of one."""

    @property
    def secret_hash(self) -> str:
        """The hash of the secret of its link."""

    @property
    def customer_id(self) -> UUID | None:
        """The id of its customer, if any."""


G = TypeVar("G", bound=Guarded)


def admitted(order: G | None, secret: str, customer_id: UUID | None) -> G:
    """The order, for its link's secret or its customer; raises NotFoundError, as for no order, for others."""
    if order is not None:
        owns = customer_id is not None and order.customer_id == customer_id
        if owns or (secret and verify_hash(secret, LINK, order.secret_hash)):
            return order
    raise NotFoundError(_l("There is no such order here. Use the link from your order mail, or log in."))


def open_order(number: str, secret: str = "", customer_id: UUID | None = None) -> Order:
    """The order, with its lines, for who holds its link or owns it; else NotFoundError, like no order."""
    return admitted(queries.order_by_number(number), secret, customer_id)
