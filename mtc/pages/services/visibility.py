"""Who sees a widget: conditions on the visitor, in the condition language."""

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
    """What conditions may ask about who looks at a page."""

    kind: str = "anonymous"
    role: str = ""
    permissions: tuple[str, ...] = ()
    locale: str = "en"


def visitor_of(actor: Actor, locale: str = "en") -> Visitor:
    """The visitor that an actor is."""
    return Visitor(actor.kind, actor.role, tuple(sorted(actor.permissions)), locale)


def as_rule(given: Mapping[str, Any]) -> dict[str, Any]:
    """A rule in full; {"roles": […], "permissions": […], "logged_in": bool} is short for one."""
    short = {"roles", "permissions", "logged_in"}
    if not given or not set(given) <= short:
        return dict(given)
    parts: list[dict[str, Any]] = []
    if given.get("roles"):
        parts.append({"field": "visitor.role", "in": list(given["roles"])})
    if given.get("permissions"):
        parts.append({"field": "visitor.permissions", "overlaps": list(given["permissions"])})
    if "logged_in" in given:
        parts.append({"field": "visitor.logged_in", "eq": bool(given["logged_in"])})
    return {"all": parts} if parts else {}


def check_visibility(given: Mapping[str, Any]) -> dict[str, Any]:
    """The rule in its long form; raises ValidationError."""
    rule = as_rule(given)
    if rule:
        rules.validate(rule, FIELDS)
    return rule


def holds_for(given: Mapping[str, Any], visitor: Visitor) -> bool:
    """Whether the visitor sees it; a rule that cannot be read hides."""
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
        return rules.evaluate(as_rule(given), facts)
    except ValidationError:
        return False


def depends_on_time(given: Mapping[str, Any]) -> bool:
    """Whether the same visitor may see it now and not later."""
    try:
        return bool(given) and "now" in rules.fields_of(as_rule(given))
    except ValidationError:
        return False
