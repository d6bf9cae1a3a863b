"""Routes of plugins in the API: judged and described like MTC's own endpoints."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import Flask

from mtc.api.v1.endpoint import endpoint
from mtc.middleware.contributions import PluginSurface, plugin_surfaces
from mtc.web.plugin_views import PluginRoute


def judged(route: PluginRoute, view: Callable[..., Any]) -> Callable[..., Any]:
    """The view, which gets query and body as the schemas of its route demand."""
    return endpoint(route.answer or {}, query=route.query, body=route.body)(view)


def mount_plugin_routes(app: Flask) -> None:
    """Take the routes of plugins for programs."""
    base = "/api/v1/<tenant>/x/<plugin>"
    plugin_surfaces(app)["api"] = PluginSurface("platform", base, wrap=judged)
