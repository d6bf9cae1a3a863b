"""Giving money back: choose pieces of lines, see what that is worth, confirm."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask import Response, make_response, render_template, request
from werkzeug.wrappers import Response as WerkzeugResponse

from mtc.admin.blueprints import admin
from mtc.admin.layout import base, page
from mtc.admin.orders.presenter import get_order
from mtc.core.errors import ConflictError, NotFoundError, ValidationError
from mtc.core.i18n import _, _l
from mtc.core.money import format_money
from mtc.extensions import htmx
from mtc.orders.models import Order, OrderItem
from mtc.orders.services import OWNED
from mtc.payments import queries
from mtc.payments.services import refund, retry_refund
from mtc.payments.services.refunds import limited, pieces_back, refund_amount
from mtc.web.access import requires
from mtc.web.audited import audited
from mtc.web.flash import flash
from mtc.web.responses import see_other


@admin.get("/orders/<number>/refund")
@requires("orders:refund")
def refund_form(tenant: str, number: str) -> Response:
    """The lines with what is left of each; with quantities in the address also what they are worth."""
    del tenant
    order = get_order(number)
    if order.status not in OWNED:
        raise ConflictError(_l("Only a paid order can be refunded. Go back to the order."))
    try:
        chosen = _chosen(order, request.args) if "preview" in request.args else {}
    except ValidationError as error:
        return _show(order, {}, errors=error.details, status=422)
    return _show(order, chosen)


@admin.post("/orders/<number>/refund")
@requires("orders:refund")
@audited(_l("Gave money back"))
def give_back(tenant: str, number: str) -> Response | WerkzeugResponse:
    """Book the refund; the provider is asked by a task. Nothing happens when the amount has changed."""
    del tenant
    order = get_order(number)
    try:
        chosen = _chosen(order, request.form)
        if not chosen:
            raise ValidationError(_l("Choose at least one item to refund."))
        amount = _amount(order, chosen)
        looked_at = (request.form.get("expected", ""), request.form.get("before", ""))
        if looked_at != (str(amount), str(pieces_back(order))):
            raise ConflictError(
                _l("The order has changed since you looked. Check the amount and confirm again.")
            )
        reason = request.form.get("reason", "").strip()[:300]
        refund(order.id, sorted(chosen.items()), reason, seen=pieces_back(order))
    except (ValidationError, ConflictError) as error:
        fresh = get_order(number)
        if fresh.status not in OWNED:
            raise
        errors = error.details or {"": [error.message]}
        status = 422 if isinstance(error, ValidationError) else error.status
        return _show(fresh, {}, errors=errors, status=status)
    flash(
        _(
            "Refunded %(amount)s. The provider is asked in the background.",
            amount=format_money(amount, order.currency),
        )
    )
    return see_other(f"{base()}/orders/{order.order_number}")


@admin.post("/orders/<number>/refunds/<uuid:which>/retry")
@requires("orders:refund")
@audited(_l("Tried a refund again"), always=True)
def try_again(tenant: str, number: str, which: UUID) -> WerkzeugResponse:
    """Ask the provider once more."""
    del tenant
    order = get_order(number)
    refund = queries.refund_by_id(which)
    if refund is None or refund.order_id != order.id:
        raise NotFoundError(_l("There is no such refund."))
    retry_refund(which)
    flash(_("The provider is asked again."))
    return see_other(f"{base()}/orders/{order.order_number}")


def _left(item: OrderItem) -> int:
    return item.quantity - item.refunded_quantity


def _chosen(order: Order, values: Any) -> dict[UUID, int]:
    """Return the pieces that were chosen, by line; raises ValidationError with the lines at fault."""
    chosen: dict[UUID, int] = {}
    faults: dict[str, list[str]] = {}
    for item in order.items:
        name = f"quantity-{item.id}"
        typed = values.get(name, "").strip()
        if typed in ("", "0"):
            continue
        count = int(typed) if typed.isascii() and typed.isdecimal() and len(typed) < 7 else -1
        if not 1 <= count <= _left(item):
            faults[name] = [_("Use a whole number from 0 to %(left)s.", left=_left(item))]
        chosen[item.id] = count
    if faults:
        raise ValidationError(_l("Check the quantities."), faults)
    return chosen


def _amount(order: Order, chosen: dict[UUID, int]) -> int:
    return limited(
        order, sum(refund_amount(item, chosen[item.id]) for item in order.items if item.id in chosen)
    )


def _show(
    order: Order, chosen: dict[UUID, int], *, errors: dict[str, Any] | None = None, status: int = 200
) -> Response:
    amount = _amount(order, chosen)
    url = f"{request.script_root}{base()}/orders/{order.order_number}"
    values: dict[str, Any] = {
        "order": {"number": order.order_number, "email": order.email},
        "url": url,
        "lines": [_line(order, item, chosen) for item in order.items],
        "errors": errors or {},
        "amount": amount,
        "before": pieces_back(order),
        "formatted": format_money(amount, order.currency),
        "chosen": {str(key): count for key, count in chosen.items()},
        "reason": request.values.get("reason", "")[:300],
        "everything": bool(chosen) and all(chosen.get(item.id, 0) == _left(item) for item in order.items),
    }
    if htmx.partial:
        return make_response(render_template("admin/orders/_refund-preview.html", **values), status)
    crumbs = [
        {"label": _("Orders"), "url": f"{request.script_root}{base()}/orders"},
        {"label": order.order_number, "url": url},
        {"label": _("Refund"), "url": ""},
    ]
    return page(
        "admin/orders/refund.html", title=_("Refund"), active="orders", status=status, crumbs=crumbs, **values
    )


def _line(order: Order, item: OrderItem, chosen: dict[UUID, int]) -> dict[str, Any]:
    name = f"quantity-{item.id}"
    typed = request.values.get(name)
    return {
        "name": name,
        "title": item.title,
        "variant": item.variant_title,
        "left": _left(item),
        "unit": format_money(item.unit_price, order.currency),
        "value": typed if typed is not None else str(chosen.get(item.id, 0)),
    }
