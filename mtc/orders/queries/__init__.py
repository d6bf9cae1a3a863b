"""Queries of orders."""

from mtc.orders.queries.lists import (
    OrderFilters,
    customer_orders,
    library_lines,
    list_orders,
    orders_of_lines,
    status_counts,
)
from mtc.orders.queries.order import (
    items_of,
    last_event_at,
    lock_order,
    order_by_cart,
    order_by_id,
    order_by_number,
    order_facts,
    piece_count,
    pieces_of,
    progress_rows,
    timeline,
    unit_of_order,
    units_of,
)
from mtc.orders.queries.overdue import overdue_orders
from mtc.orders.queries.purchasable_variants import Sellable, sellables
from mtc.orders.queries.unpaid_reservations import kept_by_carts, recent_orders, unpaid_orders, unpaid_shares

__all__ = [
    "OrderFilters", "Sellable", "customer_orders", "items_of", "kept_by_carts", "last_event_at",
    "library_lines", "list_orders", "lock_order", "order_by_cart", "order_by_id", "order_by_number",
    "order_facts", "orders_of_lines", "overdue_orders", "piece_count", "pieces_of", "progress_rows",
    "recent_orders", "sellables", "status_counts", "timeline", "unit_of_order", "units_of",
    "unpaid_orders", "unpaid_shares",
]  # fmt: skip
