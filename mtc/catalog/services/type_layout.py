"""Renaming fields: their paths, their values in products, and what a layout says of them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from mtc.core.fields import Field
from mtc.core.rules import fields_of, rename_fields

Renames = Mapping[str, str]
"""The dotted path of a field before, such as curriculum.title, and its new key."""


def new_path(path: str, renames: Renames) -> str:
    """The dotted path of a field after the renaming of it and of those around it."""
    before, after = "", []
    for part in path.split("."):
        before = f"{before}.{part}" if before else part
        after.append(renames.get(before, part))
    return ".".join(after)


def rename_values(values: Any, renames: Renames, parent: str = "") -> Any:
    """The values under the new keys; what stands under a key that another field takes over is left out."""
    if isinstance(values, list):
        return [rename_values(value, renames, parent) for value in values]
    if not isinstance(values, dict):
        return values
    paths = {key: f"{parent}.{key}" if parent else key for key in values}
    taken = targets(renames, parent)
    return {
        renames.get(path, key): rename_values(values[key], renames, path)
        for key, path in paths.items()
        if path in renames or key not in taken
    }


def targets(renames: Renames, parent: str = "") -> set[str]:
    """The new keys among the fields of one group (at the root: the parent is empty)."""
    return {new for old, new in renames.items() if old.rpartition(".")[0] == parent}


def paths_of(fields: tuple[Field, ...]) -> set[str]:
    """The dotted paths of all fields."""
    return {path for field in fields for path in (field.path, *paths_of(field.fields))}


def adapt_layout(layout: Mapping[str, Any], renames: Renames, fields: tuple[Field, ...]) -> dict[str, Any]:
    """The layout with the new names, and without what is said of fields that are no more."""
    keys, paths = {field.key for field in fields}, paths_of(fields)
    taken = targets(renames)

    def named(old: list[str]) -> list[str]:
        names = [renames.get(key, key) for key in old if key in renames or key not in taken]
        return [key for key in names if key in keys]

    adapted = dict(layout)
    if "tabs" in layout:
        adapted["tabs"] = [_tab(tab, named) for tab in layout["tabs"]]
    if "fields" in layout:
        hints = {new_path(path, renames): hint for path, hint in layout["fields"].items()}
        names = {path.rpartition(".")[2] for path in paths}
        adapted["fields"] = {
            path: _hint(hint, renames, names) for path, hint in hints.items() if path in paths
        }
    if "roles" in layout:
        roles = {renames.get(key, key): some for key, some in layout["roles"].items()}
        adapted["roles"] = {key: some for key, some in roles.items() if key in keys}
    return adapted


def _tab(tab: Mapping[str, Any], named: Any) -> dict[str, Any]:
    rest = {name: value for name, value in tab.items() if name not in ("groups", "fields")}
    if "groups" in tab:
        groups = [{**group, "fields": named(group.get("fields", []))} for group in tab["groups"]]
        return {**rest, "groups": groups}
    return {**rest, "fields": named(tab.get("fields", []))}


def _hint(hint: Mapping[str, Any], renames: Renames, keys: set[str]) -> dict[str, Any]:
    if "show_if" not in hint:
        return dict(hint)
    condition = rename_fields(hint["show_if"], renames)
    rest = {name: value for name, value in hint.items() if name != "show_if"}
    return {**rest, "show_if": condition} if fields_of(condition) <= keys else rest
