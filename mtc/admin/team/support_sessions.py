"""Visits of platform support as the tenant sees them: who is here now, why, and ending it."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask import g
from werkzeug.wrappers import Response as WerkzeugResponse

from mtc.admin.blueprints import admin
from mtc.admin.layout import base
from mtc.audit.services import annotate_audit
from mtc.core import clock
from mtc.core.context import current
from mtc.core.db import scope_tenant
from mtc.core.i18n import _, _l
from mtc.team import queries
from mtc.team.services.support_sessions import end_visit
from mtc.web.access import requires
from mtc.web.audited import audited
from mtc.web.flash import flash
from mtc.web.responses import see_other


def visits_here() -> list[dict[str, Any]]:
    """Return who of the platform looks at this tenant at the moment; nothing for those who may not know."""
    if not current().actor.may("audit:read") or g.visit is not None:
        return []
    now = clock.now()
    return [
        {
            "id": str(visit.id),
            "name": visit.user_name or visit.user_email,
            "reason": visit.reason,
            "raised": visit.raised_at is not None,
            "raise_reason": visit.raise_reason,
            "minutes": max(1, round((visit.expires_at - now).total_seconds() / 60)),
        }
        for visit in queries.visits_now(scope_tenant(), now)
    ]


@admin.post("/visits/<uuid:which>/end")
@requires("team:write")
@audited(_l("Ended a visit of platform support"), always=True)
def end_visit_here(tenant: str, which: UUID) -> WerkzeugResponse:
    """End a visit of platform support at once."""
    del tenant
    actor = current().actor
    annotate_audit(label="Platform support", visit_id=which)
    end_visit(scope_tenant(), which, actor.name or actor.email)
    flash(_("The visit is over. Platform support sees nothing of your store any more."))
    return see_other(f"{base()}/audit")
