"""Recent log-in required for changes of a log-in (ASVS 5.0 V7.5.1)."""

from __future__ import annotations

from urllib.parse import quote

from flask import request
from flask_login import current_user
from werkzeug.wrappers import Response as WerkzeugResponse

from mtc.core.errors import ForbiddenError
from mtc.core.i18n import _, _l
from mtc.identity.queries.factors import has_factor
from mtc.web.csrf import SAFE_METHODS
from mtc.web.flash import flash
from mtc.web.responses import see_other, wants_json


def log_in_again(back: str = "/account-settings/second-factor") -> WerkzeugResponse | None:
    """None when the person logged in within fifteen minutes, with a factor if they have one; else the way

    to the form, and from there to this page, or after a POST to `back`.
    """
    login = current_user.session
    if login.recent and (login.second_factor is not None or not has_factor(login.user_id)):
        return None
    if wants_json():
        raise ForbiddenError(_l("Log in again first: this asks for a log-in of the last 15 minutes."))
    if request.method not in SAFE_METHODS:
        flash(_("Nothing was changed yet: log in again, then do it once more."), "warning")
    target = request.path if request.method in SAFE_METHODS else back
    return see_other(f"/login/again?next={quote(target, safe='/')}")
