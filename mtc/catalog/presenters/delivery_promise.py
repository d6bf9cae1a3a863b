"""Promises of delivery: the moment when a shopper gets what is sold, for pages, mails and programs."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from mtc.core.i18n import _

AT_ONCE, BY_HAND, SOLD_OUT, UNAVAILABLE = "at_once", "by_hand", "sold_out", "unavailable"
_SCHEMA = {AT_ONCE: "InStock", BY_HAND: "InStock", SOLD_OUT: "SoldOut", UNAVAILABLE: "OutOfStock"}
_HAND_METHODS = ("by-hand", "manual")


@dataclass(frozen=True, slots=True)
class PromiseView:
    """The promise as components get it."""

    state: str
    label: str
    instant: bool


@dataclass(frozen=True, slots=True)
class DeliveryPromise:
    """The promise about the delivery of one variant, for shoppers; `label` is the sentence."""

    state: str
    label: str

    @property
    def orderable(self) -> bool:
        """Return whether it can be put into an order now."""
        return self.state in (AT_ONCE, BY_HAND)

    @property
    def schema_availability(self) -> str:
        """The word of schema.org for it."""
        return _SCHEMA[self.state]

    @property
    def stock_label(self) -> str | None:
        """The short words on badges and buttons where it cannot be ordered."""
        if self.state == SOLD_OUT:
            return _("Sold out")
        return _("Cannot be ordered") if self.state == UNAVAILABLE else None

    def view(self) -> PromiseView:
        """The promise as components get it."""
        return PromiseView(self.state, self.label, self.state == AT_ONCE)


def delivery_promise(
    source: str,
    by_type: Mapping[str, Any] | None,
    own: Mapping[str, Any] | None,
    *,
    available: int = 1,
    on_sale: bool = True,
) -> DeliveryPromise:
    """The promise for a variant: its stock source, delivery data (the type's and its own) and keys left."""
    delivery = {**(by_type or {}), **(own or {})}
    if not on_sale or lacks_files(source, delivery):
        return DeliveryPromise(UNAVAILABLE, _("This cannot be ordered at the moment."))
    if source == "pool" and available <= 0:
        return DeliveryPromise(SOLD_OUT, _("Sold out: it can be ordered when there are keys again."))
    if _is_by_hand(source, delivery, own or {}):
        sentence = str(delivery.get("promise") or "")
        label = (
            _("Delivered by hand: %(promise)s", promise=sentence)
            if sentence
            else str(delivery.get("label") or _("Delivered by hand"))
        )
        return DeliveryPromise(BY_HAND, label)
    return DeliveryPromise(AT_ONCE, str(delivery.get("label") or _("Delivered at once after payment")))


def lacks_files(source: str, delivery: Mapping[str, Any]) -> bool:
    """Return whether it is sold as files and has none, so that nothing could be delivered."""
    by_files = delivery.get("method") in (None, "", "file", "files")
    return source == "unlimited" and by_files and not delivery.get("files")


def order_line_promise(promise: DeliveryPromise, *, paid: bool, lacks_keys: bool) -> str:
    """Return the promise for a line that has not been delivered: on the order page and in mails."""
    if lacks_keys:
        return _("Paid, but sold out meanwhile. It is delivered as soon as there are keys again.")
    if promise.state == BY_HAND:
        label = promise.label.rstrip(".")
        return f"{label}." if paid else _("After payment. %(promise)s.", promise=label)
    return _("On its way. This page shows it within a minute.") if paid else _("Ready as soon as it is paid.")


def _is_by_hand(source: str, delivery: Mapping[str, Any], own: Mapping[str, Any]) -> bool:
    method = str(delivery.get("method") or "")
    if source == "sample":  # test orders get a marked sample, whatever the product is
        return False
    if method in _HAND_METHODS:
        return True
    if not own.get("method") and "instant" in delivery:
        return delivery["instant"] is False
    return source == "none" and not method
