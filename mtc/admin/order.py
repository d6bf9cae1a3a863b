"""The page of one order."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask import Response, make_response, render_template, request

from mtc.admin.blueprints import admin
from mtc.admin.order_page import get_order, order_page
from mtc.admin.shell import base, page
from mtc.core.context import current
from mtc.delivery.services import reveal
from mtc.web.access import requires
from mtc.web.pages import client_ip, is_partial, limit


@admin.get("/orders/<number>")
@requires("orders:read")
def order(tenant: str, number: str) -> Response:
    """The order with everything that hangs on it."""
    del tenant
    return show(order_page(get_order(number)))


@admin.post("/orders/<number>/keys/<uuid:unit>/reveal")
@requires("orders:reveal")
def reveal_key(tenant: str, number: str, unit: UUID) -> Response:
    """The key in clear, once, on the answer only; written down as revealed by this person."""
    found = get_order(number)
    limit(f"{tenant}:reveal", str(current().actor.id), 120, 3600)
    value = reveal(found.id, unit, client_ip())
    if is_partial():
        key = {"id": str(unit), "value": value}
        return make_response(render_template("admin/orders/_revealed.html", key=key))
    return show(order_page(found, {unit: value}))


def show(view: dict[str, Any], status: int = 200, **more: Any) -> Response:
    """The order's page."""
    url = request.script_root + base()
    return page(
        "admin/orders/order.html",
        title=f"Order {view['number']}",
        active="orders",
        status=status,
        order=view,
        url=f"{url}/orders/{view['number']}",
        crumbs=[{"label": "Orders", "url": url + "/orders"}, {"label": view["number"], "url": ""}],
        **more,
    )
