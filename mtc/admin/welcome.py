"""The landing page of the platform: what this is, the stores of this installation, where to log in."""

from __future__ import annotations

from typing import Any

from flask import Response, current_app

from mtc.admin.blueprints import front
from mtc.admin.demo import demo_logins
from mtc.admin.plain import plain_page
from mtc.tenants import queries
from mtc.tenants.services import store_url
from mtc.tenants.services.directory import store_info
from mtc.web.access import Access, public

MOST = 24


@front.get("/welcome")
@public()
def welcome() -> Response:
    """What MTC is, and the stores that are open."""
    config = current_app.config["MTC"]
    stores = [store_info(row) for row in queries.all_stores()]
    shown = [one for one in stores if one.tenant_status == "active" and one.status == "open"][:MOST]
    cards = [_card(one, config.public_url) for one in shown]
    logins = demo_logins(shown) if config.demo else []
    return plain_page("admin/welcome.html", title="Sell digital goods", stores=cards, logins=logins)


def _card(one: Any, public_url: str) -> dict[str, str]:
    url = store_url(one, public_url)
    return {
        "name": one.name,
        "tagline": one.tagline,
        "url": url + "/",
        "address": url.partition("://")[2],
        "look": one.theme_slug if one.theme_slug in {"arcade", "folio", "slate"} else "slate",
        "currency": one.currency,
        "initial": one.name[:1].upper(),
    }


@front.get("/healthz")
def healthz() -> Response:
    """For probes: the process answers. Asks no database."""
    return Response("ok\n", mimetype="text/plain")


healthz.mtc_access = Access("file")  # type: ignore[attr-defined]
