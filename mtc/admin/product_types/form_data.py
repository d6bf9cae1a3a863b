"""What was typed into the type editor, read into values for the service; kept as typed when refused."""

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
            words = [str(one) for one in sentences] if isinstance(sentences, list) else [str(sentences)]
            if name.startswith("drop-"):
                self.losses[name.removeprefix("drop-")] = words[0]
            elif name != "suggestion":
                self.errors.setdefault(name, []).extend(words)


def empty_form() -> TypeForm:
    """A new type without fields."""
    return TypeForm({**dict.fromkeys(HEAD, ""), "stock_source": "pool", "icon": "package"})


def stored_form(kind: ProductType) -> TypeForm:
    """The type as it is."""
    fields, definition = FieldSet(kind.schema, kind.ui_config), to_definition(kind.schema)
    texts = {
        "name": kind.name, "slug": kind.slug, "description": kind.description, "icon": kind.icon,
        "method": str(kind.delivery_data.get("method", "")), "stock_source": kind.stock_source,
        "version": version_of(kind.updated_at),
    }  # fmt: skip
    form = TypeForm(texts, stored_rows(definition, fields.fields, _places(kind.ui_config)))
    form.definition, form.layout = definition, kind.ui_config
    return form


def typed_form(sent: MultiDict[str, str]) -> TypeForm:
    """The form as it was sent; `complete` reads the fields."""
    texts = {name: scrub(sent.get(name, ""), multiline=False) for name in HEAD}
    return TypeForm(texts, typed_rows(sent), sent.getlist("drop"))


def complete(form: TypeForm, kind: ProductType | None) -> None:
    """Read the rows into `definition`, `renames` and `layout`; what cannot be read goes to `errors`."""
    stored = dict(_by_path(to_definition(kind.schema) if kind else []))
    form.definition = _fields(form, form.rows, stored, "fields")
    form.renames = dict(_renames(form.rows, form.definition))
    keys = {one["name"] for one in form.definition}
    roots = {old: new for old, new in form.renames.items() if "." not in old}
    for one in form.definition:
        if "show_if" in one:
            one["show_if"] = rename_fields(one["show_if"], roots)
            if not fields_of(one["show_if"]) <= keys:
                del one["show_if"]  # the field that it asked for is no more
    form.layout = _layout(form, kind)


def _fields(
    form: TypeForm, rows: list[Row], stored: Mapping[str, dict[str, Any]], prefix: str
) -> list[dict[str, Any]]:
    return [_field(form, row, stored, f"{prefix}-{number}") for number, row in enumerate(rows)]


def _field(form: TypeForm, row: Row, stored: Mapping[str, dict[str, Any]], here: str) -> dict[str, Any]:
    texts, known = row.texts, stored.get(row.texts["was"], {})
    same = known if known.get("type") == texts["type"] else {}
    found: dict[str, Any] = {word: value for word, value in same.items() if word not in _SHOWN}
    if "show_if" in known:
        found["show_if"] = known["show_if"]
    key = texts["name"]
    if not key and texts["label"]:
        key = slugify(texts["label"], 40).replace("-", "_").lstrip("0123456789_") or "field"
    row.texts["name"] = key
    found |= {"name": key, "type": texts["type"], "label": texts["label"]}
    if not texts["label"]:
        form.errors.setdefault(f"{here}-label", []).append(_("Give the field a label."))
    found |= {word: texts[word] for word in _HINTS if texts[word]}
    found |= {flag: True for flag in ("required", "filterable", "show_on_card") if flag in row.flags}
    if "searchable" not in row.flags:
        found["searchable"] = False
    if texts["type"] in ("number", "integer") and texts["number_format"]:
        found["number_format"] = texts["number_format"]
    if texts["default"] and not row.nested:
        several = texts["type"] in ("multiselect", "list")
        parts = [one.strip() for one in texts["default"].split(",") if one.strip()]
        found["default"] = parts if several else texts["default"]
    elif row.nested and "default" in same:
        found["default"] = same["default"]
    if texts["type"] in ("select", "multiselect"):
        found["options"] = [
            _option(scrub(line, multiline=False)) for line in texts["options"].splitlines() if line.strip()
        ]
    if row.nested:
        found["fields"] = _fields(form, row.parts, stored, f"{here}-fields")
    if rules := _rules(form, row, same, here):
        found["validation"] = rules
    return found


def _rules(form: TypeForm, row: Row, same: Mapping[str, Any], here: str) -> dict[str, Any]:
    low, high = LIMITS.get(row.texts["type"], ("", ""))
    words = {"min": low, "max": high, "step": "step" if low == "min" else ""}
    known = same.get("validation") or {}
    rules = {word: value for word, value in known.items() if word not in words.values()}
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
    value, found, label = line.partition(" = ")
    if found:
        return {"value": value.strip(), "label": label.strip() or value.strip()}
    return {"value": slugify(line, 60), "label": line.strip()}


def _by_path(definition: list[dict[str, Any]], parent: str = "") -> Iterator[tuple[str, dict[str, Any]]]:
    for one in definition:
        path = f"{parent}.{one['name']}" if parent else one["name"]
        yield path, one
        yield from _by_path(one.get("fields", []), path)


def _renames(rows: list[Row], definition: list[dict[str, Any]]) -> Iterator[tuple[str, str]]:
    for row, one in zip(rows, definition, strict=True):
        was = row.texts["was"]
        if was and was.rpartition(".")[2] != one["name"]:
            yield was, one["name"]
        if row.nested:
            yield from _renames(row.parts, one["fields"])


def _places(layout: Mapping[str, Any]) -> dict[str, tuple[str, str]]:
    """In which (tab, group) each field stands."""
    return {
        key: (tab.get("label", ""), group.get("label", ""))
        for tab in layout.get("tabs", [])
        for group in tab.get("groups", [{"fields": tab.get("fields", [])}])
        for key in group.get("fields", [])
    }


def _layout(form: TypeForm, kind: ProductType | None) -> dict[str, Any]:
    """Tabs and groups in the order in which the rows name them, and the hints that the form does not show."""
    if check_schema(form.definition, max_settings=1000):
        return {}  # the service refuses the fields; their layout is not asked for
    fields = FieldSet(form.definition).fields
    kept = adapt_layout(kind.ui_config if kind else {}, form.renames, fields)
    hints = {
        path: {word: value for word, value in hint.items() if word not in _HINTS}
        for path, hint in kept.pop("fields", {}).items()
    }
    kept.pop("tabs", None)
    tabs: dict[str, dict[str, list[str]]] = {}
    for row in form.rows:
        tabs.setdefault(row.texts["tab"], {}).setdefault(row.texts["group"], []).append(row.texts["name"])
    if any(tab or group for tab, groups in tabs.items() for group in groups):
        kept["tabs"] = [
            {"label": tab, "groups": [{"label": label, "fields": keys} for label, keys in groups.items()]}
            for tab, groups in tabs.items()
        ]
    return {**kept, **({"fields": hints} if any(hints.values()) else {})}
