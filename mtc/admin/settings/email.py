"""Settings > Mail: whom the store's mail comes from, and the records that an own address needs."""

from __future__ import annotations

from typing import Any

from flask import Response, current_app, render_template, request
from werkzeug.wrappers import Response as WerkzeugResponse

from mtc.admin.blueprints import admin
from mtc.admin.layout import base, frame, store
from mtc.admin.navigation import settings_tabs
from mtc.admin.settings.tabs import settings_page
from mtc.core.db import scope_tenant
from mtc.core.errors import ValidationError
from mtc.core.i18n import _, _l
from mtc.core.plain_data import plain
from mtc.core.relative_time import exact, when
from mtc.emails.services.senders import headers_of, own_sender, sender_name_and_address
from mtc.extensions import htmx
from mtc.senders.presenters import SenderView, sender_view
from mtc.senders.services import check_again, drop_sender, set_sender
from mtc.web.access import requires
from mtc.web.audited import audited
from mtc.web.flash import flash
from mtc.web.rate_limits import limit
from mtc.web.responses import see_other

PAGE = "/settings/mail"
TIMES, SECONDS = 20, 3600
_STATES = {
    "found": ("ok", _l("Found")),
    "missing": ("failed", _l("Missing")),
    "differs": ("failed", _l("Differs")),
    "unknown": ("pending", _l("No answer")),
    "": ("draft", _l("Not looked at yet")),
}


@admin.get(PAGE)
@settings_tabs.entry("mail", _l("Mail"), order=60)
@requires("settings:read")
def settings_mail(tenant: str) -> Response:
    """Whom mail comes from now, and where an own address stands; a fragment while a check is under way."""
    del tenant
    if htmx.partial:
        view = sender_view(store().id)
        shown = _shown(view) if view is not None else None
        return Response(render_template("admin/settings/_sender.html", sender=shown, shell=frame("", "")))
    return _show()


@admin.post(PAGE)
@requires("settings:write")
@audited(_l("Changed the address that mail comes from"))
def save_sender(tenant: str) -> Response | WerkzeugResponse:
    """Want mail to come from this address; its domain is looked at."""
    del tenant
    limit("mail-sender", str(scope_tenant()), TIMES, SECONDS)
    typed = request.form.get("address", "").strip()
    try:
        row = set_sender(store().id, typed[:1000])
    except ValidationError as error:
        return _show(typed, error.details, 422)
    if row.status == "verified":
        flash(_("Mail of the store comes from %(address)s from now on.", address=row.address))
    else:
        flash(_("The address is saved. Mail comes from it once its domain has the records below."))
    return see_other(f"{base()}{PAGE}")


@admin.post(f"{PAGE}/check")
@requires("settings:write")
@audited(_l("Had the records of the mail's domain looked at"))
def check_sender(tenant: str) -> WerkzeugResponse:
    """Have the records looked at now."""
    del tenant
    limit("mail-sender", str(scope_tenant()), TIMES, SECONDS)
    check_again(store().id)
    return see_other(f"{base()}{PAGE}")


@admin.post(f"{PAGE}/remove")
@requires("settings:write")
@audited(_l("Removed the store's own address for mail"))
def remove_sender(tenant: str) -> WerkzeugResponse:
    """Let mail come from the platform's address again."""
    del tenant
    drop_sender(store().id)
    flash(_("Mail of the store comes from the platform's address again."))
    return see_other(f"{base()}{PAGE}")


def _show(
    typed: str | None = None, errors: dict[str, list[str]] | None = None, status: int = 200
) -> Response:
    shop, view = store(), sender_view(store().id)
    spoken = sender_name_and_address(shop.name, shop.email)
    sent = headers_of(spoken, current_app.config["MTC"].mail_from, "", own_sender(spoken))
    return settings_page(
        "admin/settings/mail.html",
        "mail",
        status=status,
        typed=typed if typed is not None else (view.address if view is not None else ""),
        errors=errors or {},
        now={"from": sent["from_"], "reply_to": sent["reply_to"]},
        sender=_shown(view) if view is not None else None,
    )


def _shown(view: SenderView) -> dict[str, Any]:
    return {
        "address": view.address,
        "domain": view.domain,
        "status": view.status,
        "checking": view.is_checking,
        "checked": when(view.checked_at) if view.checked_at else "",
        "checked_exactly": exact(view.checked_at) if view.checked_at else "",
        "failing": view.failing_since is not None,
        "lapses": exact(view.lapses_at) if view.lapses_at else "",
        "open": view.open_records,
        "records": [
            {**plain(record), "badge": _STATES[record.state][0], "state_label": _STATES[record.state][1]}
            for record in view.records
        ],
    }
