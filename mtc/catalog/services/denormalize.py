"""Repeated columns of products, from variants, attributes and collections; and the search index."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from sqlalchemy import delete, insert, update

from mtc.catalog.queries import collection_members, denormalize_sources
from mtc.catalog.queries.scope_cache import tenant_id
from mtc.catalog.queries.search_terms import symbols, words
from mtc.catalog.queries.tables import PRODUCTS as _P
from mtc.catalog.queries.tables import SEARCH as _S
from mtc.catalog.queries.tables import AnyRow
from mtc.catalog.queries.types import ProductTypes, type_book
from mtc.catalog.services.price_summary import offer, repeated, write_products
from mtc.core.collation import key_mark, sort_key
from mtc.core.db import session
from mtc.core.fields.formats import plain_text

_CHUNK = 200
_OLD = 1000
_BADGES = 4
_DESCRIPTION_WORDS = 120
_HEAVIEST = 100
_SIGN = 8


def refresh(product_ids: Iterable[UUID]) -> None:
    """Bring prices, stock, cards and search terms of the products up to date, in the running transaction."""
    ids = sorted(set(product_ids))
    session.flush()
    for start in range(0, len(ids), _CHUNK):
        denormalize_sources.lock_products(ids[start : start + _CHUNK])
        _refresh(ids[start : start + _CHUNK])


def _refresh(ids: list[UUID]) -> None:
    book, language = type_book(), denormalize_sources.sorting_language()
    variants, attributes = denormalize_sources.active_variants(ids), denormalize_sources.attributes(ids)
    shelves_of = collection_members.memberships(ids)
    changes, terms = [], []
    for product in denormalize_sources.products(ids):
        product_attributes = attributes.get(product.id, [])
        product_shelves = shelves_of[product.id]
        product_variants = variants.get(product.id, [])
        badges = _badges(book, product, product_attributes)
        changes.append({**repeated(product_variants), "product": product.id, "tenant": tenant_id()})
        changes[-1]["name_key"] = sort_key(product.name, language)
        changes[-1]["card"] = {
            "offers": [offer(row) for row in product_variants],
            "badges": badges,
            "collections": [
                {"id": str(row.id), "slug": row.slug, "name": row.name} for row in product_shelves
            ],
        }
        searched = _searched(book, product, product_attributes)
        texts = _texts(product, product_variants, searched, product_shelves)
        weights = _weights(texts)
        for sign in symbols(product.name):
            weights.setdefault(sign, _SIGN)
        terms += [
            {"tenant_id": tenant_id(), "product_id": product.id, "term": term, "weight": weight}
            for term, weight in weights.items()
        ]
    if changes:
        _write(changes, terms)


def _write(changes: list[dict[str, Any]], terms: list[dict[str, Any]]) -> None:
    write_products(changes, ("price_from", "price_to", "compare_at", "in_stock", "card", "name_key"))
    ids = [change["product"] for change in changes]
    session.execute(delete(_S).where(_S.c.tenant_id == tenant_id(), _S.c.product_id.in_(ids)))
    if terms:
        session.execute(insert(_S), terms)


def _badges(book: ProductTypes, product: AnyRow, attributes: list[AnyRow]) -> list[str]:
    info = book.get(product.product_type_id)
    if info is None:
        return []
    shown = {row.attribute_key: row.attribute_value.get("display") for row in attributes if row.position == 0}
    badges = [shown.get(field.key) for field in info.fields.fields if field.show_on_card]
    return [text for text in badges if text][:_BADGES]


def _searched(book: ProductTypes, product: AnyRow, attributes: list[AnyRow]) -> list[AnyRow]:
    """The attributes whose words lead to the product."""
    info = book.get(product.product_type_id)
    left_out = {field.key for field in info.fields.fields if not field.searchable} if info else set()
    return [row for row in attributes if row.attribute_key not in left_out]


def _texts(
    product: AnyRow, variants: list[AnyRow], attributes: list[AnyRow], collections: list[AnyRow]
) -> list[tuple[int, str]]:
    displays = " ".join(row.attribute_value.get("display", "") for row in attributes if row.position == 0)
    description = words(plain_text(product.description))[:_DESCRIPTION_WORDS]
    return [
        (8, product.name),
        (6, " ".join(row.sku for row in variants)),
        (4, f"{product.type_name} {product.badge}"),
        (4, displays[:2000]),
        (3, " ".join(row.name for row in [*variants, *collections])),
        (2, product.summary),
        (1, " ".join(dict.fromkeys(description))),
    ]


def _weights(texts: list[tuple[int, str]]) -> dict[str, int]:
    """Return how much each term counts; a term of a single sign is not worth a row outside a name."""
    weights: dict[str, int] = {}
    for weight, text in texts:
        for term in dict.fromkeys(words(text)):
            if len(term) > 1 or weight >= 4:
                weights[term] = min(weights.get(term, 0) + weight, _HEAVIEST)
    return weights


def refresh_old() -> int:
    """Bring up to date what an earlier version wrote, or another language; how many products these were."""
    denormalize_sources.sorting_language.forget()
    latest = denormalize_sources.latest_key()
    if latest and not latest.endswith(key_mark(denormalize_sources.sorting_language())):
        session.execute(update(_P).where(_P.c.tenant_id == tenant_id()).values(name_key=""))
    ids = denormalize_sources.to_sort(_OLD)
    refresh(ids)
    return len(ids)
