"""Logging in and out on the platform's host: the password, and the session that follows from it."""

from __future__ import annotations

from typing import Any

from flask import Response, current_app, g, request
from flask_login import current_user
from werkzeug.wrappers import Response as WerkzeugResponse

from mtc.admin.bare_layout import plain_page
from mtc.admin.blueprints import front
from mtc.admin.home.demo_logins import demo_logins
from mtc.core.context import current
from mtc.core.email_addresses import address_key
from mtc.core.errors import TooManyRequestsError, UnauthorizedError
from mtc.core.i18n import _, _l, retold
from mtc.identity import queries as people
from mtc.identity.models import User
from mtc.identity.queries.factors import has_factor
from mtc.identity.services import close_session, open_session, staff_login
from mtc.identity.services.pending_logins import LASTS, begin_pending
from mtc.identity.services.sessions import STAFF_LONGEST
from mtc.identity.services.user_agents import device
from mtc.middleware.login_sessions import cookie_name
from mtc.team.services.support_sessions import end_visits
from mtc.tenants import queries as tenants
from mtc.tenants.services.store_lookup import store_info
from mtc.web.access import account_only, public
from mtc.web.audited import audited
from mtc.web.client_address import client_ip
from mtc.web.cookies import cookie, leave
from mtc.web.device_cookies import remember, tries_as
from mtc.web.rate_limits import give_back, limit, reset_rate_limit
from mtc.web.responses import local_path, see_other

PER_ADDRESS, PER_PERSON, WINDOW = 30, 8, 900
STEP = "mtc_step"


@front.get("/login")
@public()
def login_form() -> Response | WerkzeugResponse:
    """The form; who is logged in already goes on."""
    if current().actor.id is not None:
        return see_other(local_path(request.args.get("next"), "/admin"))
    return show_form()


@front.get("/login/again")
@account_only(enrolling=True)
def login_again() -> Response:
    """The form for who is logged in and wants to do what asks for a log-in of a moment ago."""
    return show_form(email=current().actor.email, again=True)


@front.post("/login")
@public()
@audited(_l("Logged in"), refused=_l("Failed to log in"))
def log_in() -> Response | WerkzeugResponse:
    """Open a session under a new key, or go on to the second step. All refusals get the same answer."""
    email = request.form.get("email", "").strip()[:254]
    try:
        limit("platform:login:address", client_ip(), PER_ADDRESS, WINDOW)
        limit("platform:login:person", tries_as(f"staff:{address_key(email)}"), PER_PERSON, WINDOW)
        user = staff_login(email, request.form.get("password", "")[:1000])
    except (UnauthorizedError, TooManyRequestsError) as error:
        return refused(error, email=email)
    return go_on(user, local_path(request.form.get("next"), "/admin"))


def refused(error: UnauthorizedError | TooManyRequestsError, **values: Any) -> Response:
    """The form once more, with what was wrong."""
    return wait_if_told(show_form(problem=error.message, status=error.status, **values), error)


def wait_if_told(response: Response, error: Exception) -> Response:
    """Tell programs too how long they have to wait."""
    if isinstance(error, TooManyRequestsError):
        response.headers["Retry-After"] = str(error.retry_after)
    return response


def go_on(user: User, target: str) -> WerkzeugResponse:
    """The password was right: a session, or for who has a second factor the step that asks for it.

    Whatever proves no more than a password has to come through here.
    """
    if not has_factor(user.id):
        forgive_password(user)
        return start_session(user, see_other(target))
    response = see_other("/login/second")
    carry_step(response, begin_pending(user, target))
    return response


def forgive_password(user: User) -> None:
    """Reset the limit of wrong passwords after a log-in."""
    reset_rate_limit("platform:login:person", tries_as(f"staff:{user.email_lc}"), WINDOW)
    give_back("platform:login:address", client_ip(), WINDOW)


def start_session(
    user: User,
    response: WerkzeugResponse,
    *,
    second_factor: str | None = None,
    say: str = "",
    variant: str = "success",
    anew: bool = True,
) -> WerkzeugResponse:
    """Give the browser a new session of the user; one that it had ends. From now on it is known."""
    key = new_session(user, second_factor=second_factor, say=say, variant=variant, anew=anew)
    carry_session(response, key)
    remember(response, f"staff:{user.email_lc}")
    return response


