"""The store's settings: what it is called, how it looks, where its links lead, and whether it is open."""

from __future__ import annotations

from typing import Any

from flask import Response

from mtc.api.v1.blueprint import v1
from mtc.api.v1.endpoint import always, closed, endpoint
from mtc.api.v1.schemas import FLAG, MAYBE_MOMENT, MAYBE_NUMBER, TEXT, moment
from mtc.catalog.services.warning_level_changes import set_store_level
from mtc.catalog.services.warning_levels import HIGHEST, level_of_store
from mtc.checkout.services import close_store, open_store, setup_steps
from mtc.core.context import current
from mtc.core.i18n import _l
from mtc.core.i18n.locales import LONGEST
from mtc.core.local_time import zone_of
from mtc.emails.services.outbox import check_address
from mtc.pages.services import appearance
from mtc.tenants.queries import stores_of
from mtc.tenants.services import StoreInfo, update_store
from mtc.tenants.services.menus import menus_of, save_menus
from mtc.tenants.services.store_lookup import store_info
from mtc.web.access import for_programs
from mtc.web.audited import audited
from mtc.web.envelope import ok

_COLORS: dict[str, Any] = {"type": "object", "additionalProperties": TEXT}
_LINK = always(label=TEXT, url=TEXT)
_LINKS: dict[str, Any] = {"type": "array", "items": _LINK}
_COLUMNS: dict[str, Any] = {"type": "array", "items": always(title=TEXT, links=_LINKS)}
_LINES: dict[str, Any] = {"type": "array", "items": TEXT}
_LOCALES: dict[str, Any] = {"type": "array", "items": {**TEXT, "maxLength": LONGEST}}
SETTINGS = always(
    name=TEXT, tagline=TEXT, email=TEXT, country=TEXT, timezone=TEXT, currency=TEXT, locale=TEXT,
    locales=_LOCALES, theme=TEXT, colors=_COLORS, navigation=_LINKS, columns=_COLUMNS, lines=_LINES,
    announcement=TEXT, low_at=MAYBE_NUMBER,
)  # fmt: skip
CHANGES = closed(
    {
        "name": {**TEXT, "minLength": 1, "maxLength": 200},
        "tagline": {**TEXT, "maxLength": 300},
        "email": {**TEXT, "minLength": 3, "maxLength": 254},
        "timezone": {
            **TEXT,
            "maxLength": 64,
            "description": "A name of the IANA database such as Europe/Berlin; empty: that of the country.",
        },
        "locales": {
            **_LOCALES,
            "maxItems": 50,
            "description": "The languages that shoppers may choose besides the store's own (`locale`).",
        },
        "low_at": {
            **MAYBE_NUMBER,
            "minimum": 0,
            "maximum": HIGHEST,
            "description": "At how many keys left pools without their own level warn; null: not.",
        },
        "theme": {**TEXT, "maxLength": 63, "description": "The slug of one of `/themes`."},
        "colors": {**_COLORS, "description": "Colours such as #1b7f5c by token; an empty text: the theme's."},
        "navigation": _LINKS,
        "columns": {**_COLUMNS, "description": "Columns of links in the footer."},
        "lines": {**_LINES, "description": "Lines of text below them."},
        "announcement": {**TEXT, "maxLength": 120},
    }
)
STATE = always(
    open=FLAG,
    opened_at=MAYBE_MOMENT,
    steps={"type": "array", "items": always(key=TEXT, label=TEXT, done=FLAG, required=FLAG)},
)
_IDENTITY = ("name", "tagline", "email", "timezone")
_MENUS = ("navigation", "columns", "lines", "announcement")


def store() -> StoreInfo:
    """The store of the running program, as the transaction has it now."""
    tenant_id = current().tenant_id
    assert tenant_id is not None
    return store_info(stores_of(tenant_id)[0])


@v1.get("/settings")
@for_programs("settings:read")
@endpoint(SETTINGS)
def settings() -> Response:
    """The store's settings."""
    return ok(_settings())


@v1.post("/settings")
@for_programs("settings:write", idempotent=True)
@endpoint(SETTINGS, body=CHANGES)
@audited(_l("Changed the store's settings"))
def change_store_settings(body: dict[str, Any]) -> Response:
    """Change the settings that are named; the others stay."""
    if "email" in body:
        body = {**body, "email": check_address(body["email"])}
    shop = store()
    identity: dict[str, Any] = {name: body[name].strip() for name in _IDENTITY if name in body}
    if "locales" in body:
        identity["locales"] = body["locales"]
    if identity:
        update_store(shop.tenant_id, shop.id, **identity)
    if "low_at" in body:
        set_store_level(shop.id, body["low_at"])
    if "theme" in body:
        appearance.choose_theme(shop, body["theme"])
    if "colors" in body:
        appearance.save_colors(store(), body["colors"])
    menus = {name: body[name] for name in _MENUS if name in body}
    if menus:
        save_menus(store(), **menus)
    return ok(_settings())


@v1.get("/themes")
@for_programs("settings:read")
@endpoint(always(items={"type": "array", "items": always(slug=TEXT, name=TEXT, description=TEXT)}))
def themes() -> Response:
    """Return the themes that the store may have."""
    cards = appearance.theme_cards()
    items = [{"slug": theme.slug, "name": theme.name, "description": theme.description} for theme in cards]
    return ok({"items": items})


@v1.get("/store")
@for_programs("settings:read")
@endpoint(STATE)
def store_state() -> Response:
    """Return whether the store is open, and what there is to do before."""
    return ok(_state())


@v1.post("/store/open")
@for_programs("settings:write", idempotent=True)
@endpoint(STATE, body=closed({}))
@audited(_l("Opened the store"))
def open_to_shoppers(body: dict[str, Any]) -> Response:
    """Open the store to shoppers; refused (409) as long as its terms are not published."""
    del body
    open_store(store())
    return ok(_state())


@v1.post("/store/close")
@for_programs("settings:write", idempotent=True)
@endpoint(STATE, body=closed({}))
@audited(_l("Closed the store"))
def close_to_shoppers(body: dict[str, Any]) -> Response:
    """Close the store to shoppers; orders and downloads that are there go on."""
    del body
    close_store(store())
    return ok(_state())


def _settings() -> dict[str, Any]:
    shop = store()
    own = {name: str(color) for name, color in (shop.branding.get("colors") or {}).items()}
    return {
        "name": shop.name,
        "tagline": shop.tagline,
        "email": shop.email,
        "country": shop.country,
        "timezone": zone_of(shop).key,
        "currency": shop.currency,
        "locale": shop.locale,
        "locales": list(shop.locales),
        "theme": shop.theme_slug,
        "colors": own,
        "low_at": level_of_store(shop.settings),
        **menus_of(shop),
    }


def _state() -> dict[str, Any]:
    shop = store()
    steps = [
        {"key": step.key, "label": step.label, "done": step.done, "required": step.required}
        for step in setup_steps(shop)
    ]
    return {"open": shop.opened_at is not None, "opened_at": moment(shop.opened_at), "steps": steps}
