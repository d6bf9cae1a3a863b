"""The session of a request: found by its cookie, and written back after the view."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask import g, request

from mtc.config import Config
from mtc.core import security_log
from mtc.core.db import unit_of_work
from mtc.core.errors import UnauthorizedError
from mtc.core.i18n import _l
from mtc.core.tenancy import platform_scope
from mtc.identity.flask_login_user import set_session
from mtc.identity.services import find_session
from mtc.identity.services.sessions import Login, save_session
from mtc.web.site import site


def cookie_name(config: Config) -> str:
    """The session cookie; __Host- binds it to this very host where there is HTTPS (RFC 6265bis)."""
    name = "mtc_staff" if site().surface == "platform" else "mtc_shop"
    return f"__Host-{name}" if config.secure and not request.script_root else name


def find_login(tenant_id: UUID | None) -> Login | None:
    """Load who has logged in at this tenant (None: at the platform), also as `current_user`."""
    from_cookie = request.cookies.get(cookie_name(config_of_request()), "")
    login = find_session(from_cookie, tenant_id) if from_cookie else None
    set_session(login)
    g.logged_out, g.half = False, ""
    g.session_key = from_cookie if login is not None else ""
    if login is not None:
        security_log.add(actor=str(login.user_id or login.customer_id))
    return login


def staff_login() -> Login | None:
    """Load the logged-in member of staff in a transaction of its own."""
    with platform_scope("who is logged in", readonly=True), unit_of_work():
        return find_login(None)


def login_after_upload() -> Login | None:
    """Load the caller again once an upload is here whole.

    One that comes slowly takes as long as its sender likes, who may have been logged out or shut out since.
    """
    _ = request.form  # reads the body to its end
    login = staff_login()
    if login is None:
        raise UnauthorizedError(_l("Log in first."))
    return login


def config_of_request() -> Config:
    """The settings."""
    config: Config = request.environ["mtc.config"]
    return config


def remember(login: Login | None) -> None:
    """Write back a session that has changed."""
    if login is not None and (login.changed or login.stale) and not g.get("logged_out"):
        save_session(login)


def remember_apart(login: Login | None, scope: Any) -> None:
    """Write the session back in a transaction of its own, since the request's was read-only."""
    if login is not None and (login.changed or login.stale) and not g.get("logged_out"):
        with scope(), unit_of_work():
            save_session(login)
