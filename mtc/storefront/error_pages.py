"""The store's own page for an error."""

from __future__ import annotations

from typing import Any

from flask import g, request
from flask_login import current_user

from mtc.core.context import ANONYMOUS, Actor, Context, use
from mtc.core.db import unit_of_work
from mtc.core.errors import AppError, StoreClosedError
from mtc.core.i18n import _, _l, current_locale, direction
from mtc.core.tenancy import tenant_scope
from mtc.storefront.view import View
from mtc.tenants.services import StoreInfo
from mtc.tenants.services.settings import HAS_BEEN_OPEN

_TITLES = {
    400: _l("That did not work"),
    401: _l("Log in first"),
    403: _l("This is not allowed"),
    404: _l("There is nothing here"),
    405: _l("That is not possible here"),
    409: _l("Something has changed"),
    410: _l("No longer available"),
    413: _l("That is too large"),
    429: _l("One moment, please"),
}
_COME_BACK = _l("Nothing can be bought here just now. Please come back later.")
_FILES = ("/static/", "/themes/", "/theme/", "/media/", "/favicon.ico")


def error_page(error: AppError, store: StoreInfo) -> str:
    """The page in the store's look. Whatever it raises makes the caller show a page that needs nothing."""
    if request.path.startswith(_FILES) or store.status != "open" or store.tenant_status != "active":
        return _bare(error)
    login = current_user.session
    actor = Actor("customer", login.customer_id, login.name, login.email) if login else ANONYMOUS
    context = Context(
        tenant_id=store.tenant_id,
        store=store,
        actor=actor,
        currency=store.currency,
        request_id=g.get("request_id", ""),
    )
    with tenant_scope(store.tenant_id, readonly=True), unit_of_work(), use(context):
        if isinstance(error, StoreClosedError):
            return _closed_page(store, error)
        key = "not-found" if error.status < 500 else "error"
        view = View(key, str(_TITLES.get(error.status, _TITLES[400])), robots="noindex", canonical="")
        facts: dict[str, Any] = {"status": error.status, "message": error.message}
        view.page.update(facts, messages=[], request_id=context.request_id)
        return view.respond(error.status).get_data(as_text=True)


def _closed_page(store: StoreInfo, error: StoreClosedError) -> str:
    """Return the page of a store that is not open."""
    title = _("Closed at the moment") if store.settings.get(HAS_BEEN_OPEN) else _("Opening soon")
    view = View("page", title, robots="noindex", canonical="", message=error.message)
    if not view.page["preview"]:
        view.page["message"] = str(_COME_BACK)
    return view.respond(error.status, main="storefront/closed.html").get_data(as_text=True)


def _bare(error: AppError) -> str:
    """For files nobody reads the page."""
    title = _TITLES.get(error.status, _TITLES[400])
    root = f'<html lang="{current_locale()}" dir="{direction(current_locale())}">'
    return f"<!doctype html>{root}<meta charset=utf-8><title>{title}</title><h1>{title}</h1>"
