"""Variants: what is put into a cart."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import delete as sql_delete
from sqlalchemy.exc import IntegrityError

from mtc.catalog.models import Product, ProductVariant
from mtc.catalog.queries import details, variants
from mtc.catalog.queries.scope import tenant_id
from mtc.catalog.queries.tables import VARIANTS as _V
from mtc.catalog.services.deliverable import require_deliverable
from mtc.catalog.services.repeats import refresh
from mtc.catalog.services.slugs import slugify
from mtc.catalog.services.values import DELIVERY_KEYS, variant_values
from mtc.core.db import attempt, session
from mtc.core.errors import ConflictError, NotFoundError, ValidationError
from mtc.events.services import emit
from mtc.tenants.services import touch_content

MAX_VARIANTS = 100


def get(variant_id: UUID) -> ProductVariant:
    """The variant; raises NotFoundError."""
    found = variants.variant(variant_id)
    if found is None:
        raise NotFoundError("There is no such variant.")
    return found


def create(product_id: UUID, values: Mapping[str, Any]) -> ProductVariant:
    """A new variant of a product. Raises NotFoundError, ValidationError and ConflictError (SKU taken)."""
    product = details.product(product_id)
    if product is None:
        raise NotFoundError("There is no such product.")
    position = variants.next_position(product_id)
    if position >= MAX_VARIANTS:
        raise ValidationError(f"A product has at most {MAX_VARIANTS} variants.")
    row = add(product, values, position)
    _after(product_id)
    _check_on_sale(product)
    emit("variant.created", entity=row, data={"product_id": str(product_id), "sku": row.sku})
    return row


def update(variant_id: UUID, values: Mapping[str, Any]) -> ProductVariant:
    """Change a variant. Raises as create does."""
    row = get(variant_id)
    change(row, values)
    _after(row.product_id)
    _check_on_sale(details.product(row.product_id))
    emit("variant.updated", entity=row, data={"sku": row.sku, "changed": sorted(values)})
    return row


def delete(variant_id: UUID) -> bool:
    """Delete a variant; one that was sold or has keys is switched off instead (returns False)."""
    row = get(variant_id)
    product_id, gone = row.product_id, _remove(row)
    _after(product_id)
    emit("variant.deleted" if gone else "variant.updated", entity=row, data={"sku": row.sku})
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
        low_at=5,
        delivery_data={},
    )
    return _stored(row, columns, prefix)


def change(row: ProductVariant, values: Mapping[str, Any], prefix: str = "") -> None:
    """Change a variant without touching what the product repeats."""
    columns = variant_values(values, prefix)
    if not columns.get("sku", "x"):
        columns.pop("sku")
    _stored(row, columns, prefix)


def set_all(product: Product, given: Sequence[Mapping[str, Any]]) -> None:
    """Make the variants of a product exactly these: with an `id` changed, without made, the rest removed."""
    if len(given) > MAX_VARIANTS:
        raise ValidationError(
            "Correct the marked fields.", {"variants": [f"Use at most {MAX_VARIANTS} variants."]}
        )
    known = {row.id: row for row in variants.variants_of(product.id)}
    for position, values in enumerate(given):
        prefix = f"variants-{position}-"
        row_id = UUID(str(values["id"])) if values.get("id") else None
        if row_id is None:
            add(product, values, position, prefix)
        elif row_id in known:
            change(known.pop(row_id), {**values, "position": position}, prefix)
        else:
            raise NotFoundError("There is no such variant.")
    for row in known.values():
        _remove(row)


def _apply(row: ProductVariant, columns: dict[str, Any]) -> None:
    was = columns.pop("compare_at", (row.price_data or {}).get("compare_at"))
    terms = {name: columns.pop(name) for name in DELIVERY_KEYS if name in columns}
    if terms:
        row.delivery_data = {**(row.delivery_data or {}), **columns.pop("delivery_data", {}), **terms}
    for name, value in columns.items():
        setattr(row, name, value)
    row.price_data = {"amount": row.price, "compare_at": was}
    row.inventory_data = {"source": row.stock_source, "low_at": row.low_at}
    if not row.name:
        row.name = " / ".join(row.attributes.values())


def _stored(row: ProductVariant, columns: dict[str, Any], prefix: str) -> ProductVariant:
    sku = columns.get("sku") or row.sku
    try:
        with attempt():  # what was set before the savepoint would be written outside of it
            _apply(row, columns)
            session.add(row)
            session.flush()
    except IntegrityError:
        sentence = f"“{sku}” is the SKU of another variant."
        raise ConflictError("This SKU is taken.", {f"{prefix}sku": [sentence]}) from None
    return row


def _free_sku(product: Product, columns: Mapping[str, Any]) -> str:
    base = slugify(f"{product.slug} {' '.join(columns.get('attributes', {}).values())}", 70).upper()
    sku, number = base, 2
    while variants.sku_is_taken(sku):
        sku, number = f"{base}-{number}", number + 1
    return sku


def _remove(row: ProductVariant) -> bool:
    try:
        with attempt():
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
    touch_content(tenant_id())
