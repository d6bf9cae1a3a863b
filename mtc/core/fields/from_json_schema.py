"""Turn a JSON Schema of fields back into the list that people edit: the inverse of `to_schema`."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from mtc.core.fields.to_json_schema import COPIED, FLAGS, RULES, TYPES

_BY_FORMAT = {
    schema["format"]: name for name, schema in reversed(TYPES.items()) if "format" in schema
}  # fmt: skip
_SOURCES = {target: source for source, target in COPIED.items()}
_FLAGS = {keyword: (flag, default) for flag, (default, keyword) in FLAGS.items()}
_LIMITS = {target: source for source, target in RULES.items()}
_ITEM = {"type", "enum", "x-enum-labels"}
_DONE = {"type", "title", "default", "x-order", "properties", "required", "additionalProperties"}


def to_definition(schema: Mapping[str, Any]) -> list[dict[str, Any]]:
    """The fields of an object schema that `check` accepted, in their order, as `to_schema` reads them."""
    properties = schema.get("properties", {})
    order = [key for key in schema.get("x-order", []) if key in properties]
    order += [key for key in properties if key not in order]
    required = schema.get("required", [])
    return [_field(key, properties[key], key in required) for key in order]


def type_of(schema: Mapping[str, Any]) -> str:
    """The name of the field type of a property, such as select or repeater."""
    kind = schema.get("type")
    if kind == "object":
        return "group"
    if kind == "array":
        items = schema.get("items", {})
        if items.get("type") == "object":
            return "repeater"
        return "multiselect" if "enum" in items else "list"
    if kind != "string":
        return str(kind)
    if "enum" in schema:
        return "select"
    if schema.get("x-widget") == "textarea" and "format" not in schema:
        return "textarea"
    return _BY_FORMAT.get(schema.get("format"), "text")


def _field(name: str, schema: Mapping[str, Any], required: bool) -> dict[str, Any]:
    kind = type_of(schema)
    field: dict[str, Any] = {"name": name, "type": kind, "label": schema.get("title", "")}
    if required:
        field["required"] = True
    if "default" in schema:
        field["default"] = schema["default"]
    inner = schema.get("items", {}) if kind in ("multiselect", "repeater") else schema
    if kind in ("select", "multiselect"):
        labels = inner.get("x-enum-labels", {})
        field["options"] = [
            {"value": choice, "label": labels.get(choice, choice)} for choice in inner["enum"]
        ]
    elif kind in ("group", "repeater"):
        field["fields"] = to_definition(inner)
    rules: dict[str, Any] = {}
    for keyword, value in schema.items():
        if keyword in _SOURCES:
            if (kind, keyword) != ("textarea", "x-widget"):
                field[_SOURCES[keyword]] = value
        elif keyword in _FLAGS:
            flag, default = _FLAGS[keyword]
            if value is not default:
                field[flag] = value
        elif not _implied(kind, keyword, value, required):
            rules[_LIMITS.get(keyword, keyword)] = value
    if rules:
        field["validation"] = rules
    return field


def _implied(kind: str, keyword: str, value: Any, required: bool) -> bool:
    """Return whether the type, or what was read before, says this already."""
    if keyword in _DONE or TYPES[kind].get(keyword) == value:
        return True
    if kind in ("select", "group") and keyword in ("enum", "x-enum-labels"):
        return True
    if keyword == "items":
        return kind == "repeater" or not set(value) - _ITEM
    return keyword == "minItems" and value == 1 and required
