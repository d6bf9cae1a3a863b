"""Host (or /s/<slug>/) to site, before Flask looks for a route."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from typing import Any

from flask import Flask

from mtc.config import Config, is_loopback
from mtc.core.connection_errors import DATABASE_ERRORS, repeat_read
from mtc.core.errors import MisdirectedError, NotFoundError
from mtc.core.i18n import _l
from mtc.middleware.canonical_host import is_moved, proper_host, redirect_to, redirect_to_store, sibling
from mtc.middleware.path_prefix import prefixed
from mtc.tenants.services import StoreInfo, store_lookup, store_url
from mtc.web.site import KEY, Site, clean_host, is_address

_ROOTED = re.compile(
    rb'(\b(?:href|action|formaction|src|srcset|hx-get|hx-post|hx-delete|hx-push-url)=")/(?![/])'
)
# Further candidates of a list of pictures; the first one is found by the pattern above.
_MORE_PICTURES = re.compile(rb"( [0-9]{1,5}w, )/(?![/])")
# The import map, whose addresses are those of the scripts that the pattern above has moved.
_MODULES = re.compile(rb'([{:,] ?")/(?=static/js/[a-z]+\.js[?"])')
_REDIRECTS = frozenset({"location", "hx-redirect"})
_SLUG = re.compile(r"[a-z0-9-]{1,63}")
_UNKNOWN = _l("No store answers to this address. Check how it is spelled.")
_PROBE = "/healthz"  # load balancers ask for it by the address of the machine


class Tenancy:
    """Names the site of each request, and gives /s/<slug>/ its own root where stores have no host."""

    def __init__(self, app: Flask, wsgi_app: Any, config: Config) -> None:
        self._app, self._wsgi_app, self._config = app, wsgi_app, config

    def __call__(self, environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        host = clean_host(environ.get("HTTP_HOST", ""))
        path = environ.get("PATH_INFO", "")
        if self._is_platform(host):
            if path.startswith("/s/"):
                return self._store_path(host, path, environ, start_response)
            if path in ("", "/"):
                environ["PATH_INFO"] = "/welcome"
            environ[KEY] = Site("platform", host)
        elif path == _PROBE:
            environ[KEY] = Site("platform", host)
        else:
            try:
                here, proper = self._store_host(host)
            except DATABASE_ERRORS as error:  # answered where every other error is
                here, proper = Site("store", host, problem=error), host
            if here.store is not None and is_moved(environ, host, proper):
                moved = redirect_to_store(here.store, proper, environ, self._config)
                return moved(environ, start_response)
            environ[KEY] = here
        return self._wsgi_app(environ, start_response)

    def _is_platform(self, host: str) -> bool:
        """The platform's host; in development also every other name of this very machine."""
        config = self._config
        if host == config.platform_host:
            return True
        return config.is_local and (host == "localhost" or (is_address(host) and is_loopback(host)))

    def _paths_in_place(self, host: str) -> bool:
        setting = self._config.store_paths
        return setting == "yes" or (setting == "auto" and is_address(host))

    def _store_host(self, host: str) -> tuple[Site, str]:
        """The site of a host, and the host that the store should be reached at."""
        suffix, verified = "." + self._config.platform_host, host
        store = None
        if host.endswith(suffix):
            store = self._find("slug", host.removesuffix(suffix))
        elif host and not is_address(host):
            store = self._find("host", host)
            if store is None:  # shop.example for www.shop.example: redirected, and never served itself
                verified = sibling(host)
                store = self._find("host", verified)
        if store is None:
            return Site("store", host, problem=MisdirectedError(_UNKNOWN)), host
        problem = MisdirectedError(_UNKNOWN) if verified != host else None
        return Site("store", host, store, problem=problem), proper_host(store, verified, self._config)

    def _find(self, how: str, name: str) -> StoreInfo | None:
        cached = store_lookup.peek(how, name)
        if cached is not None:
            return cached
        with self._app.app_context():
            ask = store_lookup.by_slug if how == "slug" else store_lookup.by_host
            return repeat_read(lambda: ask(name))

    def _store_path(
        self, host: str, path: str, environ: dict[str, Any], start_response: Callable[..., Any]
    ) -> Iterable[bytes]:
        slug, _, rest = path.removeprefix("/s/").partition("/")
        try:
            store = self._find("slug", slug) if _SLUG.fullmatch(slug) else None
        except DATABASE_ERRORS as error:
            environ[KEY] = Site("store", host, problem=error)
            return self._wsgi_app(environ, start_response)
        if store is None:  # without a prefix: what was typed must not get into the page
            problem = NotFoundError(_l("There is no store at this address."))
            environ[KEY] = Site("store", host, problem=problem)
            return self._wsgi_app(environ, start_response)
        if not self._paths_in_place(host):
            base = store_url(store, self._config.public_url)
            return redirect_to(base, rest, environ, self._config, status=308)(environ, start_response)
        environ["SCRIPT_NAME"] = environ.get("SCRIPT_NAME", "") + "/s/" + slug
        environ["PATH_INFO"] = "/" + rest
        environ[KEY] = Site("store", host, store, in_place=True)
        return below_path(self._wsgi_app, environ, start_response, "/s/" + slug)


def below_path(
    wsgi_app: Any, environ: dict[str, Any], start_response: Callable[..., Any], path: str
) -> Iterable[bytes]:
    """Answer with every address of the page under the path.

    Templates and redirects write addresses from the root, because a store has a host of its own; only
    where hosts cannot have subdomains does a store live below a path.
    """
    root = path.encode()
    return prefixed(
        wsgi_app,
        environ,
        start_response,
        redirects=_REDIRECTS,
        move=lambda address: _below(address, path),
        rewrite=lambda html: rooted(html, root),
    )


def rooted(html: bytes, root: bytes) -> bytes:
    """A page whose addresses begin at `root`, the path of its store, where they began at the host's."""
    for pattern in (_MORE_PICTURES, _ROOTED, _MODULES):
        html = pattern.sub(lambda match: match.group(1) + root + b"/", html)
    return html


def _below(address: str, prefix: str) -> str:
    rooted = address.startswith("/") and not address.startswith("//")
    return prefix + address if rooted and not address.startswith(prefix + "/") else address
