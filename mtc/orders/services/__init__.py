"""Services of orders."""

from mtc.orders.services.access_links import open_order, order_path, secret_of
from mtc.orders.services.buyer_correction import correct_buyer
from mtc.orders.services.create import Created, create_order
from mtc.orders.services.lifecycle import (
    cancel_order,
    claim_orders,
    expire_pending,
    flag_for_review,
    fulfil,
    get_order,
    pay_free,
    pay_order,
)
from mtc.orders.services.quotes import Quote, quote
from mtc.orders.services.state_machine import ARROWS, LABELS, OWNED, transition, try_transition

__all__ = [
    "ARROWS", "LABELS", "OWNED", "Created", "Quote", "cancel_order", "claim_orders", "correct_buyer",
    "create_order", "expire_pending", "flag_for_review", "fulfil", "get_order", "open_order", "order_path",
    "pay_free", "pay_order", "quote", "secret_of", "transition", "try_transition",
]  # fmt: skip
