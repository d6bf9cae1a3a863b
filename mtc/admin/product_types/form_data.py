"""Input of the type editor, read into values for the service; kept as typed when refused."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from werkzeug.datastructures import MultiDict

from mtc.admin.product_types.rows import LIMITS, Row, stored_rows, typed_rows
from mtc.catalog.models import ProductType
from mtc.catalog.services.product_types import version_of
from mtc.catalog.services.slugs import slugify
from mtc.catalog.services.type_layout import adapt_layout
from mtc.core.errors import AppError
from mtc.core.fields import FieldSet, check_schema, to_definition
from mtc.core.fields.formats import scrub
from mtc.core.i18n import _
from mtc.core.rules import fields_of, rename_fields

HEAD = ("name", "slug", "description", "icon", "method", "stock_source", "version")
_NUMBER = re.compile(r"-?[0-9]{1,15}(?:\.[0-9]{1,4})?")
# Words of a field that the form shows; whatever else is stored of a field is kept.
_SHOWN = {
    "name", "type", "label", "required", "help", "default", "unit", "placeholder", "number_format", "options",
    "fields", "validation", "filterable", "searchable", "show_on_card", "show_if",
}  # fmt: skip
_HINTS = ("help", "unit", "placeholder")


@dataclass
class TypeForm:
    """The form as it stands; `drop` are the fields whose values may go, `losses` those to be confirmed."""

    texts: dict[str, str]
    rows: list[Row] = field(default_factory=list)
    drop: list[str] = field(default_factory=list)
    errors: dict[str, list[str]] = field(default_factory=dict)
    losses: dict[str, str] = field(default_factory=dict)
    definition: list[dict[str, Any]] = field(default_factory=list)
    renames: dict[str, str] = field(default_factory=dict)
    layout: dict[str, Any] = field(default_factory=dict)

    def values(self) -> dict[str, Any]:
        """The values for the service, but for the delivery."""
        texts = {name: self.texts[name] for name in ("name", "slug", "description", "icon", "stock_source")}
        return {**texts, "schema": {"fields": self.definition}, "ui_config": self.layout}

    def refuse(self, error: AppError) -> None:
        """Show what a service has refused."""
        for name, sentences in (error.details or {"form": [error.message]}).items():
            words = (
                [str(sentence) for sentence in sentences] if isinstance(sentences, list) else [str(sentences)]
            )
            if name.startswith("drop-"):
                self.losses[name.removeprefix("drop-")] = words[0]
            elif name != "suggestion":
                self.errors.setdefault(name, []).extend(words)


def empty_form() -> TypeForm:
    """A new type without fields."""
    return TypeForm({**dict.fromkeys(HEAD, ""), "stock_source": "pool", "icon": "package"})


def stored_form(row: ProductType) -> TypeForm:
    """The type as it is."""
    fields, definition = FieldSet(row.schema, row.ui_config), to_definition(row.schema)
    texts = {
        "name": row.name, "slug": row.slug, "description": row.description, "icon": row.icon,
        "method": str(row.delivery_data.get("method", "")), "stock_source": row.stock_source,
        "version": version_of(row.updated_at),
    }  # fmt: skip
    form = TypeForm(texts, stored_rows(definition, fields.fields, _places(row.ui_config)))
    form.definition, form.layout = definition, row.ui_config
    return form


def typed_form(sent: MultiDict[str, str]) -> TypeForm:
    """The form as it was sent; `complete` reads the fields."""
    texts = {name: scrub(sent.get(name, ""), multiline=False) for name in HEAD}
    return TypeForm(texts, typed_rows(sent), sent.getlist("drop"))


def complete(form: TypeForm, row: ProductType | None) -> None:
    """Read the rows into `definition`, `renames` and `layout`; what cannot be read goes to `errors`."""
    stored = dict(_by_path(to_definition(row.schema) if row else []))
    form.definition = _fields(form, form.rows, stored, "fields")
    form.renames = dict(_renames(form.rows, form.definition))
    keys = {entry["name"] for entry in form.definition}
    roots = {old: new for old, new in form.renames.items() if "." not in old}
    for entry in form.definition:
        if "show_if" in entry:
            entry["show_if"] = rename_fields(entry["show_if"], roots)
            if not fields_of(entry["show_if"]) <= keys:
                del entry["show_if"]  # the field that it refers to is gone
    form.layout = _layout(form, row)


def _fields(
    form: TypeForm, rows: list[Row], stored: Mapping[str, dict[str, Any]], prefix: str
) -> list[dict[str, Any]]:
    return [_field(form, row, stored, f"{prefix}-{number}") for number, row in enumerate(rows)]


def _field(form: TypeForm, row: Row, stored: Mapping[str, dict[str, Any]], here: str) -> dict[str, Any]:
    texts, stored_field = row.texts, stored.get(row.texts["was"], {})
    same = stored_field if stored_field.get("type") == texts["type"] else {}
    entry: dict[str, Any] = {word: value for word, value in same.items() if word not in _SHOWN}
    if "show_if" in stored_field:
        entry["show_if"] = stored_field["show_if"]
    key = texts["name"]
    if not key and texts["label"]:
        key = slugify(texts["label"], 40).replace("-", "_").lstrip("0123456789_") or "field"
    row.texts["name"] = key
    entry |= {"name": key, "type": texts["type"], "label": texts["label"]}
    if not texts["label"]:
        form.errors.setdefault(f"{here}-label", []).append(_("Give the field a label."))
    entry |= {word: texts[word] for word in _HINTS if texts[word]}
    entry |= {flag: True for flag in ("required", "filterable", "show_on_card") if flag in row.flags}
    if "searchable" not in row.flags:
        entry["searchable"] = False
    if texts["type"] in ("number", "integer") and texts["number_format"]:
        entry["number_format"] = texts["number_format"]
    if texts["default"] and not row.nested:
        several = texts["type"] in ("multiselect", "list")
        parts = [part.strip() for part in texts["default"].split(",") if part.strip()]
        entry["default"] = parts if several else texts["default"]
    elif row.nested and "default" in same:
        entry["default"] = same["default"]
    if texts["type"] in ("select", "multiselect"):
        entry["options"] = [
            _option(scrub(line, multiline=False)) for line in texts["options"].splitlines() if line.strip()
        ]
    if row.nested:
        entry["fields"] = _fields(form, row.parts, stored, f"{here}-fields")
    if rules := _rules(form, row, same, here):
        entry["validation"] = rules
    return entry


def _rules(form: TypeForm, row: Row, same: Mapping[str, Any], here: str) -> dict[str, Any]:
    low, high = LIMITS.get(row.texts["type"], ("", ""))
    words = {"min": low, "max": high, "step": "step" if low == "min" else ""}
    validation = same.get("validation") or {}
    rules = {word: value for word, value in validation.items() if word not in words.values()}
    for name, word in words.items():
        text = row.texts[name].replace(",", ".")
        if not text or not word:
            continue
        if not _NUMBER.fullmatch(text) or (low != "min" and not text.isdecimal()):
            form.errors.setdefault(f"{here}-validation-{word}", []).append(_("Use a number."))
            continue
        rules[word] = float(text) if "." in text else int(text)
    return rules


def _option(line: str) -> dict[str, str]:
    value, equals, label = line.partition(" = ")
    if equals:
        return {"value": value.strip(), "label": label.strip() or value.strip()}
    return {"value": slugify(line, 60), "label": line.strip()}


def _by_path(definition: list[dict[str, Any]], parent: str = "") -> Iterator[tuple[str, dict[str, Any]]]:
    for entry in definition:
        path = f"{parent}.{entry['name']}" if parent else entry["name"]
        yield path, entry
        yield from _by_path(entry.get("fields", []), path)


def _renames(rows: list[Row], definition: list[dict[str, Any]]) -> Iterator[tuple[str, str]]:
    for row, entry in zip(rows, definition, strict=True):
        was = row.texts["was"]
        if was and was.rpartition(".")[2] != entry["name"]:
            yield was, entry["name"]
        if row.nested:
            yield from _renames(row.parts, entry["fields"])


def _places(layout: Mapping[str, Any]) -> dict[str, tuple[str, str]]:
    """In which (tab, group) each field stands."""
    return {
        key: (tab.get("label", ""), group.get("label", ""))
        for tab in layout.get("tabs", [])
        for group in tab.get("groups", [{"fields": tab.get("fields", [])}])
        for key in group.get("fields", [])
    }


def _layout(form: TypeForm, product_type: ProductType | None) -> dict[str, Any]:
    """Tabs and groups in the order in which the rows name them, and the hints that the form does not show."""
    if check_schema(form.definition, max_settings=1000):
        return {}  # the service refuses the fields; their layout is not asked for
    fields = FieldSet(form.definition).fields
    layout = adapt_layout(product_type.ui_config if product_type else {}, form.renames, fields)
    hints = {
        path: {word: value for word, value in hint.items() if word not in _HINTS}
        for path, hint in layout.pop("fields", {}).items()
    }
    layout.pop("tabs", None)
    tabs: dict[str, dict[str, list[str]]] = {}
    for row in form.rows:
        tabs.setdefault(row.texts["tab"], {}).setdefault(row.texts["group"], []).append(row.texts["name"])
    if any(tab or group for tab, groups in tabs.items() for group in groups):
        layout["tabs"] = [
            {"label": tab, "groups": [{"label": label, "fields": keys} for label, keys in groups.items()]}
            for tab, groups in tabs.items()
        ]
    return {**layout, **({"fields": hints} if any(hints.values()) else {})}
