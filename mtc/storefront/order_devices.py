"""The cookie by which an order knows the browser that may see what it delivered."""

from __future__ import annotations

from uuid import UUID

from flask import request
from werkzeug.wrappers import Response

from mtc.core.context import current
from mtc.orders.models import Order
from mtc.orders.services.access import DEVICE_DAYS, is_known_device, new_device, remember_device
from mtc.web.cookies import cookie, set_cookie

NAME, LONGEST = "order_device", 100


def is_known(order: Order) -> bool:
    """Return whether this browser may see keys, files and personal data of the order."""
    actor = current().actor
    if actor.kind == "customer" and isinstance(actor.id, UUID) and actor.id == order.customer_id:
        return True
    return is_known_device(order, _device())


def remember(response: Response, order: Order) -> Response:
    """From now on this browser is known for the order. One cookie serves all orders of a browser."""
    device = _device() or new_device()
    remember_device(order, device)
    set_cookie(response, cookie(NAME), device, days=DEVICE_DAYS)
    return response


def _device() -> str:
    text = request.cookies.get(cookie(NAME), "")
    return text if 20 <= len(text) <= LONGEST else ""
