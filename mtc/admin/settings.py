"""The store's settings: its name, line and address; who works here; how it is paid."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask import Response, g, request
from werkzeug.wrappers import Response as WerkzeugResponse

from mtc.admin.blueprints import admin
from mtc.admin.shell import base, page, public_url, store
from mtc.checkout.services.countries import COUNTRIES
from mtc.core.errors import ConflictError, ValidationError
from mtc.delivery import queries as deliveries
from mtc.events.services import emit
from mtc.events.services.mail import check_address
from mtc.identity.queries import roles_of, staff_of
from mtc.payments.services.methods import can_be_paid, payment_methods
from mtc.tenants.services import require_second_factor, store_url, update_store
from mtc.web.access import permissions, requires
from mtc.web.flash import flash
from mtc.web.pages import see_other
from mtc.web.times import when


@admin.get("/settings")
@requires("settings:read")
def settings(tenant: str) -> Response:
    """The settings as they are."""
    del tenant
    shop = store()
    return _show({"name": shop.name, "tagline": shop.tagline, "email": shop.email})


@admin.post("/settings")
@requires("settings:write")
def save_settings(tenant: str) -> Response | WerkzeugResponse:
    """Save name, line and address of the store."""
    del tenant
    typed = {name: request.form.get(name, "").strip() for name in ("name", "tagline", "email")}
    errors: dict[str, list[str]] = {}
    for name, longest in (("name", 200), ("tagline", 300)):
        if len(typed[name]) > longest:
            errors[name] = [f"Use at most {longest} characters."]
    if not typed["name"]:
        errors["name"] = ["Give the store a name."]
    try:
        check_address(typed["email"])
    except ValidationError as error:
        errors["email"] = error.details["email"]
    if errors:
        return _show(typed, errors, 422)
    shop = store()
    update_store(shop.tenant_id, shop.id, **typed)
    flash("The settings are saved. The store shows them at once.")
    return see_other(f"{base()}/settings")


@admin.post("/settings/second-factor")
@requires("team:write")
def save_second_factor(tenant: str) -> WerkzeugResponse:
    """Ask everybody who works here for a second factor, or stop asking."""
    del tenant
    required = request.form.get("required") == "1"
    if required and g.login.second_factor is None:
        raise ConflictError("Set up your own second factor first: you would lock yourself out.")
    shop = store()
    require_second_factor(shop.tenant_id, required)
    emit("settings.second_factor", data={"required": required})
    flash(
        "Everybody who works here needs a second factor now."
        if required
        else "A second factor is each person's choice."
    )
    return see_other(f"{base()}/settings")


def _show(typed: dict[str, str], errors: dict[str, list[str]] | None = None, status: int = 200) -> Response:
    shop = store()
    return page(
        "admin/settings.html",
        title="Settings",
        active="settings",
        status=status,
        typed=typed,
        errors=errors or {},
        facts=[
            ("Address", store_url(shop, public_url())),
            ("Currency", shop.currency),
            ("Language", shop.locale),
            ("Country", COUNTRIES.get(shop.country, shop.country) or "Not given"),
            ("Theme", shop.theme_slug.capitalize()),
            ("State", "Open" if shop.status == "open" else "Closed"),
        ],
        require_second_factor=g.member.requires_second_factor,
        has_second_factor=g.login.second_factor is not None,
        staff=_staff(shop.tenant_id),
        roles=_roles(shop.tenant_id),
        gateways=[
            {"name": one.name, "label": one.label, "active": one.is_active, "test": one.is_test}
            for one in payment_methods()
        ],
        can_be_paid=can_be_paid(),
        mode=shop.mode,
        methods=[
            {"name": one.name, "kind": one.type, "active": one.is_active} for one in deliveries.methods()
        ],
    )


def _staff(tenant_id: UUID) -> list[dict[str, Any]]:
    return [
        {
            "name": row.name or row.email,
            "email": row.email,
            "role": row.role_name or row.role.title(),
            "seen": when(row.last_login_at) or "never",
            "active": row.status == "active",
        }
        for row in staff_of(tenant_id)
    ]


def _roles(tenant_id: UUID) -> list[dict[str, Any]]:
    return [{"name": row.name, "may": _words(row.permissions)} for row in roles_of(tenant_id)]


def _words(granted: list[str]) -> list[str]:
    """What a role may do, in the sentences that the permissions were declared with."""
    if "*" in granted:
        return ["Everything."]
    areas = {one.removesuffix(":*") for one in granted if one.endswith(":*")}
    return [
        sentence
        for name, sentence in permissions.items()
        if name in granted or name.partition(":")[0] in areas
    ]
