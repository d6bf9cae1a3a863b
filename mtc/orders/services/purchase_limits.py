"""Limits of keys that one buyer may reserve without paying."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from uuid import UUID

from mtc.core.errors import ConflictError
from mtc.core.i18n import _l
from mtc.orders import queries
from mtc.orders.models import Order, OrderItem
from mtc.orders.services.reservations import pooled

ALWAYS = 10
"""So many keys of an item anybody may keep unpaid; more only while as many are left for the others."""


def check_share(order: Order, items: Sequence[OrderItem]) -> None:
    """Raise ConflictError, with details by variant id, when the buyer or the network would keep too much.

    The new order's keys are reserved already and its rows are not written. Whoever takes keys of a variant
    holds the variant's row until the end, so of two orders at once the second one sees the first. What
    staff and the demo order is not limited.
    """
    if order.user_id is not None or order.is_demo:
        return
    quantities: Counter[UUID] = Counter()
    names: dict[UUID, str] = {}
    for item in pooled(items):
        quantities[item.variant_id] += item.quantity
        names[item.variant_id] = item.title
    if not quantities:
        return
    network = str(order.customer_data.get("network") or "")
    for variant_id, left, person, near in queries.unpaid_shares(
        sorted(quantities), order.customer_id, order.email_lc, network
    ):
        total = quantities[variant_id] + max(person, near)
        if total > max(ALWAYS, left):
            most = max(ALWAYS, (left + total) // 2)
            sentence = _l(
                "Until they are paid, at most %(most)s of “%(name)s” are kept for one buyer. Order"
                " fewer now, or pay"
                " for what you have ordered before.",
                most=most,
                name=names[variant_id],
            )
            raise ConflictError(sentence, {str(variant_id): [sentence]})