def new_session(
    user: User, *, second_factor: str | None, say: str = "", variant: str = "success", anew: bool = True
) -> str:
    """The key of a new session, whose form token the rest of this answer uses; the one before ends.

    `say` is shown on the next page. Unless the person has logged in `anew`, the session goes on as old as
    it was: another key alone shows nobody's password and no factor.
    """
    if current_user.is_authenticated:
        end_visits(current_user.session.id, "Logged in anew")
        close_session(current_user.session)
        g.logged_out = True
    g.session_key = open_session(
        user_id=user.id,
        auth_epoch=user.auth_epoch,
        ip=client_ip(),
        user_agent=request.headers.get("User-Agent", ""),
        second_factor=second_factor,
        data={"flash": [{"text": say, "variant": variant}]} if say else None,
        after=None if anew else current_user.session,
    )
    key: str = g.session_key
    return key


def carry_session(response: WerkzeugResponse, key: str) -> WerkzeugResponse:
    """Put the key of a session into its cookie; a half log-in that the browser kept is forgotten."""
    config = current_app.config["MTC"]
    response.set_cookie(
        cookie_name(config),
        key,
        max_age=int(STAFF_LONGEST.total_seconds()),
        secure=config.secure,
        httponly=True,
        samesite="Lax",
        path="/",
    )
    if request.cookies.get(cookie(STEP)):
        response.delete_cookie(cookie(STEP), path="/", secure=config.secure, httponly=True, samesite="Strict")
    return response


def carry_step(response: WerkzeugResponse, key: str) -> None:
    """Put the key of a half log-in, or of a passkey's challenge, into its cookie."""
    response.set_cookie(
        cookie(STEP),
        key,
        max_age=int(LASTS.total_seconds()),
        secure=current_app.config["MTC"].secure,
        httponly=True,
        samesite="Strict",
        path="/",
    )


def place() -> str:
    """Return from where the person acts, for security mails: "Firefox on Windows, 203.0.113.7"."""
    return f"{device(request.headers.get('User-Agent', ''))}, {client_ip()}"


@front.post("/logout")
@account_only(enrolling=True)
@audited(_l("Logged out"))
def log_out() -> WerkzeugResponse:
    """Close the session, so that its cookie is worth nothing."""
    end_visits(current_user.session.id, "Logged out")
    close_session(current_user.session)
    g.logged_out = True
    response, config = see_other("/login"), current_app.config["MTC"]
    # A browser takes a __Host- cookie back only from an answer that could have set it (RFC 6265bis).
    name = cookie_name(config)
    response.delete_cookie(name, path="/", secure=config.secure, httponly=True, samesite="Lax")
    return leave(response)


@front.get("/admin")
@account_only()
def tenants_of_user() -> Response | WerkzeugResponse:
    """Show where the person works: straight there when it is one place."""
    actor = current().actor
    assert actor.id is not None
    places = people.tenants_of(actor.id)
    if len(places) == 1 and not actor.may("platform"):
        return see_other(f"/admin/{places[0].slug}/")
    if not places and actor.may("platform"):
        return see_other("/platform/tenants")
    return plain_page("admin/places.html", title=_("Your stores"), places=[_place(place) for place in places])


def _place(row: Any) -> dict[str, str]:
    role = retold(row.role.capitalize())
    return {"slug": row.slug, "name": row.name, "status": row.status, "role": role}


def show_form(*, email: str = "", problem: str = "", status: int = 200, again: bool = False) -> Response:
    """The form for address and password."""
    config = current_app.config["MTC"]
    logins = (
        demo_logins([store_info(row) for row in tenants.all_stores()]) if config.demo and not again else []
    )
    return plain_page(
        "admin/login.html",
        title=_("Log in again") if again else _("Log in"),
        status=status,
        email=email,
        problem=problem,
        next=local_path(request.values.get("next"), ""),
        logins=logins,
        again=again,
    )
