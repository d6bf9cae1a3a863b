"""The pages of the settings, and the tabs that lead from one to another."""

from __future__ import annotations

from typing import Any

from flask import Response, request

from mtc.admin.layout import base, page
from mtc.core.context import current
from mtc.core.i18n import _, _l

# (key, label, path below /settings, permission): a page of settings is added here.
PAGES = (
    ("general", _l("General"), "", "settings:read"),
    ("look", _l("Look"), "/look", "settings:read"),
    ("menus", _l("Navigation & footer"), "/navigation", "settings:read"),
    ("legal", _l("Legal pages"), "/legal", "settings:read"),
    ("payments", _l("Payments"), "/payments", "settings:read"),
    ("mail", _l("Mail"), "/mail", "settings:read"),
    ("notifications", _l("Notifications"), "/notifications", "products:read"),
    ("access", _l("Staff & access"), "/access", "settings:read"),
)


def settings_page(template: str, key: str, *, status: int = 200, **values: Any) -> Response:
    """A page of the settings with its tabs; `key` is one of PAGES."""
    root = f"{request.script_root}{base()}/settings"
    tabs = [
        {"label": label, "url": root + path, "active": one == key}
        for one, label, path, permission in PAGES
        if current().actor.may(permission)
    ]
    label = next(label for one, label, _, _ in PAGES if one == key)
    title = _("Settings") if key == "general" else f"{label} · {_('Settings')}"
    return page(template, title=title, active="settings", status=status, tabs=tabs, **values)
