"""The locale of each request: from its address, else from what the browser reads, out of the store's list.

`/de/products` is the page `/products` in German where the store lists that language, and its links stay
below `/de`. The platform speaks the languages that the whole admin is translated to.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from functools import lru_cache
from typing import Any
from urllib.parse import quote

from mtc.config import Config
from mtc.core.i18n import locale_tag, negotiate, use_locale
from mtc.core.i18n.locales import PLATFORM_LOCALES, PSEUDO
from mtc.server.wsgi_body import whole
from mtc.tenants.services import StoreInfo, store_url
from mtc.web.languages import CHOICE, CHOSEN, PREFIX
from mtc.web.site import KEY, Site

# Links, forms and requests of a page. What is the same in every language keeps its address and its place
# in the browser's cache.
_ROOTED = re.compile(
    rb'(\b(?:href|action|formaction|hx-get|hx-post|hx-delete|hx-push-url)=")/'
    rb"(?!/|(?:static|themes|theme|media|api)/|favicon)([a-zA-Z0-9-]{0,35})"
)
_PAGE = "mtc.is_page"
_AWAY = frozenset({"location", "hx-redirect", "hx-push-url", "hx-location"})


class Languages:
    """Runs the application in the locale of the request."""

    def __init__(self, wsgi_app: Any, config: Config) -> None:
        self._wsgi_app, self._config = wsgi_app, config

    def __call__(self, environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        here: Site = environ[KEY]
        read = environ.get("HTTP_ACCEPT_LANGUAGE", "")
        if here.store is None:
            locale = negotiate(read, (*PLATFORM_LOCALES, PSEUDO), PLATFORM_LOCALES[0])
            return self._answer(locale, True, None, environ, start_response)
        listed = store_locales(here.store)
        if len(listed) == 1:
            return self._answer(listed[0], False, None, environ, start_response)
        named = _take_prefix(environ, listed)
        if named:
            body = self._answer(named, False, here.store, environ, _moved(start_response, environ[PREFIX]))
            return _below(body, environ, listed)
        environ[CHOICE] = listed
        return self._answer(negotiate(read, listed, listed[0]), True, here.store, environ, start_response)

    def _answer(
        self,
        locale: str,
        negotiated: bool,
        store: StoreInfo | None,
        environ: dict[str, Any],
        start_response: Callable[..., Any],
    ) -> Iterable[bytes]:
        def start(status: str, headers: list[tuple[str, str]], exc_info: Any = None) -> Any:
            if _is_page(headers):
                environ[_PAGE] = True
                headers = [*headers, ("Content-Language", environ.get(CHOSEN, locale))]
                if negotiated:
                    headers = _varied(headers)
                if store is not None and status.startswith("200"):
                    headers.append(("Link", self._alternates(store, environ)))
            return start_response(status, headers, exc_info)

        with use_locale(locale):
            body: Iterable[bytes] = self._wsgi_app(environ, start)
        return body

    def _alternates(self, store: StoreInfo, environ: dict[str, Any]) -> str:
        """The page in the store's languages, for search engines (RFC 8288, as Google reads it)."""
        base = store_url(store, self._config.public_url)
        path = quote(environ.get("PATH_INFO", "").encode("latin-1"))
        links = [f'<{base}/{one}{path}>; rel="alternate"; hreflang="{one}"' for one in store_locales(store)]
        return ", ".join([*links, f'<{base}{path}>; rel="alternate"; hreflang="x-default"'])


def store_locales(store: StoreInfo) -> tuple[str, ...]:
    """The locales of a store, its own first."""
    return _tags((str(store.locale), *map(str, store.locales)))


@lru_cache(512)
def _tags(locales: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(tag for tag in map(locale_tag, locales) if tag)) or ("en",)


def _take_prefix(environ: dict[str, Any], listed: tuple[str, ...]) -> str:
    """The locale that the path begins with, which is taken off; empty when it names none of the list."""
    first, _, rest = environ.get("PATH_INFO", "")[1:].partition("/")
    named = next((tag for tag in listed if tag == first), "")
    if named:
        environ[PREFIX] = "/" + named
        environ["PATH_INFO"] = "/" + rest
    return named


def _moved(start_response: Callable[..., Any], prefix: str) -> Callable[..., Any]:
    """Redirects stay in the language of the address."""

    def start(status: str, headers: list[tuple[str, str]], exc_info: Any = None) -> Any:
        page = _is_page(headers)
        kept = [
            (name, prefix + value if name.lower() in _AWAY and _is_rooted(value) else value)
            for name, value in headers
            if not (page and name.lower() == "content-length")
        ]
        return start_response(status, kept, exc_info)

    return start


def _is_rooted(address: str) -> bool:
    return address.startswith("/") and not address.startswith(("//", "/media/", "/static/", "/api/"))


def _below(body: Iterable[bytes], environ: dict[str, Any], listed: tuple[str, ...]) -> Iterable[bytes]:
    """The page with its links below the language; those that name one already are left as they are."""
    if not environ.get(_PAGE):
        return body
    prefix = environ[PREFIX].encode()
    named = {tag.encode() for tag in listed}

    def moved(found: re.Match[bytes]) -> bytes:
        return found[0] if found[2] in named else found[1] + prefix + b"/" + found[2]

    return [_ROOTED.sub(moved, whole(body))]


def _is_page(headers: list[tuple[str, str]]) -> bool:
    return any(name.lower() == "content-type" and value.startswith("text/html") for name, value in headers)


def _varied(headers: list[tuple[str, str]]) -> list[tuple[str, str]]:
    known = ", ".join(value for name, value in headers if name.lower() == "vary")
    others = [(name, value) for name, value in headers if name.lower() != "vary"]
    return [*others, ("Vary", f"{known}, Accept-Language" if known else "Accept-Language")]
