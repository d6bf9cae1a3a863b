"""Where the routes of plugins are found: a map of addresses for each plugin, beside that of MTC.

Plugins are loaded after MTC's own routes, and may go again while the process runs; Flask's map can neither be
added to nor taken from then.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

from flask import Flask, request
from werkzeug.exceptions import HTTPException, NotFound
from werkzeug.routing import BuildError, Map, RequestRedirect, Rule

from mtc.web.site import site

_KEY = "mtc.plugin_rules"


@dataclass(frozen=True)
class PluginRules:
    """The routes of one plugin, as it is loaded, by the surface of their host."""

    owner: object
    store: Map = field(default_factory=lambda: Map(strict_slashes=False, merge_slashes=False))
    platform: Map = field(default_factory=lambda: Map(strict_slashes=False, merge_slashes=False))

    def rules(self) -> Iterator[Rule]:
        """Every rule."""
        yield from self.store.iter_rules()
        yield from self.platform.iter_rules()


def plugin_rules(app: Flask) -> dict[str, PluginRules]:
    """The routes of each plugin by its id."""
    rules: dict[str, PluginRules] = app.extensions.setdefault(_KEY, {})
    return rules


def add_rule(
    app: Flask,
    plugin: str,
    owner: object,
    surface: str,
    rule: str,
    method: str,
    endpoint: str,
    view: Callable[..., Any],
) -> None:
    """Add a route of the plugin; `surface` is that of its host, store or platform.

    Routes of an earlier `owner`, the plugin before it was loaded anew, go.
    """
    rules = plugin_rules(app).get(plugin)
    if rules is None or rules.owner is not owner:
        remove_rules(app, plugin)
        rules = plugin_rules(app)[plugin] = PluginRules(owner)
    getattr(rules, surface).add(Rule(rule, endpoint=endpoint, methods=[method]))
    view.__dict__["mtc_surfaces"] = (surface,)
    app.view_functions[endpoint] = view


def remove_rules(app: Flask, plugin: str) -> None:
    """Take out the routes of the plugin."""
    rules = plugin_rules(app).pop(plugin, None)
    for rule in rules.rules() if rules is not None else ():
        app.view_functions.pop(rule.endpoint, None)


def all_rules(app: Flask) -> list[Rule]:
    """The routes of all plugins."""
    return [rule for rules in plugin_rules(app).values() for rule in rules.rules()]


def find_plugin_rule(app: Flask) -> None:
    """Let the request lead to a plugin's route where MTC has none at its address.

    A method that the address does not have is an unknown address too: nobody learns what a plugin that is off
    would answer.
    """
    current = request.environ.get("mtc.site")
    if current is None or not isinstance(request.routing_exception, NotFound):
        return
    rules = plugin_rules(app).get(_plugin_of(current.surface, request.path.split("/")))
    if rules is None:
        return
    adapter = getattr(rules, site().surface).bind("")
    try:
        rule, values = adapter.match(request.path, method=request.method, return_rule=True)
    except (HTTPException, RequestRedirect):
        return
    request.routing_exception, request.url_rule, request.view_args = None, rule, values


def _plugin_of(surface: str, parts: list[str]) -> str:
    """The id of the plugin in an address; empty where there is none."""
    match (surface, *parts):
        case ("store", "", "x", plugin, *_):
            return str(plugin)
        case ("platform", "", "api", "v1", _, "x", plugin, *_):
            return str(plugin)
        case ("platform", "", "admin", _, "x", plugin, *_):
            return str(plugin)
        case ("platform", "", "api", _, "plugins", plugin, *_):
            return str(plugin)
    return ""


def build_address(app: Flask, error: Exception, endpoint: str, values: dict[str, Any]) -> str:
    """The address of a plugin's route, for `url_for`; raises the error where there is none."""
    rules = plugin_rules(app).get(endpoint.partition(".")[2].partition(".")[0])
    given = {name: value for name, value in values.items() if not name.startswith("_")}
    for addresses in (rules.store, rules.platform) if rules is not None else ():
        try:
            return addresses.bind("").build(endpoint, given)
        except BuildError:
            continue
    raise error
