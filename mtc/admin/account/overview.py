"""The page of one's own account: a new password, where one is logged in, what happened to the log-in."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask import Response, request
from flask_login import current_user
from werkzeug.wrappers import Response as WerkzeugResponse

from mtc.admin.account.login import place, start_session
from mtc.admin.account.reauthentication import log_in_again
from mtc.admin.bare_layout import plain_page
from mtc.admin.blueprints import front
from mtc.core.context import current
from mtc.core.errors import ValidationError
from mtc.core.i18n import _, _l, use_locale
from mtc.core.i18n.locales import LONGEST, PLATFORM_LOCALES, language_name
from mtc.core.relative_time import when
from mtc.identity.queries.factors import has_factor, notices_of
from mtc.identity.services.account import change_password, choose_language
from mtc.identity.services.factors import factors_of
from mtc.identity.services.security_notifications import notify_user
from mtc.identity.services.sessions import end_other_sessions, end_session, live_sessions
from mtc.identity.services.staff import user_of
from mtc.team.services.support_sessions import end_visits, end_visits_of
from mtc.web.access import account_only
from mtc.web.audited import audited
from mtc.web.flash import flash
from mtc.web.rate_limits import limit
from mtc.web.responses import see_other

PAGE, NOTICES = "/account-settings", 8
_HOW = {"totp": _l("code of the app"), "passkey": _l("passkey"), "recovery": _l("recovery code")}


@front.get(PAGE)
@account_only()
def account() -> Response:
    """Show who is logged in and where, and the form for another password."""
    return _show()


@front.post(PAGE)
@account_only()
@audited(_l("Changed their password"), refused=_l("Failed to change their password"))
def set_password() -> Response | WerkzeugResponse:
    """Change the password; other sessions of the person end, this one goes on under a new key."""
    actor = current().actor
    assert actor.id is not None
    limit("platform:password", str(actor.id), 10, 900)
    form = request.form
    try:
        if form.get("password", "") != form.get("again", ""):
            raise ValidationError(_l("Check the new password."), {"again": [_l("The two are not the same.")]})
        user = change_password(actor.id, form.get("old", ""), form.get("password", "")[:1000])
    except ValidationError as error:
        return _show(error.details, 422)
    notify_user(user.id, _("Your password was changed."), place=place())
    end_visits_of(user.id, "Changed the password", keep=current_user.session.id)
    # The old password is no log-in for who has more than a password.
    anew, how = not has_factor(user.id), current_user.session.second_factor
    return start_session(user, see_other("/admin"), second_factor=how, anew=anew)


@front.post(PAGE + "/language")
@account_only()
@audited(_l("Chose the language of the admin"))
def set_language() -> Response | WerkzeugResponse:
    """Keep the language in which the person works; empty for the browser's."""
    locale = request.form.get("locale", "")[:LONGEST]
    try:
        choose_language(current_user.user_id, locale)
    except ValidationError as error:
        return _show(error.details, 422)
    with use_locale(locale or current().locale):
        flash(_("The language is saved."))
    return see_other(PAGE)


@front.post(PAGE + "/sessions/<uuid:session_id>/end")
@account_only()
@audited(_l("Logged one of their browsers out"))
def end_one(session_id: UUID) -> WerkzeugResponse:
    """Log one of one's browsers out."""
    again = log_in_again(PAGE)
    if again is not None:
        return again
    end_session(session_id, current_user.session)
    end_visits(session_id, "Logged out")
    flash(_("That browser is logged out."))
    return see_other(PAGE)


@front.post(PAGE + "/sessions/end-others")
@account_only()
@audited(_l("Logged all their other browsers out"))
def end_others() -> WerkzeugResponse:
    """Log all of one's other browsers out."""
    again = log_in_again(PAGE)
    if again is not None:
        return again
    ended = end_other_sessions(current_user.session)
    end_visits_of(current_user.user_id, "Logged out", keep=current_user.session.id)
    flash(_("You are logged in here alone now.") if ended else _("You were logged in here alone."))
    return see_other(PAGE)


def _show(errors: dict[str, Any] | None = None, status: int = 200) -> Response:
    user = user_of(current_user.user_id)
    return plain_page(
        "admin/account.html",
        title=_("Your account"),
        status=status,
        errors=errors or {},
        languages=[{"value": "", "label": _("As the browser says")}]
        + [{"value": tag, "label": language_name(tag)} for tag in PLATFORM_LOCALES],
        language=user.locale or "",
        factors=factors_of(user),
        sessions=[
            {
                "id": row.id,
                "device": row.device,
                "address": row.ip or _("unknown"),
                "seen": when(row.seen_at),
                "since": when(row.opened_at),
                "how": _HOW.get(row.second_factor or "", _l("password only")),
                "here": row.here,
            }
            for row in live_sessions(current_user.session)
        ],
        notices=[
            {"text": notice.text, "place": notice.place, "at": when(notice.created_at)}
            for notice in notices_of(user.id, NOTICES)
        ],
    )
