"""Payloads of before-hooks: what is about to happen (docs/hooks.md)."""

from mtc.catalog.hooks import ProductChange, ProductDraft
from mtc.checkout.hooks import CheckoutDraft
from mtc.delivery.hooks import DeliveryDraft
from mtc.orders.hooks import OrderDraft
from mtc.payments.hooks import PaymentDraft, RefundDraft

__all__ = [
    "CheckoutDraft",
    "DeliveryDraft",
    "OrderDraft",
    "PaymentDraft",
    "ProductChange",
    "ProductDraft",
    "RefundDraft",
]
