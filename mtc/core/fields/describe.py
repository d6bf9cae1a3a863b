"""Typed descriptions of the fields of a schema, in the order in which people see them."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

_PLACEHOLDER = re.compile(r"\{([a-z][a-z0-9_]*)\}")

# the first widget of a kind is what it gets when nobody asks for another
WIDGETS: dict[str, tuple[str, ...]] = {
    "text": ("text", "textarea"),
    "choice": ("segmented", "select"),
    "number": ("number", "range"),
    "boolean": ("switch",),
    "choices": ("checkboxes",),
    "list": ("lines",),
    "group": ("group",),
    "repeater": ("repeater",),
    "date": ("date",),
    "date-time": ("datetime",),
    "color": ("color",),
    "token-ref": ("token",),
    "spacing": ("spacing",),
    "richtext": ("richtext",),
    "code": ("code",),
    "secret": ("password",),
    "link": ("link",),
    "url": ("url",),
    "email": ("email",),
    "icon": ("icon",),
    "slug": ("text",),
}
PICKER = ("picker",)
SEGMENTED_LIMIT = 5


@dataclass(frozen=True, slots=True)
class Option:
    """One value that may be chosen, and the words for it."""

    value: str | int | float
    label: str


@dataclass(frozen=True, slots=True)
class Field:
    """One setting: what it is called, what it accepts, how it is shown.

    `key` is the name in its object, `path` the dotted name from the root (`slides.title`); `kind` is
    one of text, number, boolean, choice, choices, list, group, repeater or a format's name; `fields`
    are the parts of a group or of each entry of a repeater. `number_format` is plain (no thousands
    separator), grouped, or empty: then `values.number_text` decides. Values of a field that is not
    `searchable` stay out of the search index.
    """

    key: str
    path: str
    label: str
    type: str
    kind: str
    widget: str
    schema: Mapping[str, Any]
    format: str | None = None
    required: bool = False
    default: Any = None
    options: tuple[Option, ...] = ()
    help: str = ""
    filterable: bool = False
    show_on_card: bool = False
    searchable: bool = True
    unit: str = ""
    number_format: str = ""
    placeholder: str = ""
    show_if: Mapping[str, Any] | None = None
    roles: tuple[str, ...] = ()
    responsive: bool = False
    inline: bool = False
    item_title: str = ""
    fields: tuple["Field", ...] = field(default=())

    @property
    def minimum(self) -> float | None:
        return self.schema.get("minimum")

    @property
    def maximum(self) -> float | None:
        return self.schema.get("maximum")

    @property
    def step(self) -> float | None:
        return self.schema.get("multipleOf", 1 if self.type == "integer" else None)

    @property
    def min_length(self) -> int | None:
        return self.schema.get("minLength")

    @property
    def max_length(self) -> int | None:
        return self.schema.get("maxLength")

    @property
    def min_items(self) -> int | None:
        return self.schema.get("minItems")

    @property
    def max_items(self) -> int | None:
        return self.schema.get("maxItems")

    def label_of(self, value: Any) -> str:
        """The words for a value that is among the options, else the value as text."""
        for option in self.options:
            if type(option.value) is type(value) and option.value == value:
                return option.label
        return str(value)

    def title_of(self, values: Mapping[str, Any], index: int) -> str:
        """The heading of one entry of a repeater: its item_title filled in, or "Slides 1"."""
        title = _PLACEHOLDER.sub(lambda match: str(values.get(match[1]) or ""), self.item_title).strip()
        return title or f"{self.label} {index + 1}"


def describe(schema: Mapping[str, Any], hints: Mapping[str, Any], parent: str = "") -> tuple[Field, ...]:
    """The fields of an object schema that `check` accepted; hints are `ui_config["fields"]`, by path."""
    properties = schema.get("properties", {})
    order = [key for key in schema.get("x-order", []) if key in properties]
    order += [key for key in properties if key not in order]
    required = schema.get("required", [])
    return tuple(_field(key, properties[key], key in required, hints, parent) for key in order)


def kind_of(schema: Mapping[str, Any]) -> str:
    """Return the kind of field that a property schema describes."""
    kind = schema.get("type")
    if kind in ("boolean", "object"):
        return "group" if kind == "object" else "boolean"
    if kind == "array":
        items = schema.get("items", {})
        if items.get("type") == "object":
            return "repeater"
        return "choices" if "enum" in items else "list"
    if "enum" in schema:
        return "choice"
    return "number" if kind in ("integer", "number") else str(schema.get("format", "text"))


def widgets_for(kind: str) -> tuple[str, ...]:
    """The widgets that may show a kind; the first is the default."""
    return WIDGETS.get(kind, PICKER)


def _field(
    key: str, schema: Mapping[str, Any], required: bool, hints: Mapping[str, Any], parent: str
) -> Field:
    path = f"{parent}.{key}" if parent else key
    hint = hints.get(path, {})
    kind = kind_of(schema)
    return Field(
        key=key,
        path=path,
        label=schema.get("title") or key.replace("_", " ").capitalize(),
        type=schema["type"],
        kind=kind,
        widget=_widget(kind, schema, hint),
        schema=schema,
        format=schema.get("format") or schema.get("items", {}).get("format"),
        required=required,
        default=schema.get("default"),
        options=_options(schema),
        help=hint.get("help") or schema.get("description", ""),
        filterable=schema.get("x-filterable", False),
        show_on_card=schema.get("x-show-on-card", False),
        searchable=schema.get("x-searchable", True),
        unit=hint.get("unit") or schema.get("x-unit", ""),
        number_format=schema.get("x-number-format", ""),
        placeholder=hint.get("placeholder") or schema.get("x-placeholder", ""),
        show_if=hint.get("show_if") or schema.get("x-show-if"),
        roles=tuple(hint.get("roles", ())),
        responsive=hint.get("responsive", False),
        inline=hint.get("inline", False),
        item_title=hint.get("item_title", ""),
        fields=_parts(kind, schema, hints, path),
    )


def _parts(kind: str, schema: Mapping[str, Any], hints: Mapping[str, Any], path: str) -> tuple[Field, ...]:
    if kind == "group":
        return describe(schema, hints, path)
    return describe(schema["items"], hints, path) if kind == "repeater" else ()


def _widget(kind: str, schema: Mapping[str, Any], hint: Mapping[str, Any]) -> str:
    allowed = widgets_for(kind)
    chosen = hint.get("widget") or schema.get("x-widget")
    if chosen in allowed:
        return str(chosen)
    return "select" if kind == "choice" and len(schema["enum"]) > SEGMENTED_LIMIT else allowed[0]


def _options(schema: Mapping[str, Any]) -> tuple[Option, ...]:
    source = schema.get("items", {}) if schema.get("type") == "array" else schema
    labels = source.get("x-enum-labels", {})
    return tuple(Option(value, labels.get(str(value), str(value))) for value in source.get("enum", ()))
