"""The front page, and the pages of the store's own text."""

from __future__ import annotations

from flask import Response

from mtc.catalog.schemas.jsonld import as_script
from mtc.core.errors import NotFoundError
from mtc.core.fields import canonical
from mtc.storefront.blueprint import storefront
from mtc.storefront.shop import cms_page
from mtc.storefront.view import View, here
from mtc.web.access import public

HOME = {"label": "Home", "url": "/"}


@storefront.get("/")
@public(cacheable=True)
def home() -> Response:
    """The front page."""
    view = View("home", here().name, description=here().tagline)
    organisation = {
        "@context": "https://schema.org",
        "@type": "Organization",
        "name": view.store.name,
        "url": view.shop["url"],
    }
    view.page["json_ld"] = as_script(organisation)
    return view.respond(cacheable=True)


@storefront.get("/pages/<slug>")
@public(cacheable=True)
def page(slug: str) -> Response:
    """A page of the store's own text, such as its terms."""
    found = cms_page(here(), slug)
    if found is None:
        raise NotFoundError("There is no page at this address.")
    title = str(found.get("title", ""))
    content = {"title": title, "html": canonical("richtext", str(found.get("html", ""))) or ""}
    view = View("page", title, slug=slug, content=content, breadcrumbs=[HOME, {"label": title, "url": None}])
    view.page["description"] = str(found.get("description", ""))
    return view.respond(cacheable=True)
