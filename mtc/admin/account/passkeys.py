"""The passkeys of one's own account: adding, naming and removing them."""

from __future__ import annotations

from uuid import UUID

from flask import Response, g, request
from flask_login import current_user
from werkzeug.wrappers import Response as WerkzeugResponse

from mtc.admin.account.login import place
from mtc.admin.account.mfa_login import json, party
from mtc.admin.account.mfa_settings import PAGE, after_change, keep
from mtc.admin.account.reauthentication import log_in_again
from mtc.admin.blueprints import front
from mtc.core.errors import ConflictError, ForbiddenError, ValidationError
from mtc.core.i18n import _, _l
from mtc.identity.services.factors import PASSKEY, remove_passkey
from mtc.identity.services.passkeys import enrol_passkey, enrolment_options, rename_passkey
from mtc.identity.services.staff import user_of
from mtc.identity.services.user_agents import device
from mtc.web.access import account_only
from mtc.web.audited import audited, not_audited
from mtc.web.flash import flash
from mtc.web.rate_limits import limit
from mtc.web.responses import see_other


@front.post("/account-settings/passkeys/options")
@account_only(enrolling=True)
@not_audited
def passkey_options() -> Response:
    """Return the browser's options for making a passkey."""
    if log_in_again() is not None:
        raise ForbiddenError(_l("Log in again first: this asks for a log-in of the last 15 minutes."))
    limit("platform:passkeys", str(current_user.user_id), 30, 900)
    return json(enrolment_options(party(), user_of(current_user.user_id), g.session_key))


@front.post("/account-settings/passkeys")
@account_only(enrolling=True)
@audited(_l("Set up a passkey"))
def add_passkey() -> Response | WerkzeugResponse:
    """Keep the passkey that the browser has made."""
    again = log_in_again()
    if again is not None:
        return again
    name = request.form.get("name", "").strip() or device(request.headers.get("User-Agent", ""))
    answer = request.form.get("credential", "")
    try:
        user, codes = enrol_passkey(party(), current_user.user_id, g.session_key, name, answer, place())
    except (ValidationError, ConflictError) as error:
        flash(error.message, "destructive")
        return see_other(PAGE)
    return after_change(user, PASSKEY, codes, _("The passkey “%(value)s” is set up.", value=name[:60]))


@front.post("/account-settings/passkeys/<uuid:passkey>/name")
@account_only()
@audited(_l("Renamed a passkey"))
def name_passkey(passkey: UUID) -> WerkzeugResponse:
    """Give a passkey another name."""
    try:
        rename_passkey(current_user.user_id, passkey, request.form.get("name", ""))
        flash(_("The name is saved."))
    except ValidationError as error:
        flash(error.message, "destructive")
    return see_other(PAGE)


@front.post("/account-settings/passkeys/<uuid:passkey>/remove")
@account_only()
@audited(_l("Removed a passkey"))
def drop_passkey(passkey: UUID) -> Response | WerkzeugResponse:
    """Remove a passkey, such as one that was lost."""
    again = log_in_again()
    if again is not None:
        return again
    try:
        user = remove_passkey(current_user.user_id, passkey, place())
    except ConflictError as error:
        return keep(error)
    return after_change(user, current_user.session.second_factor, [], _("The passkey is removed."))
