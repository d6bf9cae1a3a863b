"""The contribution point of routes: views in modules of a plugin, for each surface that takes them."""

from __future__ import annotations

import importlib
import inspect
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from typing import Any

from flask import Flask
from jsonschema import Draft202012Validator
from jsonschema.exceptions import SchemaError
from werkzeug.routing import Map, Rule

from mtc.core.permissions import permissions
from mtc.core.registry import registering
from mtc.middleware.plugin_routes import Show, view_of
from mtc.plugins.errors import PluginError
from mtc.plugins.registry import ContributionPoint, LoadedPlugin, contribution_points
from mtc.web.access import Access, access_of
from mtc.web.plugin_rules import add_rule
from mtc.web.plugin_views import PluginRoute

View = Callable[..., Any]
_RESERVED = {"ctx", "request", "tenant", "query", "body"}
_HOW = {
    "storefront": "@public() or @customer_only()",
    "admin": '@requires("<permission>")',
    "api": '@scope("<permission>")',
}


@dataclass(frozen=True, slots=True)
class PluginSurface:
    """Address, pages and wrapping of the routes that a surface takes from plugins.

    `host` is the surface of the host, store or platform; `base` the address of the routes of one plugin;
    `show` renders pages; `wrap` puts around a view what the surface's own views have.
    """

    host: str
    base: str
    show: Show | None = None
    wrap: Callable[[PluginRoute, View], View] = lambda _route, view: view


def plugin_surfaces(app: Flask) -> dict[str, PluginSurface]:
    """The surfaces that take routes of plugins, by the name that plugin.json has for them."""
    surfaces: dict[str, PluginSurface] = app.extensions.setdefault("mtc.plugin_surfaces", {})
    return surfaces


def _views(plugin: LoadedPlugin, surface: str) -> Iterator[tuple[str, View, PluginRoute]]:
    """Yield name, function and address of each view in the module that the plugin names for the surface."""
    dotted = plugin.manifest.get("routes", {}).get(surface)
    if dotted is None:
        return
    with registering(plugin.slug):
        try:
            module = importlib.import_module(f"{plugin.package}.{dotted}")
        except ImportError as error:
            raise PluginError(f"{plugin.slug}: routes, {surface}: {error}.") from error
    for name, function in vars(module).items():
        route = getattr(function, "mtc_route", None)
        if isinstance(route, PluginRoute):
            yield name, function, route


def _check(plugin: LoadedPlugin) -> None:
    for surface in plugin.manifest.get("routes", {}):
        views = list(_views(plugin, surface))
        if not views:
            raise PluginError(f"{plugin.slug}: routes, {surface}: its module has no view.")
        for name, function, route in views:
            if sentence := _problem(surface, function, route, access_of(function)):
                raise PluginError(f"{plugin.slug}: routes, {surface}, {name}: {sentence}")


def _problem(surface: str, function: View, route: PluginRoute, access: Access | None) -> str:
    """Return the error of a view; empty for none."""
    kinds = {"storefront": ("public", "customer"), "admin": ("staff",), "api": ("program",)}[surface]
    if access is None or access.kind not in kinds:
        return f"say who may use it, with {_HOW[surface]} below its address."
    if access.permission and permissions.find_any(access.permission) is None:
        return f"{access.permission} is not a declared permission."
    if surface != "storefront" and route.method != "GET" and not hasattr(function, "mtc_audited"):
        return 'say what the audit log tells of it, with @audited("Gave points").'
    if surface != "api" and (route.query, route.body, route.answer) != (None, None, None):
        return "schemas are for routes of the API."
    for schema in (route.query, route.body, route.answer):
        try:
            Draft202012Validator.check_schema(schema or {})
        except SchemaError as error:
            return f"a schema is wrong ({error.message[:200]})."
    if any(schema is not None and "properties" not in schema for schema in (route.query, route.body)):
        return "query and body are schemas of objects with properties."
    return _problem_of_address(function, route)


def _problem_of_address(function: View, route: PluginRoute) -> str:
    if not route.path.startswith("/") or "//" in route.path:
        return f"its address must begin with one slash, not be {route.path!r}."
    try:
        rule = Rule(route.path, endpoint="view")
        Map([rule])
    except (ValueError, LookupError) as error:
        return f"its address is wrong ({error})."
    if rule.arguments & _RESERVED:
        return f"no part of its address may be called {', '.join(sorted(_RESERVED))}."
    names = list(inspect.signature(function).parameters)
    if names[:2] != ["ctx", "request"] or set(names[2:]) != rule.arguments:
        return "its parameters must be ctx, request and the parts of its address."
    return ""


def _mount(app: Flask, plugin: LoadedPlugin) -> None:
    for name in plugin.manifest["routes"]:
        surface = plugin_surfaces(app)[name]
        base = surface.base.replace("<plugin>", plugin.slug)
        for view_name, function, route in _views(plugin, name):
            view = surface.wrap(route, view_of(plugin, function, base, surface.show))
            if route.method == "GET":
                view.__dict__["mtc_access"] = replace(view.__dict__["mtc_access"], idempotent=False)
            endpoint = f"plugin.{plugin.slug}.{name}.{view_name}"
            rule = base + route.path.rstrip("/")
            add_rule(app, plugin.slug, plugin.module, surface.host, rule, route.method, endpoint, view)


_MODULE = {"type": "string", "pattern": r"^[a-z_][a-z0-9_]*(\.[a-z_][a-z0-9_]*)*$", "maxLength": 100}

contribution_points.register(
    "routes",
    ContributionPoint(
        {
            "type": "object",
            "minProperties": 1,
            "additionalProperties": False,
            "properties": {"storefront": _MODULE, "admin": _MODULE, "api": _MODULE},
        },
        "Write an object with the modules of its views: `storefront`, `admin`, `api`.",
        _check,
        _mount,
    ),
)
