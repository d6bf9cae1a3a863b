"""Files for crawlers: robots.txt, sitemap."""

from __future__ import annotations

from collections.abc import Iterator
from xml.sax.saxutils import escape

from flask import Response, make_response, request

from mtc.catalog import queries
from mtc.catalog.queries import Filters
from mtc.pages.hooks import SitemapQuery
from mtc.plugins.services import answers_dropped, ask_plugins
from mtc.storefront.blueprint import storefront
from mtc.storefront.store_context import page_paths, shop
from mtc.storefront.view import MARK, current_store
from mtc.web.access import public

MOST_PRODUCTS, AT_ONCE = 20_000, 1_000
_CLOSED = ("/account", "/cart", "/checkout", "/d/", "/orders/", "/pay/", "/search")


@storefront.get("/robots.txt")
@public(cacheable=True, when_closed=True)
def robots() -> Response:
    """Return the rules for crawlers: they may read nothing of a store that is not open."""
    if current_store().opened_at is None:
        return _text("User-agent: *\nDisallow: /\n", "text/plain")
    lines = ["User-agent: *", *(f"Disallow: {path}" for path in _CLOSED)]
    return _text(
        "\n".join([*lines, f"Sitemap: {shop(current_store(), '')['url']}/sitemap.xml", ""]), "text/plain"
    )


@storefront.get("/sitemap.xml")
@public(cacheable=True)
def sitemap() -> Response:
    """Every public address of this store (sitemaps.org protocol 0.9)."""
    base = shop(current_store(), "")["url"]
    entries = "".join(f"<url><loc>{escape(base + path)}</loc></url>" for path in _paths())
    head = (
        '<?xml version="1.0" encoding="UTF-8"?>\n<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">'
    )
    return _text(f"{head}{entries}</urlset>\n", "application/xml")


def _paths() -> Iterator[str]:
    yield "/"
    for row in queries.collections():
        yield f"/c/{row.slug}"
    after, seen = "", 0
    while seen < MOST_PRODUCTS:
        page = queries.products(Filters(), after=after, limit=AT_ONCE)
        for row in page.items:
            yield f"/p/{row.slug}"
        seen += len(page.items)
        if page.next is None:
            break
        after = page.next
    yield from sorted(page_paths(current_store()))
    for some in ask_plugins("provide_sitemap", SitemapQuery(current_store().id)):
        yield from (entry.path for entry in some)


def _text(body: str, content_type: str) -> Response:
    response = make_response(body)
    response.headers["Content-Type"] = f"{content_type}; charset=utf-8"
    if "mtc_" not in request.headers.get("Cookie", "") and not answers_dropped():
        request.environ[MARK] = True
    return response
