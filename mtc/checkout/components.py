"""Data sources of the cart for pages."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from mtc.checkout.presenters import cart_view
from mtc.checkout.services import find_cart
from mtc.core.context import current
from mtc.pages.registry import personal_sources, sources

personal_sources.add("checkout.cart")


@sources.add("checkout.cart")
def cart(requests: Sequence[Mapping[str, Any]], page: Mapping[str, Any]) -> list[Any]:
    """The visitor's cart; its cookie's text is the context's extra `cart_token`, or the page's."""
    context = current()
    view = page.get("cart")
    if view is None:
        text = str(context.extra.get("cart_token") or page.get("cart_token") or "")
        customer_id = context.actor.id if context.actor.kind == "customer" else None
        row = find_cart(text, customer_id, context.store.id if context.store is not None else None)
        view = cart_view(row, context.locale, context.currency)
    return [view for _ in requests]
