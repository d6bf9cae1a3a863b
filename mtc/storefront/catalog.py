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
    found = queries.collection_by_slug(slug)
    if found is None or request.path != collection_url(slug):
        present = found.slug if found is not None else queries.present_collection(slug)
        if present is None:
            raise NotFoundError(_l("This collection does not exist, or it has been renamed."))
        return moved_to(collection_url(present))
    view = View("collection", found.name, slug=slug, description=found.description)
    asked = ListingParams.read(request.path, view.page["params"])
    view.page["listing"] = listing(
        asked,
        title=found.name,
        description=found.description,
        collection_id=found.id,
        currency=current().currency,
    )
    view.page["breadcrumbs"] = [first_crumb(), {"label": found.name, "url": None}]
    return _listed(view, asked)


@storefront.get("/search")
@public(cacheable=True)
def search() -> Response:
    """Everything, or what fits the words of `q`."""
    view = View("search", "Search")
    asked = ListingParams.read("/search", view.page["params"])
    view.page["query"] = asked.text
    view.page["title"] = _("Results for “%(query)s”", query=asked.text) if asked.text else _("All products")
    view.page["listing"] = listing(asked, title=view.page["title"], currency=current().currency)
    if asked.text:
        view.page["robots"] = "noindex"
    return _listed(view, asked)


def _listed(view: View, asked: ListingParams) -> Response:
    """A filtered listing points at the unfiltered one; only pages without filters are indexed."""
    if asked.pairs() and not view.page["robots"]:
        view.page["robots"] = "noindex, follow"
    return view.respond(cacheable=True)


@storefront.get("/search/suggest")
@public(cacheable=True)
def suggest() -> Response:
    """What the search box offers while one types."""
    text = request.args.get("q", "")[:200].strip()
    found = cards(queries.suggestions(text)) if text else []
    return fragment("suggestions", items=found, query=text, more_url=f"/search?q={quote(text)}")


@storefront.get("/p/<slug>", strict_slashes=False)
@public(cacheable=True)
def product(slug: str) -> Response:
    """One product; `variant` (id or SKU) is selected."""
    found = queries.product_by_slug(slug)
    if found is None or request.path != product_url(slug):
        present = found.product.slug if found is not None else queries.present_product(slug)
        if present is None:
            raise NotFoundError(_l("This product does not exist, or it is no longer sold."))
        return moved_to(product_url(present))
    view = View("product", slug=slug)
    shown = detail(found, request.args.get("variant", "")[:80])
    page = view.page
    page["product"], page["json_ld"] = shown, shown.json_ld
    page["title"], page["description"] = shown.name, shown.summary
    image = (shown.image or {}).get("src", "")
    page["og"] = {"type": "product", "image": view.absolute(image) or page["og"]["image"]}
    crumbs = [{"label": one.name, "url": one.url} for one in shown.collections[:1]]
    page["breadcrumbs"] = [first_crumb(), *crumbs, {"label": shown.name, "url": None}]
    return view.respond(cacheable=True)
