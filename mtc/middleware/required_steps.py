"""Redirects of people who have to do something else first."""

from __future__ import annotations

from typing import cast
from urllib.parse import quote

from flask import Response, redirect, request

from mtc.core.errors import ForbiddenError, UnauthorizedError
from mtc.core.i18n import _l
from mtc.extensions import htmx
from mtc.web.csrf import SAFE_METHODS
from mtc.web.responses import wants_json
from mtc.web.site import site

ENROL = "/account-settings/second-factor"


def log_in_first() -> Response:
    """Whoever is not logged in is led to the log-in page and back; programs and fragments get a 401."""
    if wants_json() or htmx.partial or request.method not in SAFE_METHODS:
        raise UnauthorizedError(_l("Log in first."))
    target = "/login" if site().surface == "platform" else "/account/login"
    back = request.full_path.removesuffix("?")
    return _lead_to(f"{target}?next={quote(back, safe='/')}")


def enrol_first() -> Response:
    """Whoever has to set up a second factor is led there and can do nothing else."""
    if wants_json() or htmx.partial or request.method not in SAFE_METHODS:
        raise ForbiddenError(
            _l("A second factor is required here. Set one up at %(address)s, then try again.", address=ENROL)
        )
    return _lead_to(ENROL)


def _lead_to(path: str) -> Response:
    return cast("Response", redirect(path, 302))
