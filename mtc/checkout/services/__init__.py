"""Services of carts, and the placing of orders."""

from mtc.checkout.services.cart_merging import empty_restored, merge_carts, order_again, restore_cart
from mtc.checkout.services.carts import (
    add_line,
    cart_count,
    ensure_cart,
    find_cart,
    purge_carts,
    remove_line,
    set_line,
)
from mtc.checkout.services.order_placement import Placed, pay_again, place_order, unpaid_order
from mtc.checkout.services.store_opening import SetupStep, check_open, close_store, open_store, setup_steps

__all__ = [
    "Placed",
    "SetupStep",
    "add_line",
    "cart_count",
    "check_open",
    "close_store",
    "empty_restored",
    "ensure_cart",
    "find_cart",
    "merge_carts",
    "open_store",
    "order_again",
    "pay_again",
    "place_order",
    "purge_carts",
    "remove_line",
    "restore_cart",
    "set_line",
    "setup_steps",
    "unpaid_order",
]
