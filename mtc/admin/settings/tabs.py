"""The pages of the settings, and the tabs that lead from one to another."""

from __future__ import annotations

from typing import Any

from flask import Response, g

from mtc.admin.layout import page
from mtc.admin.navigation import settings_tabs
from mtc.core.i18n import _


def settings_page(template: str, key: str, *, status: int = 200, **values: Any) -> Response:
    """A page of the settings with its tabs; `key` is the name of its tab."""
    tabs = settings_tabs.items(key, tenant=g.member.tenant_slug)
    title = _("Settings") if key == "general" else f"{settings_tabs.entries.get(key).label} · {_('Settings')}"
    return page(template, title=title, active="settings", status=status, tabs=tabs, **values)
