"""Base of the storefront's views: fills the page mapping, renders, and sets the caching."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any
from uuid import UUID

from flask import Response, current_app, make_response, request

from mtc.checkout.services import cart_count
from mtc.core import clock
from mtc.core.context import current
from mtc.pages.services import (
    Fetcher,
    changes_with_time,
    component_book,
    render_fragment,
    render_page,
    resolve_page,
    visitor_of,
)
from mtc.pricing.services import prices_hold_until, rule_book
from mtc.storefront.language_links import language_links
from mtc.storefront.store_context import shop
from mtc.tenants.services import StoreInfo
from mtc.web.cookies import cart_token
from mtc.web.flash import take_flash
from mtc.web.languages import language_prefix
from mtc.web.page_parameters import declared_params
from mtc.web.preview import is_previewing
from mtc.web.site import site

MARK, UNTIL = "mtc.cacheable", "mtc.cacheable_until"


def current_store() -> StoreInfo:
    """Return the store of the request."""
    store = site().store
    assert store is not None
    return store


def shopper_id() -> UUID | None:
    """The customer who is logged in, or None."""
    actor = current().actor
    return actor.id if actor.kind == "customer" else None


def base_url() -> str:
    """The address under which this request reached the store, without a trailing slash."""
    return request.url_root.rstrip("/")


class View:
    """One page in the making. `page` is the mapping that sources and templates read (docs/pages.md)."""

    def __init__(self, key: str, title: str = "", **values: Any) -> None:
        context = current()
        self.store = current_store()
        preview = self.store.opened_at is None and is_previewing(self.store)
        self.shop = shop(self.store, request.path, shown=preview)
        context.extra["store_url"] = self.shop["url"]
        actor, token = context.actor, cart_token()
        self.page: dict[str, Any] = {
            "key": key,
            "title": title,
            "path": request.path,
            "params": declared_params(request.args.to_dict(flat=False)),
            "cart_token": token,
            "cart_count": cart_count(token, shopper_id(), self.store.id),
            "customer": ({"name": actor.name, "email": actor.email} if actor.kind == "customer" else None),
            "messages": [
                {"kind": message.get("variant"), "text": message.get("text")} for message in take_flash()
            ],
            "canonical": self.shop["url"] + language_prefix() + request.path,
            "description": "",
            "robots": "",
            "og": {"type": "website", "image": self.absolute(self.shop["og_image"])},
            "breadcrumbs": [],
            "preview": preview,
            "languages": language_links(self.store),
            **values,
        }

    def absolute(self, path: str) -> str:
        """The full address of a path of the store; an empty one stays empty."""
        return self.shop["url"] + path if path.startswith("/") else path

    def respond(
        self,
        status: int = 200,
        *,
        cacheable: bool = False,
        main: str = "",
        values: Mapping[str, Any] = MappingProxyType({}),
    ) -> Response:
        """The page as an answer. `main` names a template that stands in for the widgets of region main.

        It gets the `values` besides page, store and theme.
        """
        page = self.page
        resolved = resolve_page(self.store, page["key"], visitor_of(current().actor, current().locale))
        theme = {**resolved["theme"], "css_url": f"/theme/{resolved['theme']['sheet']}.css"}
        context = {"page": page, "store": self.shop, "theme": theme}
        if main:
            html = current_app.jinja_env.get_template(main).render({**values, **context})
            resolved = _with_main(resolved, html)
        book = component_book(self.store.tenant_id, self.store.content_version)
        html = render_page(resolved, book, context, Fetcher(page))
        response = make_response(html, status)
        if cacheable and status == 200 and not self._personal():
            request.environ[MARK] = True
            request.environ[UNTIL] = prices_hold_until(rule_book.peek() or (), clock.now())
        return response

    def _personal(self) -> bool:
        """Return whether another visitor, or the same one later, may see another page."""
        has_cookie = "mtc_" in request.headers.get("Cookie", "")
        return has_cookie or changes_with_time(self.store, self.page["key"])


def _with_main(resolved: dict[str, Any], html: str) -> dict[str, Any]:
    others = [widget for widget in resolved["widgets"] if widget["region"] != "main"]
    return {**resolved, "widgets": others, "fixed": {"main": html}}


def fragment(name: str, status: int = 200, **values: Any) -> Response:
    """An answer to htmx: one of storefront/fragments."""
    store = current_store()
    theme = resolve_page(store, "cart")["theme"]
    html = render_fragment(name, theme, store=shop(store, request.path), page={"key": ""}, **values)
    return make_response(html, status)
