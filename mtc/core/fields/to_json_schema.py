"""Turn a list of fields, as merchants write it, into the JSON Schema that the engine reads."""

import copy
from typing import Any

from mtc.core.errors import ValidationError
from mtc.core.i18n import Sentence, _l, shown

TYPES: dict[str, dict[str, Any]] = {
    "text": {"type": "string"},
    "string": {"type": "string"},
    "textarea": {"type": "string", "x-widget": "textarea"},
    "richtext": {"type": "string", "format": "richtext"},
    "code": {"type": "string", "format": "code"},
    "number": {"type": "number"},
    "integer": {"type": "integer"},
    "boolean": {"type": "boolean"},
    "switch": {"type": "boolean"},
    "select": {"type": "string"},
    "multiselect": {"type": "array", "uniqueItems": True},
    "list": {"type": "array", "items": {"type": "string"}},
    "date": {"type": "string", "format": "date"},
    "datetime": {"type": "string", "format": "date-time"},
    "url": {"type": "string", "format": "url"},
    "email": {"type": "string", "format": "email"},
    "link": {"type": "string", "format": "link"},
    "color": {"type": "string", "format": "color"},
    "icon": {"type": "string", "format": "icon"},
    "secret": {"type": "string", "format": "secret"},
    "image": {"type": "string", "format": "media-ref"},
    "media": {"type": "string", "format": "media-ref"},
    "product": {"type": "string", "format": "product-ref"},
    "collection": {"type": "string", "format": "collection-ref"},
    "page": {"type": "string", "format": "page-ref"},
    "group": {"type": "object"},
    "repeater": {"type": "array"},
}
MAX_NESTING = 30
RULES = {"min": "minimum", "max": "maximum", "step": "multipleOf"}
COPIED = {
    "help": "description", "unit": "x-unit", "placeholder": "x-placeholder", "show_if": "x-show-if",
    "number_format": "x-number-format", "widget": "x-widget",
}  # fmt: skip
FLAGS = {"filterable": (False, "x-filterable"), "show_on_card": (False, "x-show-on-card"),
         "searchable": (True, "x-searchable")}  # fmt: skip


def to_schema(definition: Any) -> dict[str, Any]:
    """The definition as JSON Schema with the order of its properties written down (`x-order`).

    Takes a list of fields, `{"fields": [...]}`, or a JSON Schema; the result is a copy and may still
    need `check`. Raises ValidationError when a list of fields cannot be read at all.
    """
    if isinstance(definition, list):
        definition = {"fields": shown(definition)}  # labels of ours in the running locale
    if not isinstance(definition, dict):
        raise ValidationError(_l("Describe the fields as a list or as a JSON Schema object."))
    if _too_deep(definition):
        raise ValidationError(_l("Nest the description of the fields less deeply."))
    if "fields" in definition and "properties" not in definition:
        return _object(definition["fields"], "fields")
    schema: dict[str, Any] = copy.deepcopy(definition)
    schema.setdefault("type", "object")
    schema.setdefault("properties", {})
    _remember_order(schema)
    return schema


def _too_deep(value: Any) -> bool:
    layer = [value]
    for _ in range(MAX_NESTING):
        layer = [
            part
            for item in layer
            if isinstance(item, dict | list)
            for part in (item.values() if isinstance(item, dict) else item)
        ]
    return bool(layer)


def _remember_order(schema: Any) -> None:
    # jsonb sorts the keys of an object, so the order must live in a list
    if not isinstance(schema, dict):
        return
    properties = schema.get("properties")
    if isinstance(properties, dict):
        schema.setdefault("x-order", list(properties))
        for part in properties.values():
            _remember_order(part)
    _remember_order(schema.get("items"))


def _object(fields: Any, path: str) -> dict[str, Any]:
    if not isinstance(fields, list):
        raise _wrong(path, _l("Give a list of fields."))
    properties: dict[str, Any] = {}
    required = []
    for index, field in enumerate(fields):
        here = f"{path}-{index}"
        if not isinstance(field, dict) or not isinstance(field.get("name"), str):
            raise _wrong(here, _l("Give each field a name and a type."))
        name = field["name"]
        if name in properties:
            raise _wrong(f"{here}-name", _l("Use each name only once."))
        properties[name] = _property(field, here)
        if field.get("required") is True:
            required.append(name)
    schema: dict[str, Any] = {"type": "object", "properties": properties, "x-order": list(properties)}
    return {**schema, "required": required} if required else schema


def _property(field: dict[str, Any], path: str) -> dict[str, Any]:
    kind = field.get("type", "text")
    if not isinstance(kind, str) or kind not in TYPES:
        raise _wrong(f"{path}-type", _l("Choose one of the known types."))
    schema = copy.deepcopy(TYPES[kind])
    schema["title"] = field.get("label") or field["name"].replace("_", " ").capitalize()
    for source, target in COPIED.items():
        if field.get(source) not in (None, ""):
            schema[target] = field[source]
    if field.get("default") is not None:
        schema["default"] = field["default"]
    for flag, (default, keyword) in FLAGS.items():
        if isinstance(field.get(flag), bool) and field[flag] is not default:
            schema[keyword] = field[flag]
    _apply_rules(schema, field.get("validation"), path)
    if kind in ("select", "multiselect"):
        _apply_options(schema, field, path)
    elif kind == "group":
        schema.update(_object(field.get("fields"), f"{path}-fields"))
    elif kind == "repeater":
        schema["items"] = _object(field.get("fields"), f"{path}-fields")
    if schema["type"] == "array" and field.get("required") is True:
        schema.setdefault("minItems", 1)
    return schema


def _apply_rules(schema: dict[str, Any], rules: Any, path: str) -> None:
    if rules is None:
        return
    if not isinstance(rules, dict):
        raise _wrong(f"{path}-validation", _l("Give the rules as an object."))
    for name, value in rules.items():
        if name == "integer":
            schema["type"] = "integer" if value is True and schema["type"] == "number" else schema["type"]
        elif value is not None:
            schema[RULES.get(str(name), str(name))] = value


def _apply_options(schema: dict[str, Any], field: dict[str, Any], path: str) -> None:
    options = field.get("options")
    if not isinstance(options, list) or not options:
        raise _wrong(f"{path}-options", _l("List at least one option."))
    values: list[str] = []
    labels: dict[str, str] = {}
    for index, option in enumerate(options):
        value = option.get("value") if isinstance(option, dict) else option
        if not isinstance(value, str):
            raise _wrong(f"{path}-options-{index}", _l("Give each option a text value."))
        values.append(value)
        labels[value] = str(option.get("label") or value) if isinstance(option, dict) else value
    target = schema.setdefault("items", {"type": "string"}) if schema["type"] == "array" else schema
    target.update({"enum": values, "x-enum-labels": labels})


def _wrong(path: str, message: Sentence) -> ValidationError:
    return ValidationError(_l("Correct the description of the fields."), details={path: [message]})
