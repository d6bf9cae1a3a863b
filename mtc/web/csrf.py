"""Forged requests: where a request comes from, and the token that a log-in makes necessary.

An unsafe request must come from this very origin (Origin or Sec-Fetch-Site, both beyond a page's reach).
Whoever is logged in must also send the token of the session; so must a client that sends neither header.
"""

from __future__ import annotations

from flask import g, request
from markupsafe import Markup

from mtc.core import crypto
from mtc.core.errors import ForbiddenError
from mtc.core.i18n import _l
from mtc.core.normalization import split_url

HEADER = "X-CSRFToken"
FIELD = "csrf_token"
SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})
_REFUSED = _l("This form has expired. Go back, reload the page and send it again.")


def csrf_token() -> str:
    """The token of the running session; without a session it is empty and not asked for."""
    key = g.get("session_key", "")
    return crypto.keyed_hash(key, "csrf")[:40] if key else ""


def csrf_field() -> Markup:
    """The hidden input that carries the token."""
    return Markup('<input type="hidden" name="{}" value="{}">').format(FIELD, csrf_token())


def check_csrf() -> None:
    """Raise ForbiddenError when an unsafe request may have been forged."""
    if request.method in SAFE_METHODS:
        return
    verdict = _same_origin()
    if verdict is False:
        raise ForbiddenError(_REFUSED)
    key = g.get("session_key", "")
    if not key:
        if verdict is None and request.headers.get("Cookie"):
            raise ForbiddenError(_REFUSED)
        return
    sent = request.headers.get(HEADER) or request.form.get(FIELD, "")
    if not crypto.verify_hash(key, "csrf", sent, 40):
        raise ForbiddenError(_REFUSED)


def _same_origin() -> bool | None:
    """Return whether the request says that it comes from here; None when it says nothing."""
    fetch_site = request.headers.get("Sec-Fetch-Site")
    if fetch_site is not None:
        return fetch_site in {"same-origin", "none"}
    origin = request.headers.get("Origin")
    return None if origin is None else _is_own(origin)


def _is_own(origin: str) -> bool:
    """Return whether the origin has this request's scheme, host and port (RFC 6454, section 5).

    Where the platform is reached over HTTPS a page of plain http is a stranger, whoever made it on the way.
    Else the scheme is that of the connection, or what a trusted proxy has seen.
    """
    config = request.environ["mtc.config"]
    scheme = "https" if config.secure else request.scheme
    try:
        sender, here = split_url(origin), split_url(f"{scheme}://{request.host}")
        usual = {"http": 80, "https": 443}.get(sender.scheme)
        return (sender.scheme, sender.hostname, sender.port or usual, sender.username, sender.path) == (
            here.scheme,
            here.hostname,
            here.port or usual,
            None,
            "",
        )
    except ValueError:  # no address at all
        return False
