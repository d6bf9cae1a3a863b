"""The page of one order."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask import Response, make_response, render_template, request

from mtc.admin.blueprints import admin
from mtc.admin.layout import base, page
from mtc.admin.orders.lists import PARTS
from mtc.admin.orders.parts import key_pages, timeline_part
from mtc.admin.orders.presenter import get_order, order_page
from mtc.core.context import current
from mtc.core.errors import NotFoundError
from mtc.core.i18n import _, _l
from mtc.delivery.services import reveal
from mtc.extensions import htmx
from mtc.orders.models import Order
from mtc.web import query_params
from mtc.web.access import requires
from mtc.web.audited import audited
from mtc.web.client_address import client_ip
from mtc.web.rate_limits import limit


@admin.get("/orders/<number>")
@requires("orders:read")
def order(tenant: str, number: str) -> Response:
    """The order with everything that hangs on it; for htmx the part of it that the address asks for."""
    del tenant
    row = get_order(number)
    if htmx.partial and "before" in request.args:
        return make_response(render_template("admin/orders/_timeline.html", timeline=timeline_part(row)))
    if htmx.partial and (name := next((part for part in PARTS if part in request.args), "")):
        shell, url = {"may": current().actor.may, "base": request.script_root + base()}, _url(row)
        part = {"part": PARTS[name](row), "shell": shell, "url": url}
        return make_response(render_template(f"admin/orders/_{name}.html", **part))
    if htmx.partial and (line := query_params.line_page()[0]) is not None:
        return _keys_of(row, line)
    return show(order_page(row))


def _keys_of(order: Order, line: UUID) -> Response:
    mine = [item.id for item in order.items if item.id == line]
    if not (keys := key_pages(order, mine).get(line)):
        raise NotFoundError(_l("This item has no keys."))
    shell = {"may": current().actor.may}
    part = {"line": {"id": str(line), "key_page": keys}, "url": _url(order), "shell": shell}
    return make_response(render_template("admin/orders/_keys.html", **part))


def _url(order: Order) -> str:
    return f"{request.script_root}{base()}/orders/{order.order_number}"


@admin.post("/orders/<number>/keys/<uuid:unit>/reveal")
@requires("orders:reveal")
@audited(_l("Looked at a key that was sold"), always=True)
def reveal_key(tenant: str, number: str, unit: UUID) -> Response:
    """The key in clear, once, on the answer only; written down as revealed by this person."""
    row = get_order(number)
    limit(f"{tenant}:reveal", str(current().actor.id), 120, 3600)
    value = reveal(row.id, unit, client_ip())
    if htmx.partial:
        key = {"id": str(unit), "value": value}
        return make_response(render_template("admin/orders/_revealed.html", key=key))
    return show(order_page(row, {unit: value}))


def show(view: dict[str, Any], status: int = 200, **more: Any) -> Response:
    """The order's page."""
    url = request.script_root + base()
    return page(
        "admin/orders/order.html",
        title=_("Order %(number)s", number=view["number"]),
        active="orders",
        status=status,
        order=view,
        url=f"{url}/orders/{view['number']}",
        crumbs=[{"label": _("Orders"), "url": url + "/orders"}, {"label": view["number"], "url": ""}],
        **more,
    )
