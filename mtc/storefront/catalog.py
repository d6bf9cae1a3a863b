"""Collections, search and products."""

from __future__ import annotations

from urllib.parse import quote

from flask import Response, request

from mtc.catalog import queries
from mtc.catalog.presenters import ListingParams, cards, detail, listing
from mtc.catalog.presenters.amounts import collection_url, product_url
from mtc.core.context import current
from mtc.core.errors import NotFoundError
from mtc.core.i18n import _, _l
from mtc.storefront.blueprint import storefront
from mtc.storefront.pages import first_crumb
from mtc.storefront.view import View, fragment
from mtc.web.access import public
from mtc.web.canonical_urls import moved_to


@storefront.get("/c/<slug>", strict_slashes=False)
@public(cacheable=True)
def collection(slug: str) -> Response:
    """The products of a collection."""
    row = queries.collection_by_slug(slug)
    if row is None or request.path != collection_url(slug):
        present = row.slug if row is not None else queries.present_collection(slug)
        if present is None:
            raise NotFoundError(_l("This collection does not exist, or it has been renamed."))
        return moved_to(collection_url(present))
    view = View("collection", row.name, slug=slug, description=row.description)
    params = ListingParams.read(request.path, view.page["params"])
    view.page["listing"] = listing(
        params,
        title=row.name,
        description=row.description,
        collection_id=row.id,
        currency=current().currency,
    )
    view.page["breadcrumbs"] = [first_crumb(), {"label": row.name, "url": None}]
    return _listed(view, params)


@storefront.get("/search")
@public(cacheable=True)
def search() -> Response:
    """Everything, or what fits the words of `q`."""
    view = View("search", "Search")
    params = ListingParams.read("/search", view.page["params"])
    view.page["query"] = params.text
    view.page["title"] = _("Results for “%(query)s”", query=params.text) if params.text else _("All products")
    view.page["listing"] = listing(params, title=view.page["title"], currency=current().currency)
    if params.text:
        view.page["robots"] = "noindex"
    return _listed(view, params)


def _listed(view: View, params: ListingParams) -> Response:
    """A filtered listing points at the unfiltered one; only pages without filters are indexed."""
    if params.pairs() and not view.page["robots"]:
        view.page["robots"] = "noindex, follow"
    return view.respond(cacheable=True)


@storefront.get("/search/suggest")
@public(cacheable=True)
def suggest() -> Response:
    """Show the suggestions of the search box while one types."""
    text = request.args.get("q", "")[:200].strip()
    products = cards(queries.suggestions(text)) if text else []
    return fragment("suggestions", items=products, query=text, more_url=f"/search?q={quote(text)}")


@storefront.get("/p/<slug>", strict_slashes=False)
@public(cacheable=True)
def product(slug: str) -> Response:
    """One product; `variant` (id or SKU) is selected."""
    details = queries.product_by_slug(slug)
    if details is None or request.path != product_url(slug):
        present = details.product.slug if details is not None else queries.present_product(slug)
        if present is None:
            raise NotFoundError(_l("This product does not exist, or it is no longer sold."))
        return moved_to(product_url(present))
    view = View("product", slug=slug)
    shown = detail(details, request.args.get("variant", "")[:80])
    page = view.page
    page["product"], page["json_ld"] = shown, shown.json_ld
    page["title"], page["description"] = shown.name, shown.summary
    image = (shown.image or {}).get("src", "")
    page["og"] = {"type": "product", "image": view.absolute(image) or page["og"]["image"]}
    crumbs = [{"label": collection.name, "url": collection.url} for collection in shown.collections[:1]]
    page["breadcrumbs"] = [first_crumb(), *crumbs, {"label": shown.name, "url": None}]
    return view.respond(cacheable=True)
