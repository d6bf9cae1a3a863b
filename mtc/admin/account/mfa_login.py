"""The second step of a log-in, and logging in with a passkey alone."""

from __future__ import annotations

from flask import Response, current_app, g, request
from werkzeug.wrappers import Response as WerkzeugResponse

from mtc.admin.account.login import (
    PER_ADDRESS,
    STEP,
    WINDOW,
    carry_step,
    forgive_password,
    place,
    refused,
    start_session,
    wait_if_told,
)
from mtc.admin.bare_layout import plain_page
from mtc.admin.blueprints import front
from mtc.admin.home.demo_logins import demo_code
from mtc.core import security_log
from mtc.core.errors import TooManyRequestsError, UnauthorizedError
from mtc.core.i18n import LazyText, _, _l, lazy_ngettext
from mtc.core.ids import token
from mtc.identity.queries.factors import codes_left, passkeys_of, totp_of
from mtc.identity.services.factors import PASSKEY, RECOVERY, TOTP
from mtc.identity.services.passkeys import RelyingParty, accept_passkey, first_options, second_options
from mtc.identity.services.pending_logins import (
    FAILURES,
    Pending,
    find_pending,
    finish_pending,
    take_try,
    warn_of_failures,
)
from mtc.identity.services.recovery_codes import FEW, use_code
from mtc.identity.services.security_notifications import notify_user
from mtc.identity.services.staff import passkey_user
from mtc.identity.services.totp import accept_code
from mtc.identity.services.webauthn_challenges import FIRST, SECOND
from mtc.web.access import public
from mtc.web.audited import audited, not_audited
from mtc.web.client_address import client_ip
from mtc.web.cookies import cookie
from mtc.web.rate_limits import limit, reset_rate_limit
from mtc.web.responses import local_path, see_other

PER_PERSON, PER_DAY, DAY, OPTIONS = 10, 50, 86_400, 60
GONE = _l("This log-in took too long or failed too often. Log in again.")
WRONG = _l("This code does not count, or was used before. Wait for the next one and type that.")


def party() -> RelyingParty:
    """The relying party of passkeys: the stored address of the platform."""
    return RelyingParty.of(current_app.config["MTC"].public_url)


def step_key() -> str:
    """The key in the cookie of a half log-in, or an empty text."""
    text = request.cookies.get(cookie(STEP), "")
    return text if 20 <= len(text) <= 100 else ""


def json(text: str) -> Response:
    """Return the browser's options for a passkey."""
    return current_app.response_class(text, mimetype="application/json")


@front.get("/login/second")
@public()
def second_form() -> Response | WerkzeugResponse:
    """The form for the code or the passkey; without a password of a moment ago, that comes first."""
    pending = find_pending(step_key())
    return see_other("/login") if pending is None else _form(pending)


@front.post("/login/second")
@public()
@audited(_l("Logged in with a second factor"), refused=_l("Failed at the second factor"))
def second_step() -> Response | WerkzeugResponse:
    """Open the session for a right code or passkey; five tries, and all refusals look the same."""
    key = step_key()
    pending = find_pending(key)
    if pending is None:
        return refused(UnauthorizedError(GONE))
    g.half = pending.user.email
    who, credential = str(pending.user.id), request.form.get("credential", "")
    try:
        limit("platform:second:address", client_ip(), PER_ADDRESS, WINDOW)
        if credential:
            accept_passkey(party(), key, credential, purpose=SECOND, user_id=pending.user.id)
            how = PASSKEY
        else:
            limit("platform:second:person", who, PER_PERSON, WINDOW)
            limit("platform:second:day", who, PER_DAY, DAY)
            how = _code(pending, request.form.get("code", "")[:200])
        if not finish_pending(pending):
            raise UnauthorizedError(WRONG)
    except (UnauthorizedError, TooManyRequestsError) as error:
        security_log.refuse("factor.refused", kind="staff", account=who)
        return wait_if_told(_form(pending, error.message, error.status), error)
    security_log.note("login.passed", kind="staff", account=who, factor=how)
    reset_rate_limit(
        "platform:second:person", who, WINDOW
    )  # not those of the day: the next guesser had them anew
    forgive_password(pending.user)
    response = see_other(local_path(pending.target, "/admin"))
    said = _few(pending) if how == RECOVERY else ""
    return start_session(pending.user, response, second_factor=how, say=said, variant="warning")


def _code(pending: Pending, typed: str) -> str:
    """Return the factor of the code; raises UnauthorizedError. A try is counted before the check."""
    user_id = pending.user.id
    if not take_try(pending):
        raise UnauthorizedError(GONE)
    if accept_code(user_id, typed):
        return TOTP
    if use_code(user_id, typed):
        return RECOVERY
    if pending.failures + 1 == FAILURES:
        warn_of_failures(pending, place())
    raise UnauthorizedError(WRONG)


def _few(pending: Pending) -> str:
    """Tell the person that a recovery code was used, and what is left."""
    left = codes_left(pending.user.id)
    said = lazy_ngettext(
        "A recovery code was used to log in; %(num)s is left.",
        "A recovery code was used to log in; %(num)s are left.",
        left,
    )
    if left <= FEW:
        advice = _l("Make new ones under “Your account”, second factor.")
        said = LazyText("%(said)s %(advice)s", {"said": said, "advice": advice})
    notify_user(pending.user.id, said.source, place=place())
    return str(said)


@front.post("/login/second/options")
@public()
@not_audited
def second_passkey() -> Response:
    """The challenge for a passkey after the password."""
    limit("platform:passkey:address", client_ip(), OPTIONS, WINDOW)
    key = step_key()
    pending = find_pending(key)
    if pending is None:
        raise UnauthorizedError(GONE)
    return json(second_options(party(), pending.user, key))


@front.post("/login/passkey/options")
@public()
@not_audited
def passkey_challenge() -> Response:
    """The challenge for a log-in without a password; the same for everybody."""
    limit("platform:passkey:address", client_ip(), OPTIONS, WINDOW)
    key = step_key() or token()
    response = json(first_options(party(), key))
    carry_step(response, key)
    return response


@front.post("/login/passkey")
@public()
@audited(_l("Logged in with a passkey"), refused=_l("Failed to log in with a passkey"))
def passkey_login() -> Response | WerkzeugResponse:
    """Log in with a passkey that has verified its owner: that is two factors in one."""
    try:
        limit("platform:login:address", client_ip(), PER_ADDRESS, WINDOW)
        accepted = accept_passkey(party(), step_key(), request.form.get("credential", ""), purpose=FIRST)
        user = passkey_user(accepted.user_id)
        security_log.note("login.passed", kind="staff", account=str(user.id), factor=PASSKEY)
    except (UnauthorizedError, TooManyRequestsError) as error:
        security_log.refuse("factor.refused", kind="staff")
        return refused(error)
    target = local_path(request.form.get("next"), "/admin")
    return start_session(user, see_other(target), second_factor=PASSKEY)


def _form(pending: Pending, problem: str = "", status: int = 200) -> Response:
    user = pending.user
    return plain_page(
        "admin/second-step.html",
        title=_("Second step"),
        status=status,
        problem=problem,
        has_totp=totp_of(user.id) is not None,
        has_passkeys=bool(passkeys_of(user.id)),
        demo=demo_code(user),
    )
