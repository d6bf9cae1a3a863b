"""Pages of plugins in the frame of the admin."""

from __future__ import annotations

from flask import Flask, make_response, render_template, request
from werkzeug.wrappers import Response

from mtc.admin.layout import frame
from mtc.middleware.contributions import PluginSurface, plugin_surfaces
from mtc.middleware.plugin_routes import template_of, values_of
from mtc.plugins.registry import LoadedPlugin
from mtc.web.plugin_views import Fragment, Page, RouteRequest


def show(plugin: LoadedPlugin, asked: RouteRequest, answer: Page | Fragment) -> Response:
    """The page, or the fragment alone. The templates know `shell`, as those of the admin do."""
    values, template = values_of(plugin, asked, answer), template_of(plugin, answer.template)
    if isinstance(answer, Fragment):
        values["shell"] = frame(plugin.manifest["name"], "")
        return make_response(render_template(template, **values), answer.status)
    crumbs = [{"label": label, "url": request.script_root + url} for label, url in answer.breadcrumbs]
    values["crumbs"] = [*crumbs, {"label": answer.title, "url": ""}] if crumbs else []
    values |= {"shell": frame(answer.title, ""), "plugin_template": template}
    return make_response(render_template("admin/plugin-page.html", **values), answer.status)


def mount_plugin_pages(app: Flask) -> None:
    """Take the routes of plugins for the admin."""
    plugin_surfaces(app)["admin"] = PluginSurface("platform", "/admin/<tenant>/x/<plugin>", show)
