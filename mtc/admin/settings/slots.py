"""Settings, slots: what plugins have put on pages, in which order and whether it is shown."""

from __future__ import annotations

from typing import Any

from flask import Response, request
from werkzeug.wrappers import Response as WerkzeugResponse

from mtc.admin.blueprints import admin
from mtc.admin.layout import base, store
from mtc.admin.navigation import settings_tabs
from mtc.admin.settings.tabs import settings_page
from mtc.core.errors import NotFoundError
from mtc.core.i18n import _, _l
from mtc.pages.services.plugin_slots import slot_widgets
from mtc.pages.services.slot_list import SLOTS
from mtc.pages.services.slot_order import move_in_slot, show_in_slot
from mtc.web.access import requires
from mtc.web.audited import audited
from mtc.web.flash import flash
from mtc.web.responses import see_other


@admin.get("/design/slots")
@settings_tabs.entry("slots", _l("Slots"), order=35)
@requires("settings:read")
def slots(tenant: str) -> Response:
    """The slots that hold something."""
    del tenant
    return settings_page("admin/settings/slots.html", "slots", slots=_rows())


def _rows() -> list[dict[str, Any]]:
    return [
        {
            "name": name,
            "pages": ", ".join(SLOTS[name].pages),
            "widgets": [
                {"slug": each.component.slug, "name": each.component.name, "shown": each.shown}
                for each in widgets
            ],
        }
        for name, widgets in slot_widgets(store()).items()
    ]


@admin.post("/design/slots")
@requires("settings:write")
@audited(_l("Changed what plugins show in a slot"))
def arrange_slot(tenant: str) -> WerkzeugResponse:
    """Show, hide or move one component of a slot."""
    del tenant
    slot, component = request.form.get("slot", "")[:63], request.form.get("component", "")[:63]
    wanted = request.form.get("do", "")
    if wanted in ("show", "hide"):
        show_in_slot(store(), slot, component, shown=wanted == "show")
    elif wanted in ("up", "down"):
        move_in_slot(store(), slot, component, up=wanted == "up")
    else:
        raise NotFoundError(_l("There is no such button."))
    flash(_("The pages of the store show it at once."))
    return see_other(f"{base()}/design/slots")
