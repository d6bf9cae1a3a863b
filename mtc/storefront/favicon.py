"""The icon of a store that has uploaded none: its initial in its own colour."""

from __future__ import annotations

from xml.sax.saxutils import escape

from flask import Response, make_response, redirect
from werkzeug.wrappers import Response as AnyResponse

from mtc.pages.services import resolve_page
from mtc.pages.services.contrast import readable_on
from mtc.storefront.blueprint import storefront
from mtc.storefront.store_context import shop
from mtc.storefront.view import current_store
from mtc.web.access import public

_NEUTRAL = "#3f4654"


@storefront.get("/favicon.ico")
@public(when_closed=True)
def favicon() -> AnyResponse:
    """Redirect to the store's icon: the uploaded one, else the drawn one."""
    response = redirect(shop(current_store(), "")["favicon"], 302)
    response.headers["Cache-Control"] = "public, max-age=3600"
    return response


@storefront.get("/favicon.svg")
@public(when_closed=True)
def drawn_favicon() -> Response:
    """The drawn icon."""
    store = current_store()
    colour = resolve_page(store, "home")["theme"]["colors"].get("primary", _NEUTRAL)[:7]
    response = make_response(draw_favicon(store.name, colour))
    response.headers["Content-Type"] = "image/svg+xml; charset=utf-8"
    response.headers["Cache-Control"] = "public, max-age=3600"
    return response


def draw_favicon(name: str, colour: str) -> str:
    """A rounded square in the colour `#rrggbb` with the first letter of the name."""
    letter = escape(next((character for character in name if character.isalnum()), "•").upper())
    return (
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 32 32">'
        f'<rect width="32" height="32" rx="7" fill="{colour}"/>'
        f'<text x="16" y="22.5" text-anchor="middle" font-family="system-ui, sans-serif" font-size="19"'
        f' font-weight="700" fill="{readable_on(colour)}">{letter}</text></svg>'
    )
