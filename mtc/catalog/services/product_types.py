"""Product types: what merchants describe, and what follows for the products of the type."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from sqlalchemy import delete as sql_delete
from sqlalchemy.exc import IntegrityError

from mtc.catalog import queries
from mtc.catalog.models import ProductType
from mtc.catalog.queries import types as type_queries
from mtc.catalog.queries.tables import TYPES
from mtc.catalog.services import attributes
from mtc.catalog.services.repeats import refresh
from mtc.catalog.services.slugs import check_slug, slug_conflict, slugify
from mtc.core import clock
from mtc.core.db import attempt, session
from mtc.core.errors import ConflictError, NotFoundError, ValidationError
from mtc.core.fields import FieldSet, check
from mtc.events.services import emit
from mtc.tenants.services import touch_content

_EDITABLE = {"name", "slug", "schema", "ui_config", "workflows", "delivery_data"}


def get(type_id: UUID) -> ProductType:
    """The type; raises NotFoundError."""
    found = queries.product_type(type_id)
    if found is None:
        raise NotFoundError("There is no such product type.")
    return found


def create(values: Mapping[str, Any]) -> ProductType:
    """A new type from {name, slug?, schema?, ui_config?, workflows?, delivery_data?}.

    Raises ValidationError for a schema that the field language does not accept, and ConflictError.
    """
    values = _checked({"schema": {"fields": []}, **values})
    name = values["name"] if "name" in values else _name("")
    kind = ProductType(
        tenant_id=type_queries.tenant_id(),
        name=name,
        slug=values.get("slug") or slugify(name),
        schema=values["schema"],
        ui_config=values.get("ui_config") or {},
        workflows=values.get("workflows") or [],
        delivery_data=values.get("delivery_data") or {},
        updated_at=clock.now(),
    )
    _store(kind)
    emit("product_type.created", entity=kind, data={"slug": kind.slug})
    return kind


def update(type_id: UUID, values: Mapping[str, Any]) -> ProductType:
    """Change a type; when its fields change, the attributes of its products are written anew.

    Values that the new fields do not accept are dropped from the products. Raises as create does.
    """
    kind = get(type_id)
    before = kind.schema
    _store(kind, {**_checked(values, kind), "updated_at": clock.now()})
    ids = type_queries.products_of_type(type_id)
    if kind.schema != before:
        fields = FieldSet(kind.schema, kind.ui_config)
        for product_id, stored in queries.attributes_of(ids).items():
            attributes.write(product_id, fields, fields.inspect(stored).values)
    refresh(ids)
    emit("product_type.updated", entity=kind, data={"slug": kind.slug, "changed": sorted(values)})
    return kind


def delete(type_id: UUID) -> None:
    """Delete a type; raises ConflictError while products are of it."""
    kind = get(type_id)
    if type_queries.type_is_used(type_id):
        raise ConflictError("Products are of this type. Give them another type first.")
    session.execute(sql_delete(TYPES).where(TYPES.c.tenant_id == kind.tenant_id, TYPES.c.id == type_id))
    session.expunge(kind)
    queries.type_book.forget()
    touch_content(kind.tenant_id)
    emit("product_type.deleted", entity=kind, data={"slug": kind.slug})


def _name(given: Any) -> str:
    name = str(given or "").strip()
    if not 1 <= len(name) <= 100:
        raise ValidationError("Give the type a name.", {"name": ["Use 1 to 100 characters."]})
    return name


def _checked(values: Mapping[str, Any], kind: ProductType | None = None) -> dict[str, Any]:
    unknown = set(values) - _EDITABLE
    if unknown:
        raise ValidationError(f"{', '.join(sorted(unknown))} cannot be set.")
    checked = dict(values)
    if "name" in checked:
        checked["name"] = _name(checked["name"])
    if checked.get("slug"):
        checked["slug"] = check_slug(str(checked["slug"]))
    elif kind is not None:
        checked.pop("slug", None)
    if "schema" in checked or "ui_config" in checked:
        schema = checked.get("schema", kind.schema if kind else {"fields": []})
        layout = checked.get("ui_config", kind.ui_config if kind else {}) or {}
        checked["schema"] = check(schema, layout, max_settings=200)
        checked["ui_config"] = layout
    return checked


def _store(kind: ProductType, values: Mapping[str, Any] | None = None) -> None:
    """Write a new type, or these values of a known one."""
    slug = str((values or {}).get("slug") or kind.slug)
    try:
        with attempt():  # what was set before the savepoint would be written outside of it
            for name, value in (values or {}).items():
                setattr(kind, name, value)
            session.add(kind)
            session.flush()
    except IntegrityError:
        raise slug_conflict(slug, f"{slug[:60]}-2") from None
    queries.type_book.forget()
    touch_content(kind.tenant_id)
