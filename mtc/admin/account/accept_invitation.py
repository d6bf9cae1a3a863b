"""The page behind an invitation: a new person makes a log-in, somebody known logs in first."""

from __future__ import annotations

from flask import Response, request
from flask_login import current_user
from werkzeug.wrappers import Response as WerkzeugResponse

from mtc.admin.account.login import start_session
from mtc.admin.bare_layout import plain_page
from mtc.admin.blueprints import front
from mtc.audit.services import annotate_audit
from mtc.core.context import current
from mtc.core.db import savepoint
from mtc.core.email_addresses import address_key
from mtc.core.errors import ForbiddenError, GoneError, UnauthorizedError, ValidationError
from mtc.core.i18n import _, _l
from mtc.identity import queries as people
from mtc.identity.services import create_user
from mtc.identity.services.staff import logged_in
from mtc.team.services import Offer, accept, find_offer
from mtc.web.access import public
from mtc.web.audited import audited
from mtc.web.client_address import client_ip
from mtc.web.flash import flash
from mtc.web.rate_limits import limit
from mtc.web.responses import keep_secret, see_other


@front.get("/join/<token>")
@public()
def invitation(token: str) -> Response:
    """Show the invitation, and how to take it."""
    limit("platform:join", client_ip(), 60, 900)
    return _show(token, find_offer(token))


@front.post("/join/<token>")
@public()
@audited(_l("Took an invitation and joined the team"))
def take_place(token: str) -> Response | WerkzeugResponse:
    """Take the place: with the session of the invited address, or by making its log-in."""
    limit("platform:join", client_ip(), 60, 900)
    offer, actor = find_offer(token), current().actor
    annotate_audit(label=offer.email, tenant_id=offer.tenant_id)
    if actor.id is not None:
        if address_key(actor.email) != offer.email_lc:
            raise ForbiddenError(
                _l("This invitation is for %(email)s. Log out, then open the link again.", email=offer.email)
            )
        accept(offer, actor.id)
        flash(_("Welcome to %(tenant)s.", tenant=offer.tenant_name))
        return see_other(f"/admin/{offer.slug}/")
    if people.user_by_email(offer.email) is not None:
        raise UnauthorizedError(_l("Log in as %(email)s first, then open the link again.", email=offer.email))
    name, password = " ".join(request.form.get("name", "").split())[:200], request.form.get("password", "")
    try:
        if not name:
            raise ValidationError(_l("Check the form."), {"name": [_l("Write your name.")]})
        if password != request.form.get("again", ""):
            raise ValidationError(_l("Check the form."), {"again": [_l("The two are not the same.")]})
        with savepoint():
            user = create_user(offer.email, name, password[:1000], place=f"{offer.tenant_name} {offer.slug}")
            accept(offer, user.id)
            logged_in(user)
    except (ValidationError, GoneError) as error:
        if isinstance(error, GoneError):
            raise
        return _show(token, offer, name=name, errors=error.details, status=422)
    return start_session(user, see_other(f"/admin/{offer.slug}/"))


def _show(
    token: str, offer: Offer, *, name: str = "", errors: dict[str, list[str]] | None = None, status: int = 200
) -> Response:
    actor = current().actor
    has_account = people.user_by_email(offer.email) is not None
    state = "new" if not has_account else "log-in"
    if current_user.is_authenticated:
        state = "join" if address_key(actor.email) == offer.email_lc else "other"
    response = plain_page(
        "admin/team/join.html",
        title=_("Work for %(tenant)s", tenant=offer.tenant_name),
        status=status,
        offer=offer,
        token=token,
        state=state,
        name=name,
        errors=errors or {},
    )
    return keep_secret(response)
