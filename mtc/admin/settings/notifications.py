"""Settings > Notifications: which mails of the store one gets oneself."""

from __future__ import annotations

from flask import Response, request
from werkzeug.wrappers import Response as WerkzeugResponse

from mtc.admin.blueprints import admin
from mtc.admin.layout import base
from mtc.admin.navigation import settings_tabs
from mtc.admin.settings.tabs import settings_page
from mtc.core.context import current
from mtc.core.db import scope_tenant
from mtc.core.errors import ForbiddenError
from mtc.core.i18n import _, _l
from mtc.notifications.services import TOPICS, preferences_of, set_preference
from mtc.notifications.services.preferences import Preferences
from mtc.team import queries as team
from mtc.web.access import requires
from mtc.web.audited import audited
from mtc.web.flash import flash
from mtc.web.responses import see_other

PAGE = "/settings/notifications"


@admin.get(PAGE)
@settings_tabs.entry("notifications", _l("Notifications"), order=70)
@requires("products:read")
def notifications(tenant: str) -> Response:
    """One's own switches."""
    del tenant
    mine = _mine()
    return settings_page(
        "admin/settings/notifications.html",
        "notifications",
        mine=mine is not None,
        email=mine.recipient.email if mine is not None else "",
        topics=[
            {"name": name, "label": TOPICS[name].label, "help": TOPICS[name].help, "on": on}
            for name, on in (mine.topics.items() if mine is not None else ())
        ],
    )


@admin.post(PAGE)
@requires("products:read")
@audited(_l("Switched notifications on or off"))
def save_notifications(tenant: str) -> WerkzeugResponse:
    """Keep one's own switches."""
    del tenant
    mine = _mine()
    if mine is None:
        raise ForbiddenError(_l("Mails go to people who work here. You are looking in from the platform."))
    for name in mine.topics:
        set_preference(mine.recipient.member_id, name, request.form.get(name) == "1")
    flash(_("Your notifications are saved."))
    return see_other(f"{base()}{PAGE}")


def _mine() -> Preferences | None:
    """The switches of who asks; None for support that looks in from the platform."""
    actor = current().actor
    member = team.member_of(scope_tenant(), actor.id) if actor.id is not None else None
    return preferences_of(member.id) if member is not None and member.status == "active" else None
