"""Public data of a store for programs without a log-in: its products and its pages."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from flask import Blueprint, Response, request

from mtc.catalog import presenters, queries
from mtc.core.context import Context, use
from mtc.core.db import unit_of_work
from mtc.core.errors import NotFoundError, StoreClosedError
from mtc.core.i18n import _l
from mtc.core.tenancy import tenant_scope
from mtc.pages.services import resolve_page
from mtc.tenants.services import StoreInfo, store_lookup
from mtc.web.access import public
from mtc.web.canonical_urls import moved_to
from mtc.web.client_address import client_ip
from mtc.web.envelope import ok
from mtc.web.rate_limits import limit

bp = Blueprint("api_storefront", __name__, url_prefix="/api/<tenant>/storefront")
bp.mtc_surfaces = ("platform",)  # type: ignore[attr-defined]


@contextmanager
def _store(slug: str) -> Iterator[StoreInfo]:
    """The open store of that slug, with its tenant's scope around the block."""
    store = store_lookup.by_slug(slug)
    if store is None or store.tenant_status != "active" or store.status != "open":
        raise NotFoundError(_l("There is no store at this address."))
    if store.opened_at is None:
        raise StoreClosedError(_l("This store is not open yet. Please come back later."))
    context = Context(tenant_id=store.tenant_id, store=store, locale=store.locale, currency=store.currency)
    with tenant_scope(store.tenant_id, readonly=True), unit_of_work(), use(context):
        yield store


@bp.get("/products")
@public()
def products(tenant: str) -> Response:
    """A page of products: ?q=, ?sort=, ?after= and the filters of the product types."""
    limit("api-storefront", client_ip(), 300, 60)
    with _store(tenant) as store:
        params = presenters.ListingParams.read(request.path, request.args.to_dict(flat=False))
        body: dict[str, Any] = presenters.listing(params, title="Products", currency=store.currency)
    return ok(body)


@bp.get("/products/<slug>")
@public()
def product(tenant: str, slug: str) -> Response:
    """One product with its variants."""
    limit("api-storefront", client_ip(), 300, 60)
    with _store(tenant):
        rows = queries.product_by_slug(slug)
        if rows is None:
            present = queries.present_product(slug)
            if present is None:
                raise NotFoundError(_l("There is no such product."))
            return moved_to(f"/api/{tenant}/storefront/products/{present}")
        body = presenters.detail(rows)
    return ok(body)


@bp.get("/pages/<page>")
@public()
def page(tenant: str, page: str) -> Response:
    """A page of the store as the page tables describe it: layout, theme and widgets."""
    limit("api-storefront", client_ip(), 300, 60)
    with _store(tenant) as store:
        body = resolve_page(store, page)
    return ok(body)
