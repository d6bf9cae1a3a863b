"""Settings > Payments: the ways in which the store is paid, and whether it is live."""

from __future__ import annotations

from typing import Any

from flask import Response, request
from werkzeug.wrappers import Response as WerkzeugResponse

from mtc.admin.blueprints import admin
from mtc.admin.layout import base, page, store
from mtc.admin.navigation import settings_tabs
from mtc.admin.settings.tabs import settings_page
from mtc.core.bank_accounts import format_iban
from mtc.core.configured import CheckResult, try_settings
from mtc.core.context import current, use
from mtc.core.db import scope_tenant, unit_of_work
from mtc.core.errors import ValidationError
from mtc.core.fields import FieldSet
from mtc.core.i18n import _, _l, retold
from mtc.core.tenancy import tenant_scope
from mtc.payments.services.methods import (
    PaymentMethod,
    can_be_paid,
    move_method,
    payment_method,
    payment_methods,
    settings_to_try,
    switch_method,
    update_method,
)
from mtc.tenants.services import update_store
from mtc.web.access import requires
from mtc.web.after_commit import after_writing
from mtc.web.audited import audited
from mtc.web.flash import flash
from mtc.web.forms import form_for
from mtc.web.forms.nested_values import read
from mtc.web.rate_limits import limit
from mtc.web.responses import see_other

MODES = ("live", "test")
TESTS = 30


@admin.get("/settings/payments")
@settings_tabs.entry("payments", _l("Payments"), order=50)
@requires("settings:read")
def payment_settings(tenant: str) -> Response:
    """The payment methods in their order."""
    del tenant
    shop = store()
    return settings_page(
        "admin/payments/list.html",
        "payments",
        methods=[_row(method) for method in payment_methods()],
        can_be_paid=can_be_paid(),
        mode=shop.mode,
        is_open=shop.status == "open",
        url=_url(),
    )


@admin.get("/settings/payments/<slug>")
@requires("settings:read")
def payment_method_form(tenant: str, slug: str) -> Response:
    """Name and settings of one method."""
    del tenant
    return _form(payment_method(slug[:63]))


@admin.post("/settings/payments/<slug>")
@requires("payments:write")
@audited(_l("Changed a payment method"))
def save_payment_method(tenant: str, slug: str) -> Response | WerkzeugResponse:
    """Save name and settings; `switch_on` also switches it on."""
    del tenant
    method = payment_method(slug[:63])
    name = request.form.get("name", "")[:500]
    typed = read(FieldSet(method.settings), request.form) if method.settings else {}
    try:
        secrets = {key: typed[key] for key in method.secrets if typed.get(key)}
        config = {key: value for key, value in typed.items() if key not in method.secrets}
        saved = update_method(method.slug, name=name, config=config, credentials=secrets)
        if request.form.get("switch_on") == "1":
            saved = switch_method(method.slug, True)
    except ValidationError as error:
        return _form(method, {**typed, "name": name}, error.details, 422)
    flash(
        _("%(name)s is saved and on.", name=retold(saved.name))
        if saved.is_active
        else _("%(name)s is saved and still off.", name=retold(saved.name))
    )
    return see_other(f"{base()}/settings/payments")


@admin.post("/settings/payments/<slug>/switch")
@requires("payments:write")
@audited(_l("Switched a payment method on or off"))
def switch_payment_method(tenant: str, slug: str) -> Response | WerkzeugResponse:
    """Switch a method on or off; one that lacks something shows its form."""
    del tenant
    on = request.form.get("active") == "1"
    try:
        saved = switch_method(slug[:63], on)
    except ValidationError as error:
        return _form(payment_method(slug[:63]), None, error.details, 422)
    flash(
        _("%(name)s is on: shoppers can choose it.", name=retold(saved.name))
        if on
        else _("%(name)s is off.", name=retold(saved.name))
    )
    return see_other(f"{base()}/settings/payments")


@admin.post("/settings/payments/<slug>/test")
@requires("payments:write")
@audited(_l("Tested the settings of a payment method"), always=True)
def try_payment_method(tenant: str, slug: str) -> Response:
    """Try what is stored of a method's settings, such as by asking its provider."""
    del tenant
    method = payment_method(slug[:63])
    gateway_type, settings = settings_to_try(method.slug)
    tenant_id, context = scope_tenant(), current()
    limit("payment-test", str(tenant_id), TESTS, 3600)
    response = Response()  # `ask` renders the page: before the answer there is no result to show

    def ask() -> None:
        result = try_settings(gateway_type, settings)
        with tenant_scope(tenant_id, readonly=True), unit_of_work(), use(context):
            response.set_data(_form(payment_method(method.slug), result=result).get_data())

    after_writing(ask)
    return response


@admin.post("/settings/payments/<slug>/move")
@requires("payments:write")
@audited(_l("Changed the order of the payment methods"))
def move_payment_method(tenant: str, slug: str) -> WerkzeugResponse:
    """Show a method earlier or later at checkout."""
    del tenant
    move_method(slug[:63], up=request.form.get("direction") == "up")
    return see_other(f"{base()}/settings/payments")


@admin.post("/settings/payment-mode")
@requires("payments:write")
@audited(_l("Took the store live or put it into test mode"))
def save_payment_mode(tenant: str) -> WerkzeugResponse:
    """Take the store live, or back into test mode."""
    del tenant
    mode = request.form.get("mode", "")
    if mode not in MODES:
        raise ValidationError(_l("Choose live or test."), {"mode": [_l("Choose live or test.")]})
    shop = store()
    update_store(shop.tenant_id, shop.id, mode=mode)
    flash(_("The store is live: orders are real.") if mode == "live" else _("Every order is a test now."))
    return see_other(f"{base()}/settings/payments")


def _url() -> str:
    return f"{request.script_root}{base()}/settings/payments"


def _row(method: PaymentMethod) -> dict[str, Any]:
    account = str(method.config.get("iban") or "")
    return {
        "slug": method.slug,
        "name": retold(method.name),
        "label": method.label if str(method.label) != retold(method.name) else "",
        "about": method.explanation,
        "detail": format_iban(account) if account else "",
        "active": method.is_active,
        "ready": not method.missing,
        "test": method.is_test,
    }


def _form(
    method: PaymentMethod,
    typed: dict[str, Any] | None = None,
    errors: dict[str, list[str]] | None = None,
    status: int = 200,
    result: CheckResult | None = None,
) -> Response:
    values = dict(method.config) if typed is None else typed
    if typed is None and values.get("iban"):
        values["iban"] = format_iban(values["iban"])
    field_errors = {name: messages for name, messages in (errors or {}).items() if name != "name"}
    url = _url()
    return page(
        "admin/payments/method.html",
        title=str(method.label),
        active="settings",
        status=status,
        method=_row(method),
        name=(typed or {}).get("name", method.name),
        errors=errors or {},
        labels={field.key: field.label for field in FieldSet(method.settings).fields}
        if method.settings
        else {},
        form=form_for(FieldSet(method.settings), values, field_errors) if method.settings else None,
        url=f"{url}/{method.slug}",
        testable=method.testable,
        result=result,
        crumbs=[{"label": _("Payments"), "url": url}, {"label": method.label, "url": ""}],
    )
