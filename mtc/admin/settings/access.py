"""Settings, staff and access: who works here with which role, and whether a second factor is asked for."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask import Response, g, request
from flask_login import current_user
from werkzeug.wrappers import Response as WerkzeugResponse

from mtc.admin.blueprints import admin
from mtc.admin.layout import base, store
from mtc.admin.navigation import settings_tabs
from mtc.admin.settings.tabs import settings_page
from mtc.core.errors import ConflictError
from mtc.core.i18n import _, _l, retold
from mtc.core.permissions import labels_of
from mtc.core.relative_time import when
from mtc.identity.queries import roles_of, staff_of
from mtc.identity.services.roles import OWNER
from mtc.tenants.services import require_second_factor
from mtc.web.access import requires
from mtc.web.audited import audited
from mtc.web.flash import flash
from mtc.web.responses import see_other


@admin.get("/settings/access")
@settings_tabs.entry("access", _l("Staff & access"), order=80)
@requires("settings:read")
def settings_access(tenant: str) -> Response:
    """Show who works here, what each role may do, and how staff log in."""
    del tenant
    shop = store()
    return settings_page(
        "admin/settings/access.html",
        "access",
        require_second_factor=g.member.requires_second_factor,
        has_second_factor=current_user.session.second_factor is not None,
        staff=_staff(shop.tenant_id),
        roles=_roles(shop.tenant_id),
    )


@admin.post("/settings/second-factor")
@requires("team:write")
@audited(_l("Changed whether staff need a second factor"))
def save_second_factor(tenant: str) -> WerkzeugResponse:
    """Ask everybody who works here for a second factor, or stop asking."""
    del tenant
    required = request.form.get("required") == "1"
    if required and current_user.session.second_factor is None:
        raise ConflictError(_l("Set up your own second factor first: you would lock yourself out."))
    shop = store()
    require_second_factor(shop.tenant_id, required)
    flash(
        _("Everybody who works here needs a second factor now.")
        if required
        else _("A second factor is each person's choice.")
    )
    return see_other(f"{base()}/settings/access")


def _staff(tenant_id: UUID) -> list[dict[str, Any]]:
    return [
        {
            "name": row.name or row.email,
            "email": row.email,
            "role": retold(row.role_name or row.role.title()),
            "is_owner": row.role == OWNER,
            "seen": when(row.last_login_at) or _("never"),
            "active": row.status == "active",
        }
        for row in staff_of(tenant_id)
    ]


def _roles(tenant_id: UUID) -> list[dict[str, Any]]:
    return [{"name": retold(row.name), "may": _words(row.permissions)} for row in roles_of(tenant_id)]


def _words(granted: list[str]) -> list[str]:
    """Return the sentences of a role's permissions, as they were declared."""
    return [_("Everything.")] if "*" in granted else labels_of(granted)
