"""The page of one's own account: a new password."""

from __future__ import annotations

from flask import Response, request
from werkzeug.wrappers import Response as WerkzeugResponse

from mtc.admin.blueprints import front
from mtc.admin.login import start_session
from mtc.admin.plain import plain_page
from mtc.core.context import current
from mtc.core.errors import ValidationError
from mtc.identity.services.account import change_password
from mtc.web.access import account_only
from mtc.web.pages import limit, see_other


@front.get("/account-settings")
@account_only()
def account() -> Response:
    """Who is logged in, and the form for another password."""
    return plain_page("admin/account.html", title="Your account", errors={})


@front.post("/account-settings")
@account_only()
def set_password() -> Response | WerkzeugResponse:
    """Change the password; other sessions of the person end, this one goes on under a new key."""
    actor = current().actor
    assert actor.id is not None
    limit("platform:password", str(actor.id), 10, 900)
    form = request.form
    try:
        if form.get("password", "") != form.get("again", ""):
            raise ValidationError("Check the new password.", {"again": ["The two are not the same."]})
        user = change_password(actor.email, form.get("old", ""), form.get("password", "")[:1000])
    except ValidationError as error:
        return plain_page("admin/account.html", title="Your account", status=422, errors=error.details)
    return start_session(user, see_other("/admin"))
