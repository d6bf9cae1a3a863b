"""A forgotten password: a link by mail, and the form behind it."""

from __future__ import annotations

from uuid import UUID

from flask import Response, request
from werkzeug.wrappers import Response as WerkzeugResponse

from mtc.admin.account.login import go_on, place
from mtc.admin.bare_layout import plain_page
from mtc.admin.blueprints import front
from mtc.audit.services import annotate_audit
from mtc.core.db import savepoint
from mtc.core.email_addresses import address_key
from mtc.core.errors import TooManyRequestsError, ValidationError
from mtc.core.i18n import _, _l
from mtc.emails.services.outbox import check_address
from mtc.identity.services.password_reset import SECONDS, ask_for_password, choose_password, read_link
from mtc.identity.services.security_notifications import notify_user
from mtc.team.services.support_sessions import end_visits_of
from mtc.web.access import public
from mtc.web.audited import audited, not_audited
from mtc.web.client_address import client_ip
from mtc.web.rate_limits import limit
from mtc.web.responses import keep_secret

PER_NETWORK, PER_PERSON, HOUR = 10, 3, 3600
NOBODY = UUID(int=0)


@front.get("/login/forgot")
@public()
def forgot_form() -> Response:
    """The form for the address."""
    return _ask()


@front.post("/login/forgot")
@public()
@not_audited
def forgot() -> Response:
    """Have a link mailed; the answer is the same whether or not somebody has this address."""
    typed = request.form.get("email", "")[:254].strip()
    try:
        limit("platform:forgot", client_ip(), PER_NETWORK, HOUR)
        address = check_address(typed)
        limit("platform:forgot:person", address_key(address), PER_PERSON, HOUR)
    except TooManyRequestsError as error:
        response = _ask(email=typed, problem=error.message, status=error.status)
        response.headers["Retry-After"] = str(error.retry_after)
        return response
    except ValidationError as error:
        return _ask(email=typed, errors=error.details, status=422)
    ask_for_password(address, place())
    return _ask(email=address, sent=True)


@front.get("/login/new-password/<token>")
@public()
def new_password_form(token: str) -> Response:
    """The form behind the mailed link."""
    limit("platform:new-password", client_ip(), 60, 900)
    read_link(token)
    return _choose(token)


@front.post("/login/new-password")
@public()
@audited(_l("Chose a new password by a mailed link"))
def choose_new_password() -> Response | WerkzeugResponse:
    """Set the password; who has a second factor is asked for it, and every session there was has ended.

    The link's secret comes in the form: in the address it would stand in the audit log.
    """
    limit("platform:new-password", client_ip(), 60, 900)
    form = request.form
    token = form.get("token", "")[:1000]
    try:
        if form.get("password", "") != form.get("again", ""):
            read_link(token)
            raise ValidationError(_l("Check the form."), {"again": [_l("The two are not the same.")]})
        with savepoint():
            user = choose_password(token, form.get("password", "")[:1000])
    except ValidationError as error:
        if not error.details:
            raise
        return _choose(token, errors=error.details, status=422)
    annotate_audit(label=user.email)
    notify_user(user.id, _("Your password was changed by a link that was mailed to you."), place=place())
    end_visits_of(user.id, "Chose a new password", keep=NOBODY)
    return go_on(user, "/admin")


def _ask(
    *,
    email: str = "",
    errors: dict[str, list[str]] | None = None,
    problem: str = "",
    sent: bool = False,
    status: int = 200,
) -> Response:
    return plain_page(
        "admin/forgot.html",
        title=_("Forgot your password?"),
        status=status,
        email=email,
        errors=errors or {},
        problem=problem,
        sent=sent,
        minutes=SECONDS // 60,
    )


def _choose(token: str, *, errors: dict[str, list[str]] | None = None, status: int = 200) -> Response:
    response = plain_page(
        "admin/new-password.html",
        title=_("Choose a new password"),
        status=status,
        token=token,
        errors=errors or {},
    )
    return keep_secret(response)
