"""Addresses of rules: with one's own values, with the other's, and with some that lead nowhere."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any
from uuid import uuid4

from flask import Flask
from werkzeug.routing import Rule
from werkzeug.test import TestResponse

from mtc.web.plugin_rules import all_rules

GATES = {401, 403, 404}
METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE", "TRACE")


def address(rule: Rule, values: dict[str, str]) -> str:
    """The address of a rule with these texts in its places, as they are."""
    parts = [values[text] if dynamic else text.lstrip("|") for dynamic, text in rule._trace]
    return "".join(parts)


def surfaces(app: Flask, rule: Rule) -> tuple[str, ...]:
    """Return the surfaces of the rule: stores' hosts, the platform's, or both."""
    view = app.view_functions[rule.endpoint]
    blueprint = app.blueprints.get(rule.endpoint.rpartition(".")[0])
    declared = getattr(view, "mtc_surfaces", None) or getattr(blueprint, "mtc_surfaces", None)
    return tuple(declared or ("store", "platform"))


def methods_at(app: Flask, rule: Rule) -> set[str]:
    """The methods that there are at the address of a rule, whichever rules have them."""
    every = [*app.url_map.iter_rules(), *all_rules(app)]
    return {method for other in every if other.rule == rule.rule for method in other.methods or ()}


def absent(rule: Rule, name: str) -> str:
    """A value for one place that leads nowhere for anybody."""
    converter = type(rule._converters[name]).__name__
    return {"UUIDConverter": str(uuid4()), "IntegerConverter": "4999"}.get(converter, "nowhere-at-all")


def swapped(
    rule: Rule, mine: dict[str, str], theirs: dict[str, str]
) -> Iterator[tuple[str, dict[str, str], dict[str, str]]]:
    """For each place and for all: (what, values with the other's in it, the same with some of nobody's)."""
    differ = [name for name in sorted(rule.arguments) if mine[name] != theirs[name]]
    for name in differ:
        yield name, {**mine, name: theirs[name]}, {**mine, name: absent(rule, name)}
    if len(differ) > 1:
        nowhere = {name: absent(rule, name) for name in differ}
        yield "+".join(differ), {**mine, **theirs}, {**mine, **nowhere}


def missing_places(rules: list[Rule], places: dict[str, dict[str, str]]) -> set[str]:
    """The endpoints whose rules have a place for which there is no value."""
    return {rule.endpoint for rule in rules if not rule.arguments <= set(places.get(rule.endpoint, ()))}


def refused(answer: TestResponse) -> bool:
    """Return whether nobody was let in: by a status that says so, or a redirect to the log-in page."""
    to_log_in = answer.status_code == 302 and "/login?next=" in answer.headers.get("Location", "")
    return answer.status_code in GATES or to_log_in


def nowhere_like(value: Any) -> Any:
    """A value of the same shape that belongs to nobody."""
    if isinstance(value, dict):
        return {name: nowhere_like(item) for name, item in value.items()}
    if isinstance(value, list):
        return [nowhere_like(item) for item in value]
    if not isinstance(value, str):
        return value
    if len(value) == 36 and value.count("-") == 4:
        return "0d0d0d0d-0d0d-7d0d-8d0d-0d0d0d0d0d0d"
    return f"nobody@{value.partition('@')[2]}.invalid" if "@" in value else f"{value}0"
