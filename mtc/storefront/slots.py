"""Components of plugins that are loaded once a page is there: what they show is one customer's own."""

from __future__ import annotations

from typing import Any

from flask import Response, make_response, request

from mtc.catalog import queries
from mtc.catalog.presenters import detail
from mtc.pages.services import Fetcher, SlotBoard, resolve_page
from mtc.pages.services.plugin_slots import slot_widgets
from mtc.pages.services.slot_list import KEPT_PAGES
from mtc.storefront.blueprint import storefront
from mtc.storefront.view import View
from mtc.web.access import public
from mtc.web.theming import use_theme

PRIVATE = "private, no-store"


@storefront.get("/x/<plugin>/slots/<slot>")
@public()
def slot_fragment(plugin: str, slot: str) -> Response:
    """One component of a plugin in a slot, for this visitor; empty when it is not there any more."""
    asked, key = request.args.get("component", ""), request.args.get("page", "")
    view = View(key if key in KEPT_PAGES else "home")
    widgets = [
        widget
        for widget in slot_widgets(view.store).get(slot, ())
        if widget.cache == "customer" and (widget.component.plugin, widget.component.slug) == (plugin, asked)
    ]
    values: dict[str, Any] = {}
    product = queries.product_by_slug(request.args.get("product", "")[:200]) if widgets else None
    if product is not None:
        values["product"] = detail(product, "")
    theme = resolve_page(view.store, "home")["theme"]
    use_theme(theme["slug"])
    context = {"page": view.page, "store": view.shop, "theme": theme}
    response = make_response(SlotBoard({slot: widgets}, context, Fetcher(view.page)).html(slot, values))
    response.headers["Cache-Control"] = PRIVATE
    return response
