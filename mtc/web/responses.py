"""Answers of views: a page or JSON, a redirect on this host, and headers for what must stay secret."""

from __future__ import annotations

from typing import TypeVar

from flask import redirect, request
from werkzeug.wrappers import Response as WerkzeugResponse

from mtc.core.normalization import LONGEST_URL, split_url

R = TypeVar("R", bound=WerkzeugResponse)


def wants_json() -> bool:
    """Return whether the answer is for a program."""
    if request.path.startswith(("/api/", "/webhooks/")):
        return True
    best = request.accept_mimetypes.best_match(["text/html", "application/json"], default="text/html")
    return best == "application/json"


def local_path(text: str | None, default: str) -> str:
    """A path on this very host, or the default: nobody is sent away by a `next` parameter."""
    if not text or len(text) > LONGEST_URL or not text.startswith("/"):
        return default
    if text.startswith(("//", "/\\")) or "\\" in text:
        return default
    parts = split_url(text)
    if parts.scheme or parts.netloc or any(ord(c) < 32 for c in text):
        return default
    return text


def see_other(path: str) -> WerkzeugResponse:
    """After a POST: look there (303)."""
    return redirect(path, 303)


def keep_secret(response: R) -> R:
    """The answer of an address that holds a secret: it is no referrer, and nothing of the page is kept."""
    response.headers["Referrer-Policy"] = "no-referrer"
    response.headers["Cache-Control"] = "no-store"
    return response
