"""Variants: what is put into a cart."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import delete as sql_delete
from sqlalchemy.exc import IntegrityError

from mtc.catalog.events import VariantCreated, VariantDeleted, VariantUpdated
from mtc.catalog.hooks import VariantChange, VariantDraft, VariantView
from mtc.catalog.models import Product, ProductVariant
from mtc.catalog.queries import product_details, variants
from mtc.catalog.queries.scope_cache import tenant_id
from mtc.catalog.queries.slugs import taken
from mtc.catalog.queries.tables import VARIANTS as _V
from mtc.catalog.services.deliverable import require_deliverable
from mtc.catalog.services.denormalize import refresh
from mtc.catalog.services.product_input import DELIVERY_KEYS, variant_values
from mtc.catalog.services.slugs import free_slug, slugify
from mtc.catalog.services.variant_sets import Member, check_joining, check_members
from mtc.catalog.services.warning_levels import own_level, store_level
from mtc.core.db import savepoint, session
from mtc.core.errors import ConflictError, NotFoundError
from mtc.core.events import emit
from mtc.core.i18n import _l
from mtc.plugins.services import run_before
from mtc.tenants.services import bump_content_version


def get(variant_id: UUID) -> ProductVariant:
    """The variant; raises NotFoundError."""
    variant = variants.variant(variant_id)
    if variant is None:
        raise NotFoundError(_l("There is no such variant."))
    return variant


def create(product_id: UUID, values: Mapping[str, Any]) -> ProductVariant:
    """A new variant. Raises NotFoundError, ValidationError, ConflictError (SKU taken) and Reject."""
    product = product_details.product(product_id)
    if product is None:
        raise NotFoundError(_l("There is no such product."))
    values = run_before("before_variant_create", VariantDraft(product_id, dict(values))).values
    checked = variant_values(values)
    if checked.get("is_active", True):
        check_joining(product_id, "", checked.get("attributes", {}))
    row = add(product, values, variants.next_position(product_id))
    _after(product_id)
    _check_on_sale(product)
    emit(VariantCreated(entity_id=row.id, product_id=product_id, sku=row.sku))
    return row


def update(variant_id: UUID, values: Mapping[str, Any]) -> ProductVariant:
    """Change a variant. Raises as create does."""
    row = get(variant_id)
    change_draft = VariantChange(row.id, row.product_id, dict(values))
    values = run_before("before_variant_update", change_draft).changes
    checked = variant_values(values)
    if checked.get("is_active", row.is_active) and {"options", "is_active"} & set(values):
        check_joining(row.product_id, "", checked.get("attributes", row.attributes or {}), row.id)
    change(row, values)
    _after(row.product_id)
    _check_on_sale(product_details.product(row.product_id))
    emit(VariantUpdated(entity_id=row.id, sku=row.sku, changed=sorted(values)))
    return row


def delete(variant_id: UUID) -> bool:
    """Delete a variant; one that was sold or has keys is switched off instead (returns False)."""
    row = get(variant_id)
    run_before("before_variant_delete", VariantView(row.id, row.product_id, row.sku))
    product_id, gone = row.product_id, _remove(row)
    _after(product_id)
    emit((VariantDeleted if gone else VariantUpdated)(entity_id=row.id, sku=row.sku))
    return gone


def add(product: Product, values: Mapping[str, Any], position: int, prefix: str = "") -> ProductVariant:
    """Add a variant without touching what the product repeats; used while a product is made."""
    columns = variant_values(values, prefix)
    sku = columns.pop("sku", "") or _free_sku(product, columns)
    row = ProductVariant(
        tenant_id=product.tenant_id,
        product_id=product.id,
        sku=sku,
        name=columns.pop("name", ""),
        position=columns.pop("position", position),
        available=0,
        is_active=True,
        attributes={},
        price=0,
        stock_source="pool",
        low_at=0,
        inventory_data={},
        delivery_data={},
    )
    return _stored(row, columns, prefix)


def change(row: ProductVariant, values: Mapping[str, Any], prefix: str = "") -> None:
    """Change a variant without touching what the product repeats."""
    columns = variant_values(values, prefix)
    if not columns.get("sku", "x"):
        columns.pop("sku")
    _stored(row, columns, prefix)


def set_all(product: Product, rows: Sequence[Mapping[str, Any]]) -> None:
    """Make the variants of a product exactly these: with an `id` changed, without made, the rest removed."""
    stored = {row.id: row for row in variants.variants_of(product.id)}
    check_members(_member(number, values, stored) for number, values in enumerate(rows))
    for position, values in enumerate(rows):
        prefix = f"variants-{position}-"
        row_id = _id(values)
        if row_id is None:
            add(product, values, position, prefix)
        elif row_id in stored:
            change(stored.pop(row_id), {**values, "position": position}, prefix)
        else:
            raise NotFoundError(_l("There is no such variant."))
    for row in stored.values():
        _remove(row)


def check_new(rows: Sequence[Mapping[str, Any]]) -> None:
    """Raise ValidationError unless a new product can have these variants."""
    check_members(_member(number, values, {}) for number, values in enumerate(rows))


def _member(number: int, values: Mapping[str, Any], stored: Mapping[UUID, ProductVariant]) -> Member:
    """A variant as it is going to be."""
    row, place = stored.get(_id(values) or UUID(int=0)), f"variants-{number}-"
    shared = {name: values[name] for name in ("options", "is_active") if name in values}
    columns = variant_values(shared, place)
    return Member(
        place,
        columns.get("attributes", row.attributes if row else {}) or {},
        columns.get("is_active", row.is_active if row else True),
    )


def _id(values: Mapping[str, Any]) -> UUID | None:
    try:
        return UUID(str(values["id"])) if values.get("id") else None
    except ValueError:
        raise NotFoundError(_l("There is no such variant.")) from None


def _apply(row: ProductVariant, columns: dict[str, Any]) -> None:
    was = columns.pop("compare_at", (row.price_data or {}).get("compare_at"))
    terms = {name: columns.pop(name) for name in DELIVERY_KEYS if name in columns}
    if terms:
        row.delivery_data = {**(row.delivery_data or {}), **columns.pop("delivery_data", {}), **terms}
    own = columns.pop("low_at", own_level(row.inventory_data))
    for name, value in columns.items():
        setattr(row, name, value)
    row.price_data = {"amount": row.price, "compare_at": was}
    row.inventory_data = {"source": row.stock_source, "low_at": own}
    row.low_at = store_level() if own is None else own
    if not row.name:
        row.name = " / ".join(row.attributes.values())


def _stored(row: ProductVariant, columns: dict[str, Any], prefix: str) -> ProductVariant:
    sku = columns.get("sku") or row.sku
    try:
        with savepoint():  # what was set before the savepoint would be written outside of it
            _apply(row, columns)
            session.add(row)
            session.flush()
    except IntegrityError:
        sentence = _l("“%(sku)s” is the SKU of another variant.", sku=sku)
        raise ConflictError(_l("This SKU is taken."), {f"{prefix}sku": [sentence]}) from None
    return row


def _free_sku(product: Product, columns: Mapping[str, Any]) -> str:
    base = slugify(f"{product.slug} {' '.join(columns.get('attributes', {}).values())}", 70).upper()
    return free_slug(base, taken(_V, base, "sku"))


def _remove(row: ProductVariant) -> bool:
    try:
        with savepoint():
            session.execute(sql_delete(_V).where(_V.c.tenant_id == tenant_id(), _V.c.id == row.id))
    except IntegrityError:  # keys or order lines refer to it
        row.is_active = False
        session.flush()
        return False
    session.expunge(row)
    return True


def _check_on_sale(product: Product | None) -> None:
    if product is not None and product.status == "active":
        require_deliverable(product.id, product.product_type_id)


def _after(product_id: UUID) -> None:
    refresh([product_id])
    bump_content_version(tenant_id())
