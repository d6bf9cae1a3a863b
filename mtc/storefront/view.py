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
    SlotBoard,
    changes_with_time,
    component_book,
    render_fragment,
    render_page,
    resolve_page,
    showing,
    visitor_of,
)
from mtc.pages.services.plugin_slots import slot_widgets
from mtc.pages.services.resolve import is_personal_page
from mtc.pages.services.slot_board import only_for
from mtc.pages.services.slot_list import STOREFRONT
from mtc.plugins.services import answers_dropped
from mtc.pricing.services import prices_hold_until, rule_book
from mtc.storefront.language_links import language_links
from mtc.storefront.page_head import head_of
from mtc.storefront.store_context import shop
from mtc.tenants.services import StoreInfo
from mtc.web.cookies import cart_token
from mtc.web.flash import take_flash
from mtc.web.languages import language_prefix
from mtc.web.page_parameters import declared_params
from mtc.web.preview import is_previewing, may_see_slots
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
        page["head"] = head_of(self.store.id, page)
        context = {"page": page, "store": self.shop, "theme": theme}
        kept = cacheable and status == 200 and not self._personal()
        fetcher = Fetcher(page)
        with showing(slots_for(self.store, context, fetcher, kept=kept)):
            if main:
                html = current_app.jinja_env.get_template(main).render({**values, **context})
                resolved = _with_main(resolved, html)
            book = component_book(self.store.tenant_id, self.store.content_version)
            html = render_page(resolved, book, context, fetcher)
        response = make_response(html, status)
        if kept and not answers_dropped():
            request.environ[MARK] = True
            request.environ[UNTIL] = prices_hold_until(rule_book.peek() or (), clock.now())
        return response

    def _personal(self) -> bool:
        """Return whether another visitor, or the same one later, may see another page."""
        has_cookie = "mtc_" in request.headers.get("Cookie", "")
        key = self.page["key"]
        return has_cookie or changes_with_time(self.store, key) or is_personal_page(self.store, key)


def slots_for(
    store: StoreInfo, context: dict[str, Any], fetcher: Fetcher, *, kept: bool = False
) -> SlotBoard:
    """The contents of the slots of a page; `?slots=1` names them for staff in the preview."""
    named = request.args.get("slots") == "1" and may_see_slots(store)
    widgets = only_for(slot_widgets(store), STOREFRONT)
    return SlotBoard(widgets, context, fetcher, kept=kept, named=named)


def _with_main(resolved: dict[str, Any], html: str) -> dict[str, Any]:
    others = [widget for widget in resolved["widgets"] if widget["region"] != "main"]
    return {**resolved, "widgets": others, "fixed": {"main": html}}


def fragment(name: str, status: int = 200, **values: Any) -> Response:
    """An answer to htmx: one of storefront/fragments."""
    store = current_store()
    theme, page, here = resolve_page(store, "cart")["theme"], {"key": ""}, shop(store, request.path)
    context = {"page": page, "store": here, "theme": theme}
    with showing(slots_for(store, context, Fetcher(page))):
        html = render_fragment(name, theme, store=here, page=page, **values)
    return make_response(html, status)
