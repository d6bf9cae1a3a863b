"""Logging in and out on the platform's host."""

from __future__ import annotations

from flask import Response, current_app, g, request
from werkzeug.wrappers import Response as WerkzeugResponse

from mtc.admin.blueprints import front
from mtc.admin.demo import demo_logins
from mtc.admin.plain import plain_page
from mtc.core.context import current
from mtc.core.crypto import keyed_hash
from mtc.core.errors import TooManyRequestsError, UnauthorizedError
from mtc.identity import queries as people
from mtc.identity.models import User
from mtc.identity.services import close_session, open_session, staff_login
from mtc.identity.services.sessions import STAFF_LONGEST
from mtc.middleware.pipeline import cookie_name
from mtc.tenants import queries as tenants
from mtc.tenants.services.directory import store_info
from mtc.web.access import account_only, public
from mtc.web.cookies import leave
from mtc.web.pages import client_ip, forgive, limit, local_path, see_other

PER_ADDRESS, PER_PERSON, WINDOW = 30, 8, 900


@front.get("/login")
@public()
def login_form() -> Response | WerkzeugResponse:
    """The form; who is logged in already goes on."""
    if current().actor.id is not None:
        return see_other(local_path(request.args.get("next"), "/admin"))
    return _form()


@front.post("/login")
@public()
def log_in() -> Response | WerkzeugResponse:
    """Open a session under a new key. Every cause of a refusal gets the same answer."""
    email = request.form.get("email", "").strip()[:254]
    try:
        limit("platform:login:address", client_ip(), PER_ADDRESS, WINDOW)
        limit("platform:login:person", keyed_hash(email.lower(), "login limit"), PER_PERSON, WINDOW)
        user = staff_login(email, request.form.get("password", "")[:1000])
    except (UnauthorizedError, TooManyRequestsError) as error:
        response = _form(email=email, problem=error.message, status=error.status)
        if isinstance(error, TooManyRequestsError):
            response.headers["Retry-After"] = str(error.retry_after)
        return response
    forgive("platform:login:person", keyed_hash(email.lower(), "login limit"), WINDOW)
    target = local_path(request.form.get("next"), "/admin")
    return start_session(user, see_other(target))


def start_session(user: User, response: WerkzeugResponse) -> WerkzeugResponse:
    """Give the browser a new session of the user; one that it had ends."""
    if g.get("login") is not None:
        close_session(g.login)
        g.logged_out = True
    config = current_app.config["MTC"]
    key = open_session(
        user_id=user.id,
        auth_epoch=user.auth_epoch,
        ip=client_ip(),
        user_agent=request.headers.get("User-Agent", ""),
    )
    response.set_cookie(
        cookie_name(config),
        key,
        max_age=int(STAFF_LONGEST.total_seconds()),
        secure=config.secure,
        httponly=True,
        samesite="Lax",
        path="/",
    )
    return response


@front.post("/logout")
@account_only()
def log_out() -> WerkzeugResponse:
    """Close the session, so that its cookie is worth nothing."""
    close_session(g.login)
    g.logged_out = True
    response = see_other("/login")
    response.delete_cookie(cookie_name(current_app.config["MTC"]), path="/")
    return leave(response)


@front.get("/admin")
@account_only()
def tenants_of_user() -> Response | WerkzeugResponse:
    """Where the person works: straight there when it is one place."""
    actor = current().actor
    assert actor.id is not None
    places = people.tenants_of(actor.id)
    if len(places) == 1 and not actor.may("platform"):
        return see_other(f"/admin/{places[0].slug}/")
    if not places and actor.may("platform"):
        return see_other("/platform/tenants")
    return plain_page("admin/places.html", title="Your stores", places=places)


def _form(*, email: str = "", problem: str = "", status: int = 200) -> Response:
    config = current_app.config["MTC"]
    logins = demo_logins([store_info(row) for row in tenants.all_stores()]) if config.demo else []
    return plain_page(
        "admin/login.html",
        title="Log in",
        status=status,
        email=email,
        problem=problem,
        next=local_path(request.values.get("next"), ""),
        logins=logins,
    )
