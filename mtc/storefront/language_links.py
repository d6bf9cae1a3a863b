"""Links from a page of a store to the same page in each of the store's languages."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote, unquote_plus

from flask import current_app, request

from mtc.core.i18n import current_locale, language_name
from mtc.middleware.languages import store_locales
from mtc.tenants.services import StoreInfo
from mtc.web.page_parameters import declared_query

_OTHER_LANGUAGE = "lang"  # asks for a legal text in a language of its own


def language_links(store: StoreInfo) -> list[dict[str, Any]]:
    """The store's languages as links to this page; none where there is no choice."""
    listed = store_locales(store)
    if len(listed) == 1:
        return []
    here, tail = current_locale(), quote(_path()) + _query()
    return [
        {"locale": locale, "name": language_name(locale), "url": f"/{locale}{tail}", "active": locale == here}
        for locale in listed
    ]


def _path() -> str:
    """The path of this page; the first page where a form was answered whose address cannot be opened."""
    if request.method in ("GET", "HEAD"):
        return request.path
    routes = current_app.create_url_adapter(request)
    return request.path if routes is not None and routes.test(method="GET") else "/"


def _query() -> str:
    pairs = declared_query(request.query_string.decode("latin-1")).split("&")
    rest = [pair for pair in pairs if pair and unquote_plus(pair.partition("=")[0]) != _OTHER_LANGUAGE]
    return "?" + "&".join(rest) if rest else ""
