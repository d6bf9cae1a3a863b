"""Running tests that were written for a plugin outside of the tree: by the scaffold, in the documentation."""

from __future__ import annotations

import inspect
from functools import partial
from typing import Any

from flask import Flask, current_app
from werkzeug.routing import Rule

from mtc.testing.matrix import all_leaks
from mtc.testing.plugin_fixtures import ask_everywhere, models_of
from mtc.testing.two_tenants import make_two
from tests.factories.tenants import make_world
from tests.isolation.sides import enumerating


def run_tests(source: str) -> list[str]:
    """Run the test functions of a text, each with tenants of its own; returns their names."""
    space: dict[str, Any] = {"__name__": "written"}
    exec(compile(source, "written", "exec"), space)
    names = [name for name in space if name.startswith("test_")]
    for name in names:
        given = {fixture: _given(name, fixture) for fixture in inspect.signature(space[name]).parameters}
        space[name](**given)
    return names


def shop_rules(app: Flask) -> list[Rule]:
    """The routes of a shop without those that only show things: enough to see what a plugin does."""
    return [
        rule
        for rule in app.url_map.iter_rules()
        if rule.endpoint.startswith("storefront.") and ("POST" in (rule.methods or ()) or rule.arguments)
    ]


def _given(test: str, fixture: str) -> Any:
    if fixture == "ports":
        return current_app.extensions["mtc.ports"]
    if fixture == "statement_leaks":
        return lambda plugin: all_leaks(make_two(), models_of(plugin))
    if fixture == "route_leaks":
        app: Any = current_app
        site = app._get_current_object()
        return partial(ask_everywhere, site, enumerating, rules=shop_rules(site))
    assert fixture in {"tenant", "other_tenant"}, fixture
    return make_world(f"{test}_{fixture}".replace("_", "-")[-60:].strip("-"), "Acme")
