"""Mark as paid: booking money that came by bank transfer, or another way."""

from __future__ import annotations

from datetime import date
from typing import Any

from flask import Response, request
from werkzeug.wrappers import Response as WerkzeugResponse

from mtc.admin.blueprints import admin
from mtc.admin.layout import base, store
from mtc.admin.orders.detail import show
from mtc.admin.orders.presenter import get_order, order_page
from mtc.core.db import savepoint
from mtc.core.errors import ValidationError
from mtc.core.fields.formats import parse_date
from mtc.core.i18n import _, _l, ngettext
from mtc.core.money import parse_amount
from mtc.orders.models import Order
from mtc.payments.services import mark_paid, missing_keys
from mtc.web.access import requires
from mtc.web.audited import audited
from mtc.web.flash import flash
from mtc.web.responses import see_other

CHECK = _l("Check the marked fields.")


@admin.post("/orders/<number>/paid")
@requires("orders:book")
@audited(_l("Booked a payment by hand"))
def book_payment(tenant: str, number: str) -> Response | WerkzeugResponse:
    """Book money that came in; less than the total asks to be confirmed."""
    del tenant
    order = get_order(number)
    typed = {name: request.form.get(name, "").strip()[:300] for name in ("amount", "received_on", "note")}
    try:
        amount, day = _read(order, typed)
        with savepoint():
            mark_paid(
                order.id,
                typed["note"],
                amount=amount,
                received_on=day,
                accept_less=request.form.get("accept_less") == "1",
            )
    except ValidationError as error:
        booking: dict[str, Any] = {**typed, "errors": error.details, "open": True}
        return show(order_page(get_order(number)), 422, booking=booking)
    fresh = get_order(number)
    short = missing_keys(fresh)
    if short:
        flash(
            ngettext(
                "Order %(order)s is paid, but %(num)s key is missing: sold to others meanwhile."
                " Add keys or refund.",
                "Order %(order)s is paid, but %(num)s keys are missing: sold to others meanwhile."
                " Add keys or refund.",
                short,
                order=number,
            ),
            "warning",
        )
    else:
        flash(_("Order %(order)s is paid; the delivery has started.", order=fresh.order_number))
    return see_other(f"{base()}/orders/{fresh.order_number}")


def _read(order: Order, typed: dict[str, str]) -> tuple[int | None, date | None]:
    """The amount and the day; an empty amount is the total, an empty day today."""
    errors: dict[str, list[str]] = {}
    amount = None
    if typed["amount"]:
        try:
            amount = parse_amount(typed["amount"], order.currency, store().locale)
        except ValidationError as error:
            errors["amount"] = [error.message]
    day = parse_date(typed["received_on"]) if typed["received_on"] else None
    if typed["received_on"] and day is None:
        errors["received_on"] = [_("Write a date such as 2026-01-31.")]
    if errors:
        raise ValidationError(CHECK, errors)
    return amount, day
