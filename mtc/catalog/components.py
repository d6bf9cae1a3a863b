"""Data sources of the catalogue for components on pages, each batched into few statements."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from mtc.catalog import presenters, queries
from mtc.catalog.presenters import CollectionView, ProductCard, ProductDetail
from mtc.catalog.queries import ProductListSource
from mtc.core.context import current
from mtc.core.i18n import _
from mtc.media.queries import media_by_ids
from mtc.media.services import media
from mtc.pages.registry import references, sources

Requests = Sequence[Mapping[str, Any]]
Page = Mapping[str, Any]


def _limit(request: Mapping[str, Any], default: int) -> int:
    value = request.get("limit")
    return max(1, min(value, 48)) if isinstance(value, int) and not isinstance(value, bool) else default


@sources.add("catalog.products")
def products(requests: Requests, page: Page) -> list[list[ProductCard]]:
    """Cards. args {source, collection?, limit}: a ProductListSource, or `collection` with its slug."""
    sources = []
    for request in requests:
        source = str(request.get("source") or "featured")
        if source == "collection":
            source = f"collection:{request.get('collection') or ''}"
        sources.append(ProductListSource(source, _limit(request, 8)))
    return _cards(queries.shelves(sources))


@sources.add("catalog.related")
def related(requests: Requests, page: Page) -> list[list[ProductCard]]:
    """Cards of products like the one of the page. args {product_id?, limit}."""
    shown: ProductDetail | None = page.get("product")
    own = shown.id if shown is not None else None
    ids = [_uuid(request.get("product_id") or own) for request in requests]
    most = max((_limit(request, 4) for request in requests), default=4)
    product_ids = [product_id for product_id in ids if product_id is not None]
    related_rows = (
        dict(zip(product_ids, queries.related(product_ids, most), strict=True)) if product_ids else {}
    )
    rows = [related_rows.get(product_id, []) if product_id else [] for product_id in ids]
    return _cards([some[: _limit(request, 4)] for some, request in zip(rows, requests, strict=True)])


@sources.add("catalog.collections")
def collections(requests: Requests, page: Page) -> list[list[CollectionView]]:
    """Collections. args {slugs?: [slug], limit}; without slugs all of them, in their order."""
    views = {row.slug: presenters.collection(row) for row in queries.collections()}
    results = []
    for request in requests:
        slugs = [str(slug) for slug in request.get("slugs") or views]
        results.append([views[slug] for slug in slugs if slug in views][: _limit(request, 12)])
    return results


@sources.add("catalog.product")
def product(requests: Requests, page: Page) -> list[ProductCard | None]:
    """The product of the page, or a card. args {slug?}; without a slug the product of the page in full."""
    slugs = {str(request["slug"]) for request in requests if request.get("slug")}
    others = queries.by_slugs(slugs) if slugs else {}
    shown = dict(zip(others, presenters.cards(list(others.values())), strict=True))
    own: ProductDetail | None = page.get("product")
    return [shown.get(str(request["slug"])) if request.get("slug") else own for request in requests]


@sources.add("catalog.listing")
def listing(requests: Requests, page: Page) -> list[dict[str, Any] | None]:
    """Return the listing that the view put on the page, or one of everything from its `path` and `params`."""
    shown: dict[str, Any] | None = page.get("listing")
    if shown is None:
        params = presenters.ListingParams.read(str(page.get("path") or "/search"), page.get("params") or {})
        title = _("Results for “%(query)s”", query=params.text) if params.text else _("All products")
        shown = presenters.listing(params, title=title, currency=current().currency)
    return [shown for _ in requests]


@references.add("media")
def pictures(ids: Sequence[str]) -> dict[str, dict[str, Any]]:
    """The public pictures of the tenant among these ids, as components draw them."""
    media_ids = [media_id for media_id in map(_uuid, ids) if media_id is not None]
    pictures_by_id = media_by_ids(media_ids) if media_ids else {}
    return {str(row.id): media.as_image(row) for row in pictures_by_id.values() if not row.is_private}


def _cards(groups: list[list[Any]]) -> list[list[ProductCard]]:
    """The cards of several groups, priced together."""
    flat = iter(presenters.cards([row for group in groups for row in group]))
    return [[next(flat) for _ in group] for group in groups]


def _uuid(text: Any) -> UUID | None:
    try:
        return UUID(str(text))
    except ValueError:
        return None
