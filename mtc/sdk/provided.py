"""Answers to provide-hooks (docs/hooks.md)."""

from mtc.catalog.hooks import Badge
from mtc.checkout.hooks import CartNotice, SetupTask
from mtc.orders.hooks import OrderAction, OrderNote
from mtc.pages.hooks import HeadData, HeadLink, HeadMeta, SitemapUrl
from mtc.tenants.hooks import Alert

__all__ = [
    "Alert",
    "Badge",
    "CartNotice",
    "HeadData",
    "HeadLink",
    "HeadMeta",
    "OrderAction",
    "OrderNote",
    "SetupTask",
    "SitemapUrl",
]
