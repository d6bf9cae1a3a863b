"""The routes of plugins for the enumerator: what leads somewhere at a tenant, and what is open to all."""

from __future__ import annotations

from flask import Flask
from werkzeug.routing import Rule

from mtc.web.access import access_of
from mtc.web.plugin_rules import all_rules, plugin_rules

_VALUES = {
    "UUIDConverter": "0d0d0d0d-0d0d-7d0d-8d0d-0d0d0d0d0d0d",
    "IntegerConverter": "1",
    "FloatConverter": "1.5",
}


def plugin_places(app: Flask, tenant: str) -> dict[str, dict[str, str]]:
    """Values of the places in the addresses of plugins, where a plugin's own test gives none."""
    return {rule.endpoint: _places(rule, tenant) for rule in all_rules(app) if rule.arguments}


def _places(rule: Rule, tenant: str) -> dict[str, str]:
    values = {name: _VALUES.get(type(rule._converters[name]).__name__, "one") for name in rule.arguments}
    return {**values, "tenant": tenant} if "tenant" in rule.arguments else values


def open_to_all(app: Flask) -> dict[tuple[str, str], str]:
    """The public routes of plugins on the platform's host: they show to everyone what they show."""
    return {
        ("platform", rule.endpoint): "a public call of a plugin of any store"
        for rules in plugin_rules(app).values()
        for rule in rules.platform.iter_rules()
        if (access := access_of(app.view_functions[rule.endpoint])) is not None and access.kind == "public"
    }


def scopes_of_plugins(app: Flask) -> list[str]:
    """The permissions that the API's routes of plugins ask for."""
    declared = [access_of(app.view_functions[rule.endpoint]) for rule in all_rules(app)]
    return sorted(
        {access.permission for access in declared if access is not None and access.kind == "program"}
    )
