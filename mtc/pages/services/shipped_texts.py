"""Texts that come with MTC, a theme or a plugin, in the language of the page."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from mtc.core.fields import FieldSet
from mtc.core.i18n import current_locale, retold
from mtc.core.i18n.locales import SOURCE

_TEXTS = ("text", "list", "group", "repeater")


def names_of_texts(fields: FieldSet) -> frozenset[str]:
    """The names of settings that hold free text, or a list or group that does."""
    return frozenset(field.key for field in fields.fields if field.kind in _TEXTS)


def in_locale(
    props: Mapping[str, Any], defaults: Mapping[str, Any], texts: frozenset[str]
) -> Mapping[str, Any]:
    """The settings of a component, with default texts that nobody changed in the running locale."""
    if current_locale() == SOURCE:
        return props
    translated = {
        name: retold_value(value)
        for name, value in props.items()
        if value and value == defaults.get(name) and name in texts
    }
    return {**props, **translated} if translated else props


def retold_value(value: Any) -> Any:
    """The texts in a value, in the running locale."""
    if isinstance(value, list):
        return [retold_value(part) for part in value]
    if isinstance(value, dict):
        return {name: retold_value(part) for name, part in value.items()}
    return retold(value) if isinstance(value, str) else value
