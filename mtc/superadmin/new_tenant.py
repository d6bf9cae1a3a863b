"""The form that opens a tenant, and the page that shows the owner's password once."""

from __future__ import annotations

from flask import Response, current_app, request

from mtc.core.errors import ConflictError, ValidationError
from mtc.superadmin.blueprint import platform
from mtc.superadmin.services import CURRENCIES, THEMES, Wanted, open_tenant
from mtc.superadmin.shell import page
from mtc.web.access import platform_only

FIELDS = ("slug", "name", "email", "owner", "currency", "theme", "country")


@platform.get("/tenants/new")
@platform_only()
def new_tenant() -> Response:
    """The empty form."""
    return _form({"currency": "EUR", "theme": "slate"})


@platform.post("/tenants/new")
@platform_only()
def create_tenant() -> Response:
    """Open the tenant. The answer is the only page that ever shows the password."""
    typed = {name: request.form.get(name, "").strip()[:300] for name in FIELDS}
    try:
        wanted = {**typed, "slug": typed["slug"].lower(), "country": typed["country"].upper()}
        made = open_tenant(Wanted(**wanted))
    except (ValidationError, ConflictError) as error:
        return _form(typed, error.details or {"form": [error.message]}, 422)
    config = current_app.config["MTC"]
    scheme, _, rest = config.public_url.partition("://")
    return page(
        "superadmin/created.html",
        title=f"{made.name} is open",
        active="tenants",
        status=201,
        made={"slug": made.slug, "name": made.name, "email": made.email, "password": made.password},
        store_url=f"{scheme}://{made.slug}.{rest}",
        login_url=f"{config.public_url}/login",
    )


def _form(typed: dict[str, str], errors: dict[str, list[str]] | None = None, status: int = 200) -> Response:
    host = current_app.config["MTC"].public_url.partition("://")[2]
    return page(
        "superadmin/new.html",
        title="New tenant",
        active="tenants",
        status=status,
        typed=typed,
        errors=errors or {},
        host=host,
        themes=[(one, one.capitalize()) for one in THEMES],
        currencies=[(one, one) for one in CURRENCIES],
        crumbs=[
            {"label": "Tenants", "url": request.script_root + "/platform/tenants"},
            {"label": "New tenant", "url": ""},
        ],
    )
