"""Actions on an order: send again, replace, retry, cancel."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import UUID

from flask import request
from werkzeug.wrappers import Response

from mtc.admin.blueprints import admin
from mtc.admin.layout import base
from mtc.admin.orders.presenter import get_order
from mtc.catalog.errors import SoldOutError
from mtc.core.errors import ConflictError, NotFoundError
from mtc.core.i18n import _, _l
from mtc.core.urls import with_query
from mtc.delivery import queries as deliveries
from mtc.delivery.services import complete_manual, replace_key, resend, reset_download, retry_delivery
from mtc.orders.models import Order
from mtc.orders.services import cancel_order
from mtc.orders.services.access import forget_devices
from mtc.web import query_params
from mtc.web.access import requires
from mtc.web.audited import audited
from mtc.web.flash import flash
from mtc.web.responses import see_other

LONGEST = 300
_NO_KEY_LEFT = _l(
    "No key of this item is left, so nothing was replaced. Add keys to its stock, then send this again."
)


def _done(order: Order, sentence: str) -> Response:
    flash(sentence)
    line, page = query_params.line_page()
    back = {"line": line, "page": page} if line else {}
    return see_other(with_query(f"{base()}/orders/{order.order_number}", back))


def _line_of(order: Order, item: UUID) -> Any:
    line = next((row for row in order.items if row.id == item), None)
    if line is None:
        raise NotFoundError(_l("This item is not part of the order."))
    return line


def _typed(name: str) -> str:
    return request.form.get(name, "").strip()[:LONGEST]


def _with_order(number: str, act: Callable[[Order], str]) -> Response:
    order = get_order(number)
    return _done(order, act(order))


@admin.post("/orders/<number>/resend")
@requires("orders:write")
@audited(_l("Sent a delivery again"), always=True)
def resend_delivery(tenant: str, number: str) -> Response:
    """Mail once more what was delivered."""
    del tenant

    def act(order: Order) -> str:
        resend(order.id)
        return _("The delivery mail is on its way to %(email)s.", email=order.email)

    return _with_order(number, act)


@admin.post("/orders/<number>/keys/<uuid:unit>/replace")
@requires("orders:write")
@audited(_l("Replaced a faulty key"))
def replace_faulty(tenant: str, number: str, unit: UUID) -> Response:
    """Put a faulty key aside and deliver another one."""
    del tenant

    def act(order: Order) -> str:
        try:
            replace_key(order.id, unit, _typed("reason"))
        except SoldOutError as error:
            raise ConflictError(_NO_KEY_LEFT) from error
        return _("The key was replaced. The old one is set aside and will not be sold.")

    return _with_order(number, act)


@admin.post("/orders/<number>/lines/<uuid:item>/complete")
@requires("orders:write")
@audited(_l("Delivered a line by hand"))
def complete_by_hand(tenant: str, number: str, item: UUID) -> Response:
    """A person has delivered the line."""
    del tenant

    def act(order: Order) -> str:
        complete_manual(_line_of(order, item).id, request.form.get("message", "").strip()[:2000])
        return _("Marked as delivered. The buyer sees your message on the order page.")

    return _with_order(number, act)


@admin.post("/orders/<number>/lines/<uuid:item>/retry")
@requires("orders:write")
@audited(_l("Tried a delivery again"), always=True)
def retry_line(tenant: str, number: str, item: UUID) -> Response:
    """Try a failed delivery again."""
    del tenant

    def act(order: Order) -> str:
        retry_delivery(_line_of(order, item).id)
        return _("The delivery is tried again now.")

    return _with_order(number, act)


@admin.post("/orders/<number>/downloads/<uuid:download>/reset")
@requires("orders:write")
@audited(_l("Allowed the downloads of a file again"))
def reset_downloads(tenant: str, number: str, download: UUID) -> Response:
    """Give the full number of downloads again."""
    del tenant

    def act(order: Order) -> str:
        mine = {row.id for row in deliveries.downloads_of([item.id for item in order.items])}
        if download not in mine:
            raise NotFoundError(_l("This order has no such download."))
        reset_download(download)
        return _("The buyer may download the file again.")

    return _with_order(number, act)


@admin.post("/orders/<number>/cancel")
@requires("orders:write")
@audited(_l("Cancelled an order"))
def cancel(tenant: str, number: str) -> Response:
    """Cancel an order that nobody has paid; its keys go back into the pool."""
    del tenant

    def act(order: Order) -> str:
        cancel_order(order.id, _typed("reason"))
        return _(
            "Order %(order)s is cancelled; its keys are for sale again.",
            order=order.order_number,
        )

    return _with_order(number, act)


@admin.post("/orders/<number>/forget-devices")
@requires("orders:write")
@audited(_l("Asked for a code on every device of an order again"))
def forget_order_devices(tenant: str, number: str) -> Response:
    """Ask for a mailed code on every device again."""
    del tenant

    def act(order: Order) -> str:
        if forget_devices(order):
            return _("Every device is asked for a mailed code again.")
        return _("No device was known; each one is asked for a mailed code.")

    return _with_order(number, act)
