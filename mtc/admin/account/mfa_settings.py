"""The second factors of one's own account: the overview, the authenticator app and the recovery codes."""

from __future__ import annotations

from flask import Response, request
from flask_login import current_user
from markupsafe import Markup
from werkzeug.wrappers import Response as WerkzeugResponse

from mtc.admin.account.login import carry_session, new_session, place, start_session
from mtc.admin.account.reauthentication import log_in_again
from mtc.admin.bare_layout import plain_page
from mtc.admin.blueprints import front
from mtc.core.crypto import SealError, open_sealed, seal
from mtc.core.errors import ConflictError, ValidationError
from mtc.core.i18n import _, _l
from mtc.core.relative_time import when
from mtc.identity.models import User
from mtc.identity.queries.factors import has_factor
from mtc.identity.services import totp
from mtc.identity.services.factors import (
    TOTP,
    enrol_totp,
    factors_of,
    remove_totp,
    renew_codes,
)
from mtc.identity.services.recovery_codes import COUNT, FEW
from mtc.identity.services.staff import user_of
from mtc.team.services.support_sessions import end_visits_of
from mtc.web.access import account_only
from mtc.web.audited import audited
from mtc.web.flash import flash
from mtc.web.rate_limits import limit
from mtc.web.responses import see_other

PAGE = "/account-settings/second-factor"
DRAFT = "totp"


@front.get(PAGE)
@account_only(enrolling=True)
def second_factor() -> Response:
    """Show the second factors that are set up, and those that can be."""
    factors = factors_of(user_of(current_user.user_id))
    return plain_page(
        "admin/second-factor.html",
        title=_("Second factor"),
        factors=factors,
        must=bool(factors.required_by) and current_user.session.second_factor is None,
        few=factors.codes_left <= FEW,
        added=when(factors.totp.created_at) if factors.totp else "",
        passkeys=[
            {
                "id": passkey.id,
                "name": passkey.name,
                "added": when(passkey.created_at),
                "used": when(passkey.last_used_at) or _("never"),
            }
            for passkey in factors.passkeys
        ],
    )


@front.get("/account-settings/totp")
@account_only(enrolling=True)
def totp_form() -> Response | WerkzeugResponse:
    """The QR code and the secret of a new authenticator app; nothing counts before its first code."""
    again = log_in_again()
    return again or _totp_form(_draft())


@front.post("/account-settings/totp")
@account_only(enrolling=True)
@audited(_l("Set up an authenticator app"))
def add_totp() -> Response | WerkzeugResponse:
    """Set the app up with its first code."""
    again = log_in_again()
    if again is not None:
        return again
    secret = _draft()
    limit("platform:totp", str(current_user.user_id), 10, 900)
    try:
        user, codes = enrol_totp(current_user.user_id, secret, request.form.get("code", "")[:200], place())
    except ValidationError as error:
        return _totp_form(secret, error.details, 422)
    return after_change(user, TOTP, codes, _("The authenticator app is set up."))


@front.post("/account-settings/totp/remove")
@account_only()
@audited(_l("Removed their authenticator app"))
def drop_totp() -> Response | WerkzeugResponse:
    """Remove the authenticator app."""
    again = log_in_again()
    if again is not None:
        return again
    try:
        user = remove_totp(current_user.user_id, place())
    except ConflictError as error:
        return keep(error)
    return after_change(user, current_user.session.second_factor, [], _("The authenticator app is removed."))


@front.post("/account-settings/recovery-codes")
@account_only()
@audited(_l("Made new recovery codes"))
def new_recovery_codes() -> Response | WerkzeugResponse:
    """Ten new recovery codes, shown once."""
    again = log_in_again()
    if again is not None:
        return again
    try:
        user, codes = renew_codes(current_user.user_id, place())
    except ConflictError as error:
        return keep(error)
    return after_change(user, current_user.session.second_factor, codes, "")


def keep(error: ConflictError) -> WerkzeugResponse:
    """Nothing was changed; the overview says why."""
    flash(error.message, "destructive")
    return see_other(PAGE)


def after_change(user: User, how: str | None, codes: list[str], said: str) -> Response | WerkzeugResponse:
    """This browser goes on under a new key while all others are logged out; new codes are shown once."""
    how = how if has_factor(user.id) else None
    end_visits_of(user.id, "Changed a second factor", keep=current_user.session.id)
    if not codes:
        return start_session(
            user,
            see_other(PAGE),
            second_factor=how,
            say=_("%(said)s You were logged out elsewhere.", said=said),
            anew=False,
        )
    key = new_session(user, second_factor=how, anew=False)
    text = "\n".join(
        ["Recovery codes for MTC", f"Account: {user.email}", _("Each works once."), "", *codes, ""]
    )
    page = plain_page(
        "admin/recovery-codes.html", title=_("Recovery codes"), codes=codes, count=COUNT, text=text
    )
    carry_session(page, key)
    return page


def _draft() -> str:
    """The secret of the app that is being set up: it lives, sealed, in this session alone."""
    login = current_user.session
    try:
        return open_sealed(
            login.data.get(DRAFT, ""), tenant_id=None, table="sessions", column="data", row_id=login.id
        )
    except SealError:
        secret = totp.new_secret()
        login.put(DRAFT, seal(secret, tenant_id=None, table="sessions", column="data", row_id=login.id))
        return secret


def _totp_form(secret: str, errors: dict[str, list[str]] | None = None, status: int = 200) -> Response:
    uri = totp.provisioning_uri(secret, current_user.session.email, "MTC")
    return plain_page(
        "admin/totp.html",
        title=_("Authenticator app"),
        status=status,
        errors=errors or {},
        qr=Markup(totp.qr_svg(uri)),  # noqa: S704 - made by segno from our own text
        secret=totp.spaced(secret),
        uri=uri,
    )
