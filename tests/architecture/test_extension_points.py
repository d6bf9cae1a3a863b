"""What plugins can add to is a registry with owners, and types are listed in no other place."""

from __future__ import annotations

import ast
import re
from importlib import import_module
from pathlib import Path
from typing import Any

from flask import Flask

from mtc.core.registry import CORE, Entry, Registry, _registries
from mtc.delivery.types import kinds as delivery_kinds
from mtc.payments.types import gateways
from mtc.plugins.services.loader import loaded
from mtc.pricing.registry import kinds as pricing_kinds
from tests.architecture.tree import name_of, python_files, tree_of

# What one domain of the core asks of another one; no offer to plugins.
INTERNAL = {
    "pricer": "the domain of pricing answers the catalogue",
    "price in SQL": "the domain of pricing answers the catalogue",
    "delivery check": "the domain of delivery answers the catalogue",
    "line details": "the domain of delivery answers orders",
    "kind of reference": "domains answer pages",
    "mail secret": "domains answer mail",
    "event": "classes register themselves; plugins follow them in hooks",
    "entry of the navigation of the platform": "tenants' plugins add nothing to the platform's own pages",
    "contribution point": "parts of plugin.json, each with a page in docs/plugins/",
    "data of plugins": "what parts of MTC keep for plugins: counted, exported and deleted by MTC",
    "section of the admin's navigation": "belongs to the menu: docs tell how to add one",
}
# Lists of classes or of things made from one class that are no list of types.
NO_TYPES = {
    "mtc/core/connection_errors.py": "errors of drivers",
    "mtc/identity/services/passkeys.py": "errors of a library",
    "mtc/core/fields/formats.py": "the formats of the field language, the same in all stores",
    "mtc/core/rules/language.py": "the operators of a language, which is the same in all stores",
    "mtc/demo/artwork/covers_games.py": "pictures of the demo stores",
    "mtc/notifications/services/preferences.py": "what staff choose mails by, kept for each of them",
}


def documented(root: Path) -> dict[str, Any]:
    """The extension points of docs/plugins/contributions.md by their names."""
    page = (root / "docs" / "plugins" / "contributions.md").read_text()
    section = page.split("\n## ")[0]
    rows = re.findall(r"^\| ([^|]+) \| `([^`]+)` \|", section, re.M)
    return {name: thing_at(path) for name, path in rows}


def thing_at(path: str) -> Any:
    """What stands at a dotted name; the last parts may be attributes of an object in a module."""
    parts = path.split(".")
    for length in range(len(parts) - 1, 0, -1):
        try:
            found = import_module(".".join(parts[:length]))
        except ModuleNotFoundError:
            continue
        for part in parts[length:]:
            found = getattr(found, part)
        return found
    raise AssertionError(path)


def test_each_documented_point_is_a_registry_with_owners(app: Flask, root: Path) -> None:
    points = documented(root)
    assert len(points) == 13
    for name, point in points.items():
        assert isinstance(point, Registry), name
        assert {one.owner for one in point.entries.values()} <= {CORE, *loaded(app)}, name
        assert any(one.owner == CORE for one in point.entries.values()), f"{name}: the core uses none"


def test_each_registry_is_documented_or_internal(app: Flask, root: Path) -> None:
    known = {id(point) for point in documented(root).values()}
    ours = [one for one in _registries if any(map(_is_ours, one.entries.values()))]
    assert {one.label for one in ours if id(one) not in known} == set(INTERNAL)


def _is_ours(entry: Entry[Any]) -> bool:
    """Whether it comes from the program: tests make registries of their own."""
    return str(getattr(entry.value, "__module__", "")).startswith("mtc.")


def test_types_are_listed_in_their_registry_alone(app: Flask) -> None:
    types = (gateways, delivery_kinds, pricing_kinds)
    names = [{name for name in one.entries if one.owner_of(name) == CORE} for one in types]
    found: list[str] = []
    for path in python_files("mtc"):
        if "types" in path.parts:
            continue
        for named, parts in map(listed, tree_of(path).body):
            words = {one.value for one in named if isinstance(one, ast.Constant)}
            if any(len(words & known) > 1 for known in names) or (parts[1:] and all(map(makes_one, parts))):
                found.append(name_of(path))
    assert sorted(found) == sorted(NO_TYPES)


def listed(node: ast.stmt) -> tuple[list[ast.expr], list[ast.expr]]:
    """What a dict, list or set that a module keeps is named by, and what is in it."""
    value = node.value if isinstance(node, ast.Assign | ast.AnnAssign) else None
    if isinstance(value, ast.Dict):
        return [one for one in value.keys if one is not None], value.values
    if isinstance(value, ast.List | ast.Tuple | ast.Set):
        return value.elts, value.elts
    return [], []


def makes_one(node: ast.expr) -> bool:
    """Whether it is a class, or an object that is made of one."""
    called = node.func if isinstance(node, ast.Call) else node
    name = called.attr if isinstance(called, ast.Attribute) else getattr(called, "id", "")
    return name[:1].isupper() and any(letter.islower() for letter in name)
