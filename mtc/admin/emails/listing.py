"""The outbox: what the store has sent, one mail as it looks, sending it again."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask import Response, current_app, request
from werkzeug.wrappers import Response as WerkzeugResponse

from mtc.admin.blueprints import admin
from mtc.admin.emails.demo_mailbox import mailbox_path
from mtc.admin.emails.redaction import masked
from mtc.admin.layout import base, listing, page, store
from mtc.admin.navigation import SALES, navigation
from mtc.core.db import scope_tenant
from mtc.core.errors import NotFoundError
from mtc.core.i18n import _, _l, retold
from mtc.core.relative_time import exact, when
from mtc.emails import queries
from mtc.emails.services import resend_email
from mtc.emails.services.outbox import NO_USE, TRIED_AGAIN
from mtc.middleware.security_headers import csp_nonce, policy
from mtc.web import list_pages
from mtc.web.access import requires
from mtc.web.audited import audited
from mtc.web.flash import flash
from mtc.web.responses import keep_secret, see_other

PAGE = 25
# Nothing runs, nothing is fetched, no form is sent, no link leaves the frame.
POLICY = (
    "sandbox; default-src 'none'; img-src data:; style-src 'unsafe-inline'; base-uri 'none'; "
    "form-action 'none'; frame-ancestors 'self'"
)


_KINDS = {
    "order-received": _l("Order received"),
    "keys": _l("Delivery of keys"),
    "files": _l("Delivery of files"),
    "order-link": _l("Link to an order"),
    "order-code": _l("Code for an order"),
    "password-reset": _l("New password"),
    "join": _l("New account"),
    "account-known": _l("Account exists"),
    "invitation": _l("Invitation"),
    "stock-alert": _l("Stock alert to staff"),
    "new-order": _l("New order, to staff"),
    "sender-alert": _l("Sender address, to staff"),
    "refund-sent": _l("Refund"),
    "key-replaced": _l("Replaced key"),
}


@admin.get("/mail")
@navigation.entry("mail", _l("Mail"), section=SALES, icon="mail", order=20)
@requires("mail:read")
def mails(tenant: str) -> Response:
    """Mails, newest first."""
    del tenant
    path = request.script_root + base() + "/mail"
    page = list_pages.find(lambda cursor: queries.emails(scope_tenant(), cursor, PAGE), list_pages.each(_row))
    return listing(
        "admin/mail/list.html",
        "admin/mail/_results.html",
        title=_("Mail"),
        active="mail",
        list_page=page,
        path=path,
        mails=page.rows,
        mailbox=mailbox_path(demo=store().settings.get("is_demo", False)),
    )


def _row(row: Any) -> dict[str, Any]:
    return {
        "id": str(row.id),
        "to": row.recipient,
        "subject": row.subject,
        "kind": str(_KINDS[row.kind]) if row.kind in _KINDS else row.kind.replace("-", " ").capitalize(),
        "status": row.status,
        "at": when(row.created_at),
        "moment": exact(row.created_at),
    }


@admin.get("/mail/<uuid:which>")
@requires("mail:read")
def mail(tenant: str, which: UUID) -> Response:
    """One mail: how it looks, its text, when it went."""
    del tenant
    email = _find(which)
    url = f"{request.script_root}{base()}/mail"
    response = page(
        "admin/mail/mail.html",
        title=email.subject,
        active="mail",
        mail={
            **_row(email),
            "from": email.sender,
            "text": masked(email.body_text),
            "has_html": bool(email.body_html),
            "sent": when(email.sent_at),
            "error": _problem(email.error),
            "provider_id": email.provider_id,
        },
        url=f"{url}/{which}",
        crumbs=[{"label": _("Mail"), "url": url}, {"label": email.subject, "url": ""}],
    )
    own = policy(csp_nonce(), secure=current_app.config["MTC"].secure)
    response.headers["Content-Security-Policy"] = f"{own}; frame-src 'self'"
    return response


def _problem(error: str) -> str:
    """Return what went wrong, and whether it is tried again: each is a sentence of its own."""
    for ending in (NO_USE, TRIED_AGAIN):
        if error.endswith(f" {ending.source}"):
            return f"{retold(error.removesuffix(f' {ending.source}'))} {ending}"
    return retold(error)


@admin.get("/mail/<uuid:which>/body")
@requires("mail:read")
def mail_body(tenant: str, which: UUID) -> Response:
    """The HTML of a mail, for the frame on its page: scripts, forms and the network are shut off."""
    del tenant
    email = _find(which)
    if not email.body_html:
        raise NotFoundError(_l("This mail has no HTML."))
    response = Response(masked(email.body_html), mimetype="text/html")
    response.headers["Content-Security-Policy"] = POLICY
    response.headers["X-Frame-Options"] = "SAMEORIGIN"
    return keep_secret(response)


@admin.post("/mail/<uuid:which>/resend")
@requires("orders:write")
@audited(_l("Sent a mail again"), always=True)
def send_again(tenant: str, which: UUID) -> WerkzeugResponse:
    """Send a mail once more to the same address."""
    del tenant
    email = _find(which)
    resend_email(scope_tenant(), which)
    flash(_("The mail is on its way to %(recipient)s.", recipient=email.recipient))
    return see_other(f"{base()}/mail/{which}")


def _find(which: UUID) -> Any:
    email = queries.email(scope_tenant(), which)
    if email is None:
        raise NotFoundError(_l("There is no such mail."))
    return email
