"""Products: made, changed, put on sale and taken off it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import bindparam
from sqlalchemy import update as sql_update
from sqlalchemy.exc import IntegrityError

from mtc.catalog.events import ProductArchived, ProductCreated, ProductPublished, ProductUpdated
from mtc.catalog.hooks import ProductChange, ProductDraft, ProductView
from mtc.catalog.models import Product
from mtc.catalog.queries import product_details
from mtc.catalog.queries.scope_cache import tenant_id
from mtc.catalog.queries.slugs import taken
from mtc.catalog.queries.tables import PRODUCTS as _P
from mtc.catalog.queries.types import TypeInfo, hold_product_type, type_book
from mtc.catalog.services import attributes, collection_members, variants
from mtc.catalog.services.deliverable import require_deliverable
from mtc.catalog.services.denormalize import refresh
from mtc.catalog.services.descriptions import keep_source
from mtc.catalog.services.product_input import product_values
from mtc.catalog.services.slugs import check_slug, free_slug, slug_conflict, slugify
from mtc.catalog.services.url_redirects import settle_address
from mtc.core import clock
from mtc.core.context import current
from mtc.core.currencies import check_currency
from mtc.core.db import is_postgresql, savepoint, session
from mtc.core.errors import ConflictError, NotFoundError, ValidationError
from mtc.core.events import emit
from mtc.core.i18n import _l
from mtc.plugins.services import run_before
from mtc.tenants.services import bump_content_version

_LONGEST_SLUG = 110


def get(product_id: UUID) -> Product:
    """The product; raises NotFoundError."""
    product = product_details.product(product_id)
    if product is None:
        raise NotFoundError(_l("There is no such product."))
    return product


def create(values: Mapping[str, Any]) -> Product:
    """A new product from its values (docs/catalog.md), with its variants, attributes and collections.

    `before_product_create` may change the values or refuse; one that is on sale at once is also asked about
    with `before_product_publish`. Raises ValidationError, ConflictError (the
    slug or an SKU is taken; details suggest a free slug), Reject.
    """
    values = run_before("before_product_create", ProductDraft(dict(values))).values
    columns = product_values({"name": "", **values})
    keep_source(columns, values, None)
    if columns.get("status") == "active":
        run_before("before_product_publish", ProductView(None, columns["name"], "", "draft"))
    info = _type(values.get("type"))
    _hold(info)
    product = Product(
        tenant_id=tenant_id(),
        product_type_id=info.id,
        slug=_slug(values.get("slug"), columns["name"]),
        currency=_currency(values.get("currency")),
        **{"status": "draft", "meta": {}, "image": {}, "gallery": [], "card": {}, **columns},
    )
    product.updated_at = clock.now()
    _store(product)
    settle_address(product)
    attributes.write(product.id, info.fields, info.fields.validate(values.get("attributes") or {}))
    variants.check_new(values.get("variants") or [])
    for position, variant in enumerate(values.get("variants") or [{}]):
        variants.add(product, variant, position, f"variants-{position}-")
    if values.get("collections"):
        collection_members.set_collections(product.id, values["collections"])
    if product.status == "active":
        require_deliverable(product.id, info.id)
    _after(product)
    emit(ProductCreated(entity_id=product.id, product_id=product.id, slug=product.slug, name=product.name))
    if product.status == "active":
        emit(ProductPublished(entity_id=product.id, product_id=product.id, slug=product.slug))
    return product


def update(product_id: UUID, values: Mapping[str, Any], version: int | None = None) -> Product:
    """Change a product; only the keys that are given. Raises as create does, and NotFoundError.

    With `version`, ConflictError when somebody has changed the product since that version.
    """
    product = get(product_id)
    changes = run_before("before_product_update", ProductChange(product_id, dict(values))).changes
    columns = product_values(changes)
    keep_source(columns, changes, product.meta)
    status = _ask_about_status(product, columns)
    info = _type(changes.get("type") or product.product_type_id)
    _hold(info)  # before the product is locked: a change of the type locks them in this order
    _next_version(product, version)
    if changes.get("slug"):
        columns["slug"] = check_slug(str(changes["slug"]), _LONGEST_SLUG)
    if "currency" in changes:
        columns["currency"] = _currency(changes["currency"])
    before = product.slug
    _store(product, {**columns, "product_type_id": info.id, "updated_at": clock.now()})
    if product.slug != before:
        settle_address(product, before)
    if "attributes" in changes:
        attributes.write(product.id, info.fields, info.fields.validate(changes["attributes"] or {}))
    if "variants" in changes:
        variants.set_all(product, changes["variants"])
    if "collections" in changes:
        collection_members.set_collections(product.id, changes["collections"])
    if product.status == "active" and {"status", "variants", "type"} & set(changes):
        require_deliverable(product.id, info.id)
    _after(product)
    emit(
        ProductUpdated(
            entity_id=product.id, product_id=product.id, slug=product.slug, changed=sorted(changes)
        )
    )
    if status is not None:
        emit(status(entity_id=product.id, product_id=product.id, slug=product.slug))
    return product


def _ask_about_status(
    product: Product, columns: Mapping[str, Any]
) -> type[ProductPublished | ProductArchived] | None:
    """The event of what the columns make of a product: it goes on sale, or off it for good. Raises Reject."""
    status = columns.get("status", product.status)
    if status == product.status or status not in ("active", "archived"):
        return None
    is_published = status == "active"
    hook = "before_product_publish" if is_published else "before_product_archive"
    run_before(hook, ProductView(product.id, product.name, product.slug, product.status))
    return ProductPublished if is_published else ProductArchived


def publish(product_id: UUID, at: datetime | None = None) -> Product:
    """Put a product on sale now, or from a moment on. Raises ValidationError while it lacks something."""
    details = product_details.by_id(product_id, hidden=True)
    if details is None:
        raise NotFoundError(_l("There is no such product."))
    if not any(row.is_active for row in details.variants):
        raise ValidationError(
            _l("Add a variant with a price first."), {"variants": [_l("Add at least one.")]}
        )
    info = _type(details.product.product_type_id)
    info.fields.validate(product_details.attributes_of([product_id])[product_id])
    require_deliverable(product_id, info.id)
    return update(product_id, {"status": "active", "published_at": at or clock.now()})


def unpublish(product_id: UUID) -> Product:
    """Make a product a draft again."""
    return update(product_id, {"status": "draft"})


def archive(product_id: UUID) -> Product:
    """Take a product off sale for good; orders keep it."""
    return update(product_id, {"status": "archived"})


def count_sold(sold: Mapping[UUID, int]) -> None:
    """Add to the numbers that bestsellers are sorted by: product id -> pieces (negative when refunded)."""
    if not sold:
        return
    session.execute(
        sql_update(_P)
        .where(_P.c.tenant_id == bindparam("tenant"), _P.c.id == bindparam("product"))
        .values(sold_count=_P.c.sold_count + bindparam("pieces")),
        [
            {"tenant": tenant_id(), "product": product_id, "pieces": pieces}
            for product_id, pieces in sorted(sold.items())
        ],
    )


def _type(which: Any) -> TypeInfo:
    for info in type_book().types:
        if which in (info.id, str(info.id), info.slug):
            return info
    raise ValidationError(_l("Choose a product type."), {"type": [_l("Choose one of the store's types.")]})


def _hold(info: TypeInfo) -> None:
    """Keep the type as it was read until the transaction ends; raises ConflictError when it has changed.

    SQLite has one writer at a time and needs no lock.
    """
    if is_postgresql() and hold_product_type(info.id) != info.updated_at:
        raise ConflictError(
            _l("The product type has changed meanwhile. Load the page again and repeat this.")
        )


def _currency(value: Any) -> str:
    store = current().store
    code = str(value or (store.currency if store is not None else "") or current().currency).upper()
    check_currency(code)
    return code


def _slug(value: Any, name: str) -> str:
    if value:
        return check_slug(str(value), _LONGEST_SLUG)
    base = slugify(name, _LONGEST_SLUG)
    return free_slug(base, taken(_P, base))


def _store(product: Product, values: Mapping[str, Any] | None = None) -> None:
    """Write a new product, or these values of a known one."""
    slug = str((values or {}).get("slug") or product.slug)
    try:
        with savepoint():  # what was set before the savepoint would be written outside of it
            for name, value in (values or {}).items():
                setattr(product, name, value)
            session.add(product)
            session.flush()
    except IntegrityError:
        raise slug_conflict(slug, free_slug(slug, taken(_P, slug))) from None


def _next_version(product: Product, expected: int | None) -> None:
    """Raise the version, if it is still the one that was read."""
    read = product.version
    done = session.execute(
        sql_update(_P)
        .where(_P.c.tenant_id == product.tenant_id, _P.c.id == product.id, _P.c.version == read)
        .values(version=read + 1)
        .returning(_P.c.version)
    ).first()
    if done is None or (expected is not None and expected != read):
        raise ConflictError(
            _l("Somebody else has changed this product. Load it again and repeat your changes.")
        )
    product.version = read + 1


def _after(product: Product) -> None:
    refresh([product.id])
    session.refresh(product)
    bump_content_version(product.tenant_id)
