"""The store as templates get it: name, navigation, footer, logo, remembered while its content stands."""

from __future__ import annotations

from typing import Any

from flask import current_app

from mtc.core.context import current
from mtc.core.local_cache import LocalCache
from mtc.tenants.services import StoreInfo, legal_links, store_url

DRAWN_FAVICON = "/favicon.svg"
_known: LocalCache[tuple[Any, ...], dict[str, Any]] = LocalCache(1000)


def shop(store: StoreInfo, path: str, *, shown: bool = False) -> dict[str, Any]:
    """The template variable `store`, with the links of the navigation that lead to `path` marked.

    A store that is not open shows neither its navigation nor its links, unless it is `shown` in a preview.
    """
    key = (store.tenant_id, store.id, store.content_version, current().locale)
    context = _known.get_or_make(key, lambda: _shop(store))
    if store.opened_at is None and not shown:
        footer = {**context["footer"], "columns": []}
        return {**context, "navigation": [], "footer": footer, "announcement": None, "closed": True}
    links = [{**link, "active": link["url"] == path} for link in context["navigation"]]
    return {**context, "navigation": links}


def _shop(store: StoreInfo) -> dict[str, Any]:
    settings, branding = store.settings, store.branding
    pages = page_paths(store)
    footer = settings.get("footer") or {}
    columns: list[dict[str, Any]] = [
        {"title": str(column.get("title", "")), "links": _links(column.get("links"), pages)}
        for column in footer.get("columns", [])
    ]
    linked = {link["url"] for column in columns for link in column["links"]}
    logo, on_dark = _source(branding.get("logo")), _source(branding.get("logo_dark"))
    return {
        "name": store.name,
        "slug": store.slug,
        "tagline": store.tagline,
        "email": store.email,
        "url": store_url(store, current_app.config["MTC"].public_url),
        "test": store.is_sandbox,
        "currency": store.currency,
        "locale": current().locale,
        "navigation": _links(settings.get("navigation"), pages),
        "footer": {
            "columns": columns,
            "legal": footer.get("legal", []),
            "legal_links": [link for link in legal_links(store) if link["url"] not in linked],
            "note": footer.get("note", ""),
        },
        "announcement": settings.get("announcement"),
        "logo": {"src": logo, "src_dark": on_dark, "text": str(branding.get("logo_text") or store.name)},
        "favicon": _source(branding.get("favicon")) or DRAWN_FAVICON,
        "og_image": _source(branding.get("og_image")),
    }


def _source(value: Any) -> str:
    """The address of a picture that is kept as text or as {src}."""
    address = value.get("src") if isinstance(value, dict) else value
    return address if isinstance(address, str) and address.startswith("/") else ""


def _links(values: Any, pages: set[str]) -> list[dict[str, str]]:
    """Links as pages show them; one to a text that nobody can read would be a dead end."""
    links = [
        {"label": str(link.get("label", "")), "url": str(link.get("url", "/"))}
        for link in values or []
        if isinstance(link, dict)
    ]
    return [link for link in links if not link["url"].startswith("/pages/") or link["url"] in pages]


def page_paths(store: StoreInfo) -> set[str]:
    """The addresses of the store's own texts that shoppers can read."""
    own = {f"/pages/{page.get('slug')}" for page in store.settings.get("pages") or []}
    return own | {link["url"] for link in legal_links(store)}


def cms_page(store: StoreInfo, slug: str) -> dict[str, Any] | None:
    """A page of the store's own text: store.settings["pages"], a list of {slug, title, html}."""
    for page in store.settings.get("pages") or []:
        if isinstance(page, dict) and page.get("slug") == slug:
            return page
    return None
