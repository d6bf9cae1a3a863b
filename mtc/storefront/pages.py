"""The front page, and the pages of the store's own text."""

from __future__ import annotations

from flask import Response, request

from mtc.catalog.presenters.jsonld import as_script
from mtc.core.errors import NotFoundError, StoreClosedError
from mtc.core.fields import canonical
from mtc.core.i18n import _, _l
from mtc.storefront.blueprint import storefront
from mtc.storefront.store_context import cms_page
from mtc.storefront.view import View, current_store
from mtc.tenants.services import StoreInfo
from mtc.tenants.services.legal_pages import KINDS, published_html, published_page
from mtc.tenants.services.page_addresses import present_page
from mtc.web.access import public
from mtc.web.canonical_urls import moved_to
from mtc.web.preview import is_previewing


def first_crumb() -> dict[str, str]:
    """The first of the breadcrumbs."""
    return {"label": _("Home"), "url": "/"}


@storefront.get("/")
@public(cacheable=True)
def home() -> Response:
    """The front page."""
    view = View("home", current_store().name, description=current_store().tagline)
    organisation = {
        "@context": "https://schema.org",
        "@type": "Organization",
        "name": view.store.name,
        "url": view.shop["url"],
    }
    view.page["json_ld"] = as_script(organisation)
    return view.respond(cacheable=True)


@storefront.get("/pages/<slug>", strict_slashes=False)
@public(cacheable=True, when_closed=True)
def page(slug: str) -> Response:
    """A page of the store's own text, such as its terms."""
    store = current_store()
    present = slug.lower() if slug.lower() in KINDS else present_page(store.settings, slug)
    if present is not None and request.path != f"/pages/{present}" and _is_shown(store):
        return moved_to(f"/pages/{present}")
    title, html = _text(store, slug)
    content = {"title": title, "html": html}
    crumbs = [first_crumb(), {"label": title, "url": None}]
    view = View("page", title, slug=slug, content=content, breadcrumbs=crumbs)
    own = cms_page(store, slug) or {}
    view.page["description"] = str(own.get("description", ""))
    return view.respond(cacheable=True)


def _text(store: StoreInfo, slug: str) -> tuple[str, str]:
    """(title, HTML) of a legal text or a page of the store. Raises NotFoundError, StoreClosedError."""
    if slug in KINDS:
        legal = published_page(store, slug, request.args.get("lang", "")[:10])
        if legal is not None:
            return legal.published_title, published_html(legal)
    if not _is_shown(store):
        raise StoreClosedError(_l("This store is not open yet. Please come back later."))
    page = cms_page(store, slug)
    if page is None:
        raise NotFoundError(_l("There is no page at this address."))
    return str(page.get("title", "")), canonical("richtext", str(page.get("html", ""))) or ""


def _is_shown(store: StoreInfo) -> bool:
    return store.opened_at is not None or is_previewing(store)
