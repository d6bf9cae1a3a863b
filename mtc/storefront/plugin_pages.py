"""Pages of plugins in the layout of the store."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from flask import Flask, make_response, render_template, request
from werkzeug.wrappers import Response

from mtc.middleware.contributions import PluginSurface, plugin_surfaces
from mtc.middleware.plugin_routes import template_of, values_of
from mtc.plugins.registry import LoadedPlugin
from mtc.storefront.pages import first_crumb
from mtc.storefront.store_context import shop
from mtc.storefront.view import View, current_store
from mtc.web.client_address import client_ip
from mtc.web.csrf import SAFE_METHODS
from mtc.web.plugin_views import Fragment, Page, PluginRoute, RouteRequest
from mtc.web.rate_limits import limit


def show(plugin: LoadedPlugin, asked: RouteRequest, answer: Page | Fragment) -> Response:
    """The page, or the fragment alone. The templates know `store`, and in a page `page` and `theme`."""
    values, template = values_of(plugin, asked, answer), template_of(plugin, answer.template)
    if isinstance(answer, Fragment):
        html = render_template(template, **{**values, "store": shop(current_store(), asked.path)})
        return make_response(html, answer.status)
    links = ({"label": label, "url": url} for label, url in answer.breadcrumbs)
    crumbs = [first_crumb(), *links, {"label": answer.title, "url": ""}]
    view = View("page", answer.title, robots="noindex", breadcrumbs=crumbs)
    values["plugin_template"] = template
    return view.respond(answer.status, main="storefront/plugin-page.html", values=values)


def limited(route: PluginRoute, view: Callable[..., Response]) -> Callable[..., Response]:
    """The view, with a limit to how often one address may have it write."""
    if route.method in SAFE_METHODS:
        return view

    @wraps(view)
    def counted(**places: Any) -> Response:
        limit("plugin-write", f"{request.url_rule}:{client_ip()}", 60, 60)
        return view(**places)

    return counted


def mount_plugin_pages(app: Flask) -> None:
    """Take the routes of plugins for stores' hosts."""
    plugin_surfaces(app)["storefront"] = PluginSurface("store", "/x/<plugin>", show, limited)
