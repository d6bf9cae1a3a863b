"""The landing page of the platform: what this is, the stores of this installation, where to log in."""

from __future__ import annotations

from typing import Any

from flask import Response, current_app

from mtc.admin.bare_layout import plain_page
from mtc.admin.blueprints import front
from mtc.admin.emails.demo_mailbox import mailbox_path
from mtc.admin.home.demo_logins import demo_logins
from mtc.core.i18n import _
from mtc.pages.services.appearance import system_themes, theme_picture
from mtc.tenants import queries
from mtc.tenants.services import store_url
from mtc.tenants.services.store_lookup import StoreInfo, store_info
from mtc.web.access import Access, public

MOST = 24


@front.get("/welcome")
@public()
def welcome() -> Response:
    """Show a description of MTC, and the stores that are open."""
    config = current_app.config["MTC"]
    stores = [store_info(row) for row in queries.all_stores()]
    shown = [store for store in stores if store.is_open][:MOST]
    themes = system_themes()
    cards = [_card(store, config.public_url, themes) for store in shown]
    logins = demo_logins(shown) if config.demo else []
    return plain_page(
        "admin/welcome.html",
        title=_("Sell digital goods"),
        stores=cards,
        logins=logins,
        mailbox=mailbox_path() if logins else "",
    )


def _card(store: StoreInfo, public_url: str, themes: dict[str, Any]) -> dict[str, str]:
    url, theme = store_url(store, public_url), themes.get(store.theme_slug)
    return {
        "name": store.name,
        "tagline": store.tagline,
        "url": url + "/",
        "address": url.partition("://")[2],
        "picture": theme_picture(theme.colors if theme is not None else {}, store.name),
        "currency": store.currency,
        "initial": store.name[:1].upper(),
    }


@front.get("/healthz")
def healthz() -> Response:
    """For probes: the process answers. Asks no database."""
    return Response("ok\n", mimetype="text/plain")


healthz.mtc_access = Access("file")  # type: ignore[attr-defined]
