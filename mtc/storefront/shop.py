"""The store as templates get it: name, navigation, footer, logo, remembered while its content stands."""

from __future__ import annotations

from collections import OrderedDict
from typing import Any

from flask import current_app

from mtc.tenants.services import StoreInfo, store_url

_LARGEST = 1000
_known: OrderedDict[tuple[Any, ...], dict[str, Any]] = OrderedDict()


def shop(store: StoreInfo, path: str) -> dict[str, Any]:
    """The template variable `store`, with the links of the navigation that lead to `path` marked."""
    key = (store.tenant_id, store.id, store.content_version)
    found = _known.get(key)
    if found is None:
        found = _known[key] = _shop(store)
        while len(_known) > _LARGEST:
            _known.popitem(last=False)
    links = [{**link, "active": link["url"] == path} for link in found["navigation"]]
    return {**found, "navigation": links}


def _shop(store: StoreInfo) -> dict[str, Any]:
    settings, branding = store.settings, store.branding
    footer = settings.get("footer") or {}
    logo, on_dark = _source(branding.get("logo")), _source(branding.get("logo_dark"))
    return {
        "name": store.name,
        "slug": store.slug,
        "tagline": store.tagline,
        "email": store.email,
        "url": store_url(store, current_app.config["MTC"].public_url),
        "test": store.is_sandbox,
        "currency": store.currency,
        "locale": store.locale,
        "navigation": _links(settings.get("navigation")),
        "footer": {
            "columns": [
                {"title": str(column.get("title", "")), "links": _links(column.get("links"))}
                for column in footer.get("columns", [])
            ],
            "legal": footer.get("legal", []),
            "note": footer.get("note", ""),
        },
        "announcement": settings.get("announcement"),
        "logo": {"src": logo, "src_dark": on_dark, "text": str(branding.get("logo_text") or store.name)},
        "favicon": _source(branding.get("favicon")),
        "og_image": _source(branding.get("og_image")),
    }


def _source(value: Any) -> str:
    """The address of a picture that is kept as text or as {src}."""
    found = value.get("src") if isinstance(value, dict) else value
    return found if isinstance(found, str) and found.startswith("/") else ""


def _links(values: Any) -> list[dict[str, str]]:
    return [
        {"label": str(link.get("label", "")), "url": str(link.get("url", "/"))}
        for link in values or []
        if isinstance(link, dict)
    ]


def cms_page(store: StoreInfo, slug: str) -> dict[str, Any] | None:
    """A page of the store's own text: store.settings["pages"], a list of {slug, title, html}."""
    for page in store.settings.get("pages") or []:
        if isinstance(page, dict) and page.get("slug") == slug:
            return page
    return None
