"""The form that opens a tenant and invites its owner."""

from __future__ import annotations

from collections.abc import Sequence

from flask import Response, current_app, request

from mtc.catalog.services.starter_types import DEFAULT_STARTER_TYPES, starter_types
from mtc.checkout.services.countries import COUNTRIES
from mtc.core.context import current
from mtc.core.errors import ConflictError, ValidationError
from mtc.core.i18n import _, _l
from mtc.pages.services.appearance import system_themes
from mtc.pages.services.manifest_sync import DEFAULT_THEME
from mtc.platform.services import CURRENCIES, NewTenant, open_tenant
from mtc.superadmin.blueprint import platform
from mtc.superadmin.layout import page
from mtc.superadmin.owner_invitation import show_link
from mtc.web.access import platform_only
from mtc.web.audited import audited

FIELDS = ("slug", "name", "email", "currency", "theme", "country")


@platform.get("/tenants/new")
@platform_only()
def new_tenant() -> Response:
    """The empty form."""
    return _form({"currency": "EUR", "theme": DEFAULT_THEME}, DEFAULT_STARTER_TYPES)


@platform.post("/tenants/new")
@platform_only()
@audited(_l("Opened a tenant and invited its owner"))
def create_tenant() -> Response:
    """Open the tenant and mail its owner an invitation, whose link the answer shows once."""
    typed = {name: request.form.get(name, "").strip()[:300] for name in FIELDS}
    chosen = tuple(request.form.getlist("starter_types"))
    try:
        values = {**typed, "slug": typed["slug"].lower(), "country": typed["country"].upper()}
        made, invitation = open_tenant(NewTenant(**values, starter_types=chosen), current().actor)
    except (ValidationError, ConflictError) as error:
        return _form(typed, chosen, error.details or {"form": [error.message]}, 422)
    return show_link(made, invitation, title=f"{made.name} is open", status=201)


def _form(
    typed: dict[str, str],
    chosen: Sequence[str],
    errors: dict[str, list[str]] | None = None,
    status: int = 200,
) -> Response:
    host = current_app.config["MTC"].public_url.partition("://")[2]
    return page(
        "superadmin/new.html",
        title=_("New tenant"),
        active="tenants",
        status=status,
        typed=typed,
        errors=errors or {},
        host=host,
        themes=[(slug, theme.name) for slug, theme in system_themes().items()],
        starter_types=[(starter_type, starter_type.slug in chosen) for starter_type in starter_types()],
        currencies=[(currency, currency) for currency in CURRENCIES],
        countries=[("", "Not given"), *COUNTRIES.items()],
        crumbs=[
            {"label": _("Tenants"), "url": request.script_root + "/platform/tenants"},
            {"label": _("New tenant"), "url": ""},
        ],
    )
