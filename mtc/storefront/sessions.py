"""Log-ins of a shopper, and logging out of each."""

from __future__ import annotations

from uuid import UUID

from flask import Response, request
from flask_login import current_user
from werkzeug.wrappers import Response as AnyResponse

from mtc.core.errors import ValidationError
from mtc.core.i18n import _, _l
from mtc.core.relative_time import when
from mtc.identity import queries
from mtc.identity.services.customers import confirm_password
from mtc.identity.services.sessions import end_other_sessions, end_session, live_sessions
from mtc.storefront.account import customer_id
from mtc.storefront.blueprint import storefront
from mtc.storefront.view import View, current_store
from mtc.web.access import customer_only
from mtc.web.flash import flash
from mtc.web.rate_limits import limit
from mtc.web.responses import see_other

PAGE = "/account/sessions"


@storefront.get(PAGE)
@customer_only()
def sessions() -> Response:
    """Every browser in which the shopper is logged in."""
    return _show()


@storefront.post(PAGE + "/<uuid:session_id>/end")
@customer_only()
def end_one(session_id: UUID) -> AnyResponse:
    """Log one of the shopper's browsers out."""
    try:
        _make_sure()
    except ValidationError as error:
        return _show(error.details, 422)
    end_session(session_id, current_user.session)
    flash(_("That device is logged out."))
    return see_other(PAGE)


@storefront.post(PAGE + "/end-others")
@customer_only()
def end_others() -> AnyResponse:
    """Log all of the shopper's other browsers out."""
    try:
        _make_sure()
    except ValidationError as error:
        return _show(error.details, 422)
    ended = end_other_sessions(current_user.session)
    flash(_("You are logged in here alone now.") if ended else _("You were logged in here alone."))
    return see_other(PAGE)


def _make_sure() -> None:
    """Raise ValidationError unless the shopper logged in a moment ago or types the password (V7.5.2)."""
    if current_user.session.recent:
        return
    typed = request.form.get("password", "")[:1000]
    if not typed:
        raise ValidationError(_l("Type your password."), {"password": [_l("Type your password to go on.")]})
    # The same count as for changing it, or there would be twice as many guesses.
    limit("password", str(customer_id()), 10, 900)
    customer = queries.customer(current_store().tenant_id, customer_id())
    assert customer is not None
    confirm_password(customer, typed)


def _show(errors: dict[str, list[str]] | None = None, status: int = 200) -> Response:
    sessions = [
        {
            "id": row.id,
            "device": row.device,
            "phone": any(word in row.device for word in ("iPhone", "iPad", "Android")),
            "address": row.ip,
            "seen": when(row.seen_at),
            "since": when(row.opened_at),
            "here": row.here,
        }
        for row in live_sessions(current_user.session)
    ]
    form = {"sessions": sessions, "ask": not current_user.session.recent, "errors": errors or {}}
    view = View("account", _("Where you are logged in"), robots="noindex", canonical="", form=form)
    return view.respond(status, main="storefront/account/sessions.html")
