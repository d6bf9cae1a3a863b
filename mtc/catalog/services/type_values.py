"""Input of product types, read and validated."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any
from uuid import UUID

from mtc.catalog.models import ProductType
from mtc.catalog.queries.types import is_facet, type_book
from mtc.catalog.services.field_paths import bad_names, by_position
from mtc.catalog.services.product_input import SOURCES, Faults
from mtc.catalog.services.slugs import check_slug
from mtc.catalog.services.type_layout import Renames, adapt_layout
from mtc.core.errors import ValidationError
from mtc.core.fields import Field, FieldSet, canonical, check
from mtc.core.fields.formats import scrub
from mtc.core.i18n import Sentence, _l

EDITABLE = {
    "name", "slug", "description", "icon", "schema", "ui_config", "workflows", "delivery_data",
    "stock_source",
}  # fmt: skip
MOST_FIELDS = 200


def type_values(
    values: Mapping[str, Any], row: ProductType | None = None, renames: Renames | None = None
) -> dict[str, Any]:
    """The columns among the values; raises ValidationError with the places at fault."""
    unknown = set(values) - EDITABLE
    if unknown:
        raise ValidationError(_l("%(list)s cannot be set.", list=", ".join(sorted(unknown))))
    faults, checked = Faults(), dict(values)
    if "name" in checked:
        checked["name"] = _text(faults, "name", checked["name"], 100)
        if not checked["name"]:
            faults.note("name", _l("Give the type a name."))
    if "description" in checked:
        checked["description"] = _text(faults, "description", checked["description"], 500)
    if checked.get("icon") and canonical("icon", str(checked["icon"])[:41]) is None:
        faults.note("icon", _l("Choose one of the icons."))
    if checked.get("stock_source", "pool") not in SOURCES:
        faults.note("stock_source", _l("Choose pool, unlimited or none."))
    if not isinstance(checked.get("delivery_data") or {}, Mapping):
        faults.note("delivery_data", _l("This value has the wrong form."))
    if checked.get("slug"):
        try:
            checked["slug"] = check_slug(str(checked["slug"]))
        except ValidationError as error:
            faults.update(error.details)
    elif row is not None:
        checked.pop("slug", None)
    if "schema" in checked or "ui_config" in checked:
        try:
            checked |= _described(checked, row, renames or {})
        except ValidationError as error:
            faults.update(error.details or {"fields": [error.message]})
    faults.stop()
    return checked


def _described(values: Mapping[str, Any], row: ProductType | None, renames: Renames) -> dict[str, Any]:
    """Schema and layout; a layout that is not given stays, with the new names."""
    schema = values.get("schema", row.schema if row else {"fields": []})
    fields = schema.get("fields") if isinstance(schema, Mapping) and "properties" not in schema else schema
    listed = fields if isinstance(fields, list) else None
    misnamed = dict(bad_names(listed))
    if misnamed:
        details = {path: [sentence] for path, sentence in misnamed.items()}
        raise ValidationError(_l("Correct the marked fields."), details)
    try:
        checked = check(schema, max_settings=MOST_FIELDS)
        layout = values.get("ui_config")
        if layout is None:
            layout = adapt_layout(row.ui_config if row else {}, renames, FieldSet(checked).fields)
        check(checked, layout, max_settings=MOST_FIELDS)
    except ValidationError as error:
        details = by_position(error.details, listed) if listed is not None else error.details
        raise ValidationError(_l("Correct the marked fields."), details) from None
    faults = Faults()
    for field, sentence in _refused(FieldSet(checked).fields, row.id if row else None):
        index = next((n for n, entry in enumerate(listed or []) if entry.get("name") == field.key), None)
        faults.note(f"fields-{index}-type" if index is not None else f"properties-{field.key}", sentence)
    faults.stop()
    return {"schema": checked, "ui_config": layout or {}}


def _refused(fields: tuple[Field, ...], own: UUID | None) -> Iterator[tuple[Field, Sentence]]:
    """Fields that fit the language and yet no product type."""
    others = {
        other.key: (other, info.name)
        for info in type_book().types
        if info.id != own
        for other in info.fields.fields
        if other.filterable and is_facet(other)
    }
    for field in fields:
        if field.format == "secret":
            yield field, _l("Products are shown to everybody and cannot hold secrets. Choose another type.")
        if field.filterable and is_facet(field) and field.key in others:
            other, name = others[field.key]
            if _stored_as(other) != _stored_as(field):
                yield (
                    field,
                    (
                        _l(
                            "The type “%(name)s” has a filter of this name that holds %(stored_as)s."
                            " Choose the same"
                            " type of field, or another name.",
                            name=name,
                            stored_as=_stored_as(other),
                        )
                    ),
                )


def _stored_as(field: Field) -> str:
    words = {"integer": "whole numbers", "number": "numbers", "boolean": "yes or no"}
    return words.get(field.type, "texts")


def _text(faults: Faults, name: str, value: Any, longest: int) -> str:
    text = scrub(str(value or ""), multiline=False).strip()
    if len(text) > longest:
        faults.note(name, _l("Use at most %(most)s characters.", most=longest))
    return text
