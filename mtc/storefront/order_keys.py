"""Revealing the keys of an order: one, or all of them on the page, or as a file."""

from __future__ import annotations

from uuid import UUID

from flask import request
from werkzeug.wrappers import Response as AnyResponse

from mtc.catalog.services import stock_reservation
from mtc.core.errors import ForbiddenError, NotFoundError
from mtc.core.i18n import _l
from mtc.delivery.services import LineKeys, reveal_all
from mtc.delivery.services import reveal as reveal_key
from mtc.extensions import htmx
from mtc.orders.models import Order
from mtc.orders.presenters import path_of
from mtc.storefront.blueprint import storefront
from mtc.storefront.key_files import FILES, key_file
from mtc.storefront.order_devices import is_known
from mtc.storefront.orders import opened, window_path
from mtc.storefront.view import fragment
from mtc.web.access import public
from mtc.web.client_address import client_ip
from mtc.web.rate_limits import limit
from mtc.web.responses import see_other

SECONDS = 600
LOCKED = _l("Reload this page: it asks for a code before it shows keys on this device.")


@storefront.post("/orders/<number>/reveal/<uuid:unit_id>")
@public(when_closed=True)
def reveal(number: str, unit_id: UUID) -> AnyResponse:
    """Show a key: written down, and never kept by a cache."""
    order = opened(number)
    if (away := _locked(order)) is not None:
        return away
    # Enough for all keys of the order, opened one by one.
    limit("reveal", str(order.id), max(120, 2 * sum(item.quantity for item in order.items)), SECONDS)
    value = reveal_key(order.id, unit_id, client_ip())
    if not htmx.partial:
        return see_other(window_path(order) + f"#key-{unit_id}")
    secret = path_of(order).partition("?")[2]
    unit = {
        "id": str(unit_id),
        "masked": stock_reservation.masked(value[-4:]),
        "revealed": True,
        "value": value,
        "reveal_url": f"/orders/{order.order_number}/reveal/{unit_id}?{secret}",
    }
    return fragment("revealed-key", unit=unit)


@storefront.post("/orders/<number>/reveal")
@public(when_closed=True)
def reveal_order(number: str) -> AnyResponse:
    """Show all keys of the order, or those of the line that is named, on the page that asked."""
    order = opened(number)
    if (away := _locked(order)) is not None:
        return away
    line = _line()
    _all(order, line, "page")
    place = f"#line-{line}" if line else "#order-status"
    if request.form.get("from") == "library":
        return see_other(f"/account/library{place}")
    return see_other(window_path(order) + place)


@storefront.post("/orders/<number>/keys.<kind>")
@public(when_closed=True)
def keys(number: str, kind: str) -> AnyResponse:
    """All keys of the order, or those of the line that is named, as a file; they count as revealed."""
    order = opened(number)
    if kind not in FILES:
        raise NotFoundError(_l("Keys come as .txt or as .csv."))
    if (away := _locked(order)) is not None:
        return away
    line = _line()
    lines = _all(order, line, kind)
    slug = str(lines[0].item.snapshot.get("slug") or "") if line and lines else ""
    return key_file(kind, order.order_number, lines, slug)


def _locked(order: Order) -> AnyResponse | None:
    """Return the answer for a browser without access to the order; None for one with access.

    It counts for the address alone, so that whoever holds a link cannot use up the buyer's own reveals.
    """
    if is_known(order):
        return None
    limit("reveal-unknown", client_ip(), 120, SECONDS)
    if htmx.partial or request.headers.get("Sec-Fetch-Mode", "navigate") != "navigate":
        raise ForbiddenError(LOCKED)
    return see_other(path_of(order) + "#unlock")


def _all(order: Order, line: UUID | None, how: str) -> list[LineKeys]:
    # Each button of each line and of the order, several times; how many keys that shows does not matter.
    limit("reveal-all", str(order.id), 60 + 6 * len(order.items), SECONDS)
    return reveal_all(order.id, line, client_ip(), how)


def _line() -> UUID | None:
    text = request.form.get("line", "")
    try:
        return UUID(text) if text else None
    except ValueError:
        raise NotFoundError(_l("This order has no such item.")) from None
