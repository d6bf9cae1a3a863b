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
from mtc.middleware.path_prefix import is_page, prefixed
from mtc.tenants.services import StoreInfo, store_url
from mtc.web.languages import CHOICE, CHOSEN, PREFIX
from mtc.web.site import KEY, Site

# Links, forms and requests of a page. What is the same in every language keeps its address and its place
# in the browser's cache.
_ROOTED = re.compile(
    rb'(\b(?:href|action|formaction|hx-get|hx-post|hx-delete|hx-push-url)=")/'
    rb"(?!/|(?:static|themes|theme|media|api)/|favicon)([a-zA-Z0-9-]{0,35})"
)
_REDIRECTS = frozenset({"location", "hx-redirect", "hx-push-url", "hx-location"})


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
            return self._below_prefix(named, listed, here.store, environ, start_response)
        environ[CHOICE] = listed
        return self._answer(negotiate(read, listed, listed[0]), True, here.store, environ, start_response)

    def _below_prefix(
        self,
        locale: str,
        listed: tuple[str, ...],
        store: StoreInfo,
        environ: dict[str, Any],
        start_response: Callable[..., Any],
    ) -> Iterable[bytes]:
        """The answer with its redirects and links below the language that its address names."""
        prefix: str = environ[PREFIX]

        def application(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
            return self._answer(locale, False, store, environ, start_response)

        return prefixed(
            application,
            environ,
            start_response,
            redirects=_REDIRECTS,
            move=lambda address: prefix + address if _is_rooted(address) else address,
            rewrite=lambda html: _with_prefix(html, prefix, listed),
        )

    def _answer(
        self,
        locale: str,
        negotiated: bool,
        store: StoreInfo | None,
        environ: dict[str, Any],
        start_response: Callable[..., Any],
    ) -> Iterable[bytes]:
        def start(status: str, headers: list[tuple[str, str]], exc_info: Any = None) -> Any:
            if is_page(headers):
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
        links = [f'<{base}/{tag}{path}>; rel="alternate"; hreflang="{tag}"' for tag in store_locales(store)]
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


def _is_rooted(address: str) -> bool:
    return address.startswith("/") and not address.startswith(("//", "/media/", "/static/", "/api/"))


def _with_prefix(html: bytes, prefix: str, listed: tuple[str, ...]) -> bytes:
    """The page with its links below the language; those that name one already are left as they are."""
    start = prefix.encode()
    tags = {tag.encode() for tag in listed}

    def moved(match: re.Match[bytes]) -> bytes:
        return match[0] if match[2] in tags else match[1] + start + b"/" + match[2]

    return _ROOTED.sub(moved, html)


def _varied(headers: list[tuple[str, str]]) -> list[tuple[str, str]]:
    names = ", ".join(value for name, value in headers if name.lower() == "vary")
    others = [(name, value) for name, value in headers if name.lower() != "vary"]
    return [*others, ("Vary", f"{names}, Accept-Language" if names else "Accept-Language")]
