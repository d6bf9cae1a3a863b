"""Opening and closing the store, and looking at it before."""

from __future__ import annotations

from typing import Any

from flask import redirect, request
from werkzeug.wrappers import Response

from mtc.admin.blueprints import admin
from mtc.admin.layout import base, public_url, store
from mtc.checkout.services import close_store, open_store, setup_steps
from mtc.core.context import current
from mtc.core.errors import ConflictError
from mtc.core.i18n import _, _l
from mtc.tenants.services import store_url
from mtc.web.access import requires
from mtc.web.audited import audited
from mtc.web.flash import flash
from mtc.web.preview import preview_token
from mtc.web.responses import keep_secret, see_other

# Where each step of the setup is done: (path, permission).
PLACES = {
    "product": ("/products/new", "products:write"),
    "payment": ("/settings/payments", "payments:write"),
    "terms": ("/settings/legal/terms", "settings:write"),
    "imprint": ("/settings/legal/imprint", "settings:write"),
}


@admin.post("/store/open")
@requires("settings:write")
@audited(_l("Opened the store"))
def open_the_store(tenant: str) -> Response:
    """Open the store to shoppers; without published terms say what is missing."""
    del tenant
    try:
        open_store(store())
    except ConflictError as error:
        flash(error.message, "destructive")
    else:
        flash(_("%(name)s is open.", name=store().name))
    return see_other(f"{base()}/settings")


@admin.post("/store/close")
@requires("settings:write")
@audited(_l("Closed the store"))
def close_the_store(tenant: str) -> Response:
    """Close the store to shoppers."""
    del tenant
    close_store(store())
    flash(_("%(name)s is closed. Orders and downloads that are there go on.", name=store().name))
    return see_other(f"{base()}/settings")


@admin.get("/store/preview")
@requires("products:read")
def preview_store(tenant: str) -> Response:
    """Lead to the store as its team sees it before it opens."""
    del tenant
    shop = store()
    url = store_url(shop, public_url())
    named = request.args.get("slots") == "1" and current().actor.may("settings:read")
    if shop.opened_at is not None and not named:
        return redirect(f"{url}/", 303)
    token = preview_token(shop.id, current().actor.id, slots=named)
    response = redirect(f"{url}/preview/{token}", 303)
    return keep_secret(response)


def setup_checklist() -> list[dict[str, Any]]:
    """Return the steps before the store opens, with links to each; nothing once it is open."""
    shop, may = store(), current().actor.may
    if shop.opened_at is not None:
        return []
    return [
        {
            "label": step.label,
            "hint": step.hint,
            "done": step.done,
            "required": step.required,
            "url": request.script_root + base() + PLACES[step.key][0]
            if step.key in PLACES and may(PLACES[step.key][1])
            else "",
        }
        for step in setup_steps(shop)
    ]
