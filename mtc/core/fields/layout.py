"""Judge ui_config: tabs, groups and hints may only speak of fields that exist."""

from collections.abc import Iterator, Mapping
from typing import Any

from mtc.core.fields.cleaning import join
from mtc.core.fields.conditions import problems as condition_problems
from mtc.core.fields.conditions import variable_type
from mtc.core.fields.describe import Field, widgets_for
from mtc.core.i18n import Sentence, _l

_TEXTS = ("help", "unit", "placeholder", "item_title")
_FLAGS = ("responsive", "inline")
_HINTS = {"widget", "show_if", "roles", *_TEXTS, *_FLAGS}


def layout_problems(fields: tuple[Field, ...], ui_config: Any) -> Iterator[tuple[str, Sentence]]:
    """Return the faults of a ui_config for these fields, with the path of each."""
    if not isinstance(ui_config, dict):
        yield "", _l("Give the layout as an object.")
        return
    keys = frozenset(field.key for field in fields)
    yield from _tabs(ui_config.get("tabs", []), keys)
    hints = ui_config.get("fields", {})
    if not isinstance(hints, dict):
        yield "fields", _l("Give an object of fields and their hints.")
        return
    described = dict(_every(fields, _variables(fields)))
    for path, hint in hints.items():
        if path not in described or not isinstance(hint, dict):
            yield join("fields", str(path)[:80]), _l("Give hints, as an object, for a field that exists.")
        else:
            yield from _hint(hint, *described[path], join("fields", path))
    roles = ui_config.get("roles", {})
    if not isinstance(roles, dict) or not all(key in keys and _texts(value) for key, value in roles.items()):
        yield "roles", _l("Give an object of fields and the roles that may change them.")


def _every(
    fields: tuple[Field, ...], scope: Mapping[str, str]
) -> Iterator[tuple[str, tuple[Field, Mapping[str, str]]]]:
    for field in fields:
        yield field.path, (field, scope)
        yield from _every(field.fields, {**scope, **_variables(field.fields)})


def _variables(fields: tuple[Field, ...]) -> dict[str, str]:
    return {field.key: variable_type(field.schema) for field in fields}


def _tabs(tabs: Any, keys: frozenset[str]) -> Iterator[tuple[str, Sentence]]:
    if not isinstance(tabs, list):
        yield "tabs", _l("Give a list of tabs.")
        return
    for index, tab in enumerate(tabs):
        path = join("tabs", index)
        if not isinstance(tab, dict) or not isinstance(tab.get("label", ""), str):
            yield path, _l("Give each tab a label and groups or fields.")
            continue
        groups = tab.get("groups", [{"fields": tab.get("fields", [])}])
        if not isinstance(groups, list):
            yield join(path, "groups"), _l("Give a list of groups.")
            continue
        for number, group in enumerate(groups):
            named = group.get("fields") if isinstance(group, dict) else None
            fits = isinstance(named, list) and _texts(named) and keys.issuperset(named)
            if not fits or not isinstance(group.get("label", ""), str):
                yield (
                    join(path, f"groups-{number}"),
                    _l("Give each group a label and a list of fields that exist."),
                )


def _hint(
    hint: dict[str, Any], field: Field, scope: Mapping[str, str], path: str
) -> Iterator[tuple[str, Sentence]]:
    for word in hint:
        if word not in _HINTS:
            yield path, _l("Hints are %(list)s.", list=", ".join(sorted(_HINTS)))
            return
    for word in _TEXTS:
        if not isinstance(hint.get(word, ""), str):
            yield join(path, word), _l("Use a text.")
    for word in _FLAGS:
        if not isinstance(hint.get(word, False), bool):
            yield join(path, word), _l("Use true or false.")
    if "widget" in hint and hint["widget"] not in widgets_for(field.kind):
        yield join(path, "widget"), _l("Choose one of %(list)s.", list=", ".join(widgets_for(field.kind)))
    if "show_if" in hint:
        for message in condition_problems(hint["show_if"], scope):
            yield join(path, "show_if"), message
    if not _texts(hint.get("roles", [])):
        yield join(path, "roles"), _l("Give a list of roles.")


def _texts(value: Any) -> bool:
    return isinstance(value, list) and all(isinstance(item, str) for item in value)
