"""Visibility of widgets: conditions on the visitor, in the condition language."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from mtc.core import clock, rules
from mtc.core.context import Actor
from mtc.core.errors import ValidationError
from mtc.core.local_time import local

FIELDS = {
    "visitor.kind": "text",
    "visitor.logged_in": "boolean",
    "visitor.role": "text",
    "visitor.permissions": "list",
    "visitor.locale": "text",
    "now": "datetime",
}


@dataclass(frozen=True, slots=True)
class Visitor:
    """Variables of conditions about the visitor of a page."""

    kind: str = "anonymous"
    role: str = ""
    permissions: tuple[str, ...] = ()
    locale: str = "en"


def visitor_of(actor: Actor, locale: str = "en") -> Visitor:
    """Return the visitor that an actor is."""
    return Visitor(actor.kind, actor.role, tuple(sorted(actor.permissions)), locale)


def as_rule(conditions: Mapping[str, Any]) -> dict[str, Any]:
    """A rule in full; {"roles": […], "permissions": […], "logged_in": bool} is short for one."""
    short = {"roles", "permissions", "logged_in"}
    if not conditions or not set(conditions) <= short:
        return dict(conditions)
    parts: list[dict[str, Any]] = []
    if conditions.get("roles"):
        parts.append({"field": "visitor.role", "in": list(conditions["roles"])})
    if conditions.get("permissions"):
        parts.append({"field": "visitor.permissions", "overlaps": list(conditions["permissions"])})
    if "logged_in" in conditions:
        parts.append({"field": "visitor.logged_in", "eq": bool(conditions["logged_in"])})
    return {"all": parts} if parts else {}


def check_visibility(conditions: Mapping[str, Any]) -> dict[str, Any]:
    """The rule in its long form; raises ValidationError."""
    rule = as_rule(conditions)
    if rule:
        rules.validate(rule, FIELDS)
    return rule


def holds_for(conditions: Mapping[str, Any], visitor: Visitor) -> bool:
    """Return whether the visitor sees it; a rule that cannot be read hides."""
    facts = {
        "visitor": {
            "kind": visitor.kind,
            "logged_in": visitor.kind != "anonymous",
            "role": visitor.role,
            "permissions": list(visitor.permissions),
            "locale": visitor.locale,
        },
        "now": local(clock.now()),
    }
    try:
        return rules.evaluate(as_rule(conditions), facts)
    except ValidationError:
        return False


def depends_on_time(conditions: Mapping[str, Any]) -> bool:
    """Return whether the same visitor may see it now and not later."""
    try:
        return bool(conditions) and "now" in rules.fields_of(as_rule(conditions))
    except ValidationError:
        return False
