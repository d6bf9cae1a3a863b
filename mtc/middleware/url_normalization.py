"""Addresses with slashes at their end or capitals: led to the one that the page has."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from flask import Flask, request
from werkzeug.exceptions import HTTPException, NotFound
from werkzeug.routing import RequestRedirect

from mtc.web.access import access_of
from mtc.web.csrf import SAFE_METHODS

_SLASHES = re.compile("/+")


def respell(app: Flask) -> str:
    """The path of the store's page whose address is spelled a little differently; empty if there is none.

    The request is then for that page, so that its access is checked and a former slug costs no second step.
    """
    failed = request.routing_exception
    if request.method not in SAFE_METHODS or not isinstance(failed, NotFound | RequestRedirect):
        return ""
    adapter: Any = app.create_url_adapter(request)
    for path in _spellings(request.path):
        try:
            rule, values = adapter.match(path, method="GET", return_rule=True)
        except (HTTPException, RequestRedirect):
            continue
        if _is_page(app.view_functions[rule.endpoint]) and _keeps_values(values):
            request.routing_exception, request.url_rule, request.view_args = None, rule, values
            return path
    return ""


def leads_itself() -> bool:
    """Return whether the view redirects by itself: it may know a newer address for the slug."""
    return set(request.view_args or {}) == {"slug"}


def _spellings(requested: str) -> Iterator[str]:
    bare = _SLASHES.sub("/", requested).rstrip("/")
    if not bare or requested.startswith("//") or "\\" in requested:
        return
    first, slash, rest = bare[1:].partition("/")
    spellings = (bare, bare.lower(), f"/{first.lower()}{slash}{rest}")
    yield from (path for path in dict.fromkeys(spellings) if path != requested)


def _is_page(view: Any) -> bool:
    access = access_of(view)
    return access is not None and access.kind in ("public", "customer")


def _keeps_values(values: Any) -> bool:
    """Return whether only slugs changed: capitals count in a token and in the number of an order."""
    return all(name == "slug" or f"/{value}" in request.path for name, value in values.items())
