"""Product types: made, changed together with their products, and deleted."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import delete as sql_delete
from sqlalchemy.exc import IntegrityError

from mtc.catalog import queries
from mtc.catalog.events import ProductTypeCreated, ProductTypeDeleted, ProductTypeUpdated
from mtc.catalog.hooks import ProductTypeChange, ProductTypeDraft, ProductTypeView
from mtc.catalog.models import ProductType
from mtc.catalog.queries import types as type_queries
from mtc.catalog.queries.slugs import taken
from mtc.catalog.queries.tables import TYPES
from mtc.catalog.services.denormalize import refresh
from mtc.catalog.services.slugs import ROOM, free_slug, slug_conflict, slugify
from mtc.catalog.services.type_changes import TypeChange, check_products, check_renames, rewrite_products
from mtc.catalog.services.type_values import type_values
from mtc.core import clock
from mtc.core.db import savepoint, session
from mtc.core.errors import ConflictError, NotFoundError
from mtc.core.events import emit
from mtc.core.fields import FieldSet
from mtc.core.i18n import _l, formats, lazy_ngettext
from mtc.plugins.services import is_hooked, run_before
from mtc.tenants.services import bump_content_version

_MISSING = _l("There is no such product type.")
# Fields and words of a type that stand in the cards and in the search index of its products.
_REPEATED = {"name", "schema", "ui_config"}


def get(type_id: UUID) -> ProductType:
    """The type; raises NotFoundError."""
    row = queries.product_type(type_id)
    if row is None:
        raise NotFoundError(_MISSING)
    return row


def version_of(changed: datetime | None) -> str:
    """The version of a type that was changed at this moment; `update` refuses an older one."""
    return changed.isoformat() if changed is not None else "0"


def create(values: Mapping[str, Any]) -> ProductType:
    """A new type from {name, slug?, description?, icon?, schema?, ui_config?, workflows?, delivery_data?,
    stock_source?}.

    Raises ValidationError, with the places in the list of fields (`fields-2-options`), and ConflictError.
    """
    values = run_before("before_product_type_create", ProductTypeDraft(dict(values))).values
    values = type_values({"name": "", "schema": {"fields": []}, "ui_config": {}, **values})
    row = ProductType(
        tenant_id=type_queries.tenant_id(),
        name=values["name"],
        slug=values.get("slug") or _free(slugify(values["name"])),
        description=values.get("description") or "",
        icon=values.get("icon") or "",
        schema=values["schema"],
        ui_config=values["ui_config"],
        workflows=values.get("workflows") or [],
        delivery_data=dict(values.get("delivery_data") or {}),
        stock_source=values.get("stock_source") or "pool",
        updated_at=clock.now(),
    )
    _store(row)
    emit(ProductTypeCreated(entity_id=row.id, slug=row.slug))
    return row


def update(
    type_id: UUID,
    values: Mapping[str, Any],
    *,
    renames: Mapping[str, str] | None = None,
    drop: Collection[str] = (),
    version: str | None = None,
) -> ProductType:
    """Change a type, only the keys that are given; the values of its products follow in this transaction.

    `renames` maps the old path of a field (`curriculum.title` for a part) to its new key: its values are
    kept. Values that the new fields do not hold are removed where `drop` names the old key. Raises as
    create does, NotFoundError, and ConflictError for another `version` and for values not in `drop`
    (details `drop-<key>` with the number of products).
    """
    values = run_before("before_product_type_update", ProductTypeChange(type_id, dict(values))).changes
    row = type_queries.lock_product_type(type_id)
    if row is None:
        raise NotFoundError(_MISSING)
    if version is not None and version != version_of(row.updated_at):
        raise ConflictError(
            _l("Somebody else has changed this product type. Load it again and repeat your changes.")
        )
    renames = {old: new for old, new in (renames or {}).items() if old.rpartition(".")[2] != new}
    checked = type_values(values, row, renames)
    change = None
    if "schema" in checked and (checked["schema"] != row.schema or renames):
        old, new = FieldSet(row.schema), FieldSet(checked["schema"])
        check_renames(renames, old, new)
        change = TypeChange(type_id, old, new, renames)
        check_products(change, drop)
    _store(row, {**checked, "updated_at": clock.now()})
    if change is not None:
        rewrite_products(change)
    elif _REPEATED & set(checked):
        for ids in type_queries.products_of_type(type_id):
            refresh(ids)
    emit(ProductTypeUpdated(entity_id=row.id, slug=row.slug, changed=sorted(values)))
    return row


def delete(type_id: UUID) -> None:
    """Delete a type; raises NotFoundError, and ConflictError while products are of it."""
    if is_hooked("before_product_type_delete"):
        run_before("before_product_type_delete", ProductTypeView(type_id, get(type_id).slug))
    row = type_queries.lock_product_type(type_id)
    if row is None:
        raise NotFoundError(_MISSING)
    number = type_queries.count_products_of_type(type_id)
    if number:
        raise ConflictError(
            lazy_ngettext(
                "%(number)s product is of this type, archived ones included. A type in use cannot be"
                " deleted.",
                "%(number)s products are of this type, archived ones included. A type in use cannot be"
                " deleted.",
                number,
                number=formats.number(number),
            )
        )
    session.execute(sql_delete(TYPES).where(TYPES.c.tenant_id == row.tenant_id, TYPES.c.id == type_id))
    session.expunge(row)
    queries.type_book.forget()
    bump_content_version(row.tenant_id)
    emit(ProductTypeDeleted(entity_id=row.id, slug=row.slug))


def _store(row: ProductType, values: Mapping[str, Any] | None = None) -> None:
    """Write a new type, or these values of a known one."""
    slug = str((values or {}).get("slug") or row.slug)
    try:
        with savepoint():  # what was set before the savepoint would be written outside of it
            for name, value in (values or {}).items():
                setattr(row, name, value)
            session.add(row)
            session.flush()
    except IntegrityError:
        raise slug_conflict(slug, _free(slug)) from None
    queries.type_book.forget()
    bump_content_version(row.tenant_id)


def _free(slug: str) -> str:
    base = slug[: 63 - ROOM].strip("-")
    return free_slug(base, taken(TYPES, base))
