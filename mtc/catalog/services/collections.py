"""Collections of products."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import delete as sql_delete
from sqlalchemy import insert
from sqlalchemy.exc import IntegrityError

from mtc.catalog.events import CollectionCreated, CollectionDeleted, CollectionUpdated
from mtc.catalog.hooks import CollectionChange, CollectionDraft, CollectionView
from mtc.catalog.models import Collection
from mtc.catalog.queries import collection_members
from mtc.catalog.queries.scope_cache import tenant_id
from mtc.catalog.queries.slugs import taken
from mtc.catalog.queries.tables import COLLECTIONS as _C
from mtc.catalog.queries.tables import MEMBERS as _CP
from mtc.catalog.services.collection_members import membership, recount
from mtc.catalog.services.denormalize import refresh
from mtc.catalog.services.slugs import ROOM, check_slug, free_slug, slug_conflict, slugify
from mtc.catalog.services.url_redirects import settle_address
from mtc.core.db import savepoint, session
from mtc.core.errors import NotFoundError, ValidationError
from mtc.core.events import emit
from mtc.core.fields.formats import scrub
from mtc.core.i18n import _l
from mtc.plugins.services import run_before
from mtc.tenants.services import bump_content_version

_LONGEST_SLUG = 63
_EDITABLE = {"name", "slug", "description", "image", "position"}


def get(collection_id: UUID) -> Collection:
    """The collection; raises NotFoundError."""
    collection = collection_members.collection(collection_id)
    if collection is None:
        raise NotFoundError(_l("There is no such collection."))
    return collection


def create(values: Mapping[str, Any]) -> Collection:
    """A new collection from {name, slug?, description?, image?, position?}; see update."""
    values = run_before("before_collection_create", CollectionDraft(dict(values))).values
    checked = _checked({"name": "", **values})
    if "slug" not in checked:
        checked["slug"] = _free(slugify(checked["name"]))
    row = Collection(
        tenant_id=tenant_id(),
        **{"description": "", "image": {}, "position": 0, "product_count": 0, **checked},
    )
    _store(row)
    settle_address(row)
    emit(CollectionCreated(entity_id=row.id, slug=row.slug))
    return row


def update(collection_id: UUID, values: Mapping[str, Any]) -> Collection:
    """Change a collection. Raises ValidationError, ConflictError and NotFoundError."""
    row = get(collection_id)
    values = run_before("before_collection_update", CollectionChange(row.id, dict(values))).changes
    before = row.slug
    _store(row, _checked(values))
    if row.slug != before:
        settle_address(row, before)
    refresh(collection_members.members(collection_id))
    emit(CollectionUpdated(entity_id=row.id, slug=row.slug, changed=sorted(values)))
    return row


def delete(collection_id: UUID) -> None:
    """Delete a collection; its products stay."""
    row = get(collection_id)
    run_before("before_collection_delete", CollectionView(row.id, row.slug))
    products = collection_members.members(collection_id)
    session.execute(sql_delete(_C).where(_C.c.tenant_id == tenant_id(), _C.c.id == collection_id))
    session.expunge(row)
    refresh(products)
    bump_content_version(tenant_id())
    emit(CollectionDeleted(entity_id=row.id, slug=row.slug))


def set_products(collection_id: UUID, product_ids: Sequence[UUID]) -> None:
    """Make the collection hold exactly these products, in this order; ValidationError for an unknown one."""
    row = get(collection_id)
    change = CollectionChange(row.id, {"products": list(product_ids)})
    product_ids = run_before("before_collection_update", change).changes.get("products") or []
    before = collection_members.members(collection_id)
    distinct_ids = list(dict.fromkeys(product_ids))
    try:
        with savepoint():
            session.execute(
                sql_delete(_CP).where(_CP.c.tenant_id == tenant_id(), _CP.c.collection_id == collection_id)
            )
            rows = [
                membership(collection_id, product_id, position)
                for position, product_id in enumerate(distinct_ids)
            ]
            if rows:
                session.execute(insert(_CP), rows)
    except IntegrityError:
        raise ValidationError(_l("Choose products of this store.")) from None
    recount({collection_id})
    refresh({*before, *distinct_ids})
    bump_content_version(tenant_id())
    emit(CollectionUpdated(entity_id=row.id, slug=row.slug, changed=["products"]))


def _checked(values: Mapping[str, Any]) -> dict[str, Any]:
    unknown = set(values) - _EDITABLE
    if unknown:
        raise ValidationError(_l("%(list)s cannot be set.", list=", ".join(sorted(unknown))))
    checked = dict(values)
    if "name" in checked:
        checked["name"] = scrub(str(checked["name"] or ""), multiline=False)
        if not 1 <= len(checked["name"]) <= 100:
            raise ValidationError(
                _l("Give the collection a name."), {"name": [_l("Use 1 to 100 characters.")]}
            )
    if checked.get("slug"):
        checked["slug"] = check_slug(str(checked["slug"]))
    else:
        checked.pop("slug", None)
    if "description" in checked:
        checked["description"] = scrub(str(checked["description"] or ""), multiline=True)[:5000]
    if "image" in checked:
        checked["image"] = dict(checked["image"] or {})
    return checked


def _store(row: Collection, values: Mapping[str, Any] | None = None) -> None:
    """Write a new collection, or these values of a known one."""
    slug = str((values or {}).get("slug") or row.slug)
    try:
        with savepoint():  # what was set before the savepoint would be written outside of it
            for name, value in (values or {}).items():
                setattr(row, name, value)
            session.add(row)
            session.flush()
    except IntegrityError:
        raise slug_conflict(slug, _free(slug)) from None
    bump_content_version(tenant_id())


def _free(slug: str) -> str:
    base = slug[: _LONGEST_SLUG - ROOM].strip("-")
    return free_slug(base, taken(_C, base))
