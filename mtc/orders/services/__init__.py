"""What can be done with orders."""

from mtc.orders.services.correct import correct_buyer
from mtc.orders.services.create import Created, create_order
from mtc.orders.services.lifecycle import (
    cancel_order,
    claim_orders,
    expire_pending,
    fulfil,
    get_order,
    note_attention,
    pay_free,
    pay_order,
)
from mtc.orders.services.quotes import Quote, quote
from mtc.orders.services.secrets import open_order, order_path, secret_of
from mtc.orders.services.states import ARROWS, LABELS, OWNED, transition, try_transition
from mtc.orders.services.views import line_details, line_views, order_view, row_view, timeline_view

__all__ = [
    "ARROWS",
    "LABELS",
    "OWNED",
    "Created",
    "Quote",
    "cancel_order",
    "claim_orders",
    "correct_buyer",
    "create_order",
    "expire_pending",
    "fulfil",
    "get_order",
    "line_details",
    "line_views",
    "note_attention",
    "open_order",
    "order_path",
    "order_view",
    "pay_free",
    "pay_order",
    "quote",
    "row_view",
    "secret_of",
    "timeline_view",
    "transition",
    "try_transition",
]
