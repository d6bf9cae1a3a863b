"""Opening a tenant's admin as platform support: with a reason, for half an hour, to look only."""

from __future__ import annotations

from uuid import UUID

from flask import Response, request
from flask_login import current_user
from werkzeug.wrappers import Response as WerkzeugResponse

from mtc.audit.services import annotate_audit
from mtc.core.context import current
from mtc.core.errors import NotFoundError, ValidationError
from mtc.core.i18n import _, _l
from mtc.superadmin.blueprint import platform
from mtc.superadmin.layout import page
from mtc.team.services.support_sessions import (
    LONGEST_REASON,
    Visit,
    end_visit,
    find_visit,
    raise_visit,
    start_visit,
)
from mtc.tenants.queries import tenant_by_slug
from mtc.web.access import platform_only
from mtc.web.audited import audited
from mtc.web.flash import flash
from mtc.web.rate_limits import limit
from mtc.web.responses import see_other


@platform.post("/tenants/<slug>/visit")
@platform_only()
@audited(_l("Began a visit of platform support"))
def start_visit_at(slug: str) -> Response | WerkzeugResponse:
    """Begin a visit at the tenant; its log says so, with the reason."""
    tenant = tenant_by_slug(slug)
    if tenant is None or tenant.status == "deleted":
        raise NotFoundError(_l("There is no such tenant."))
    actor = current().actor
    assert actor.id is not None
    limit("platform:visit", str(actor.id), 20, 3600)
    row = start_visit(
        tenant.id,
        session_id=current_user.session.id,
        user_id=actor.id,
        name=actor.name,
        email=actor.email,
        reason=request.form.get("reason", ""),
    )
    _told(tenant.id, tenant.name, row.id)
    return see_other(f"/admin/{tenant.slug}/")


@platform.get("/tenants/<slug>/visit")
@platform_only()
def visit(slug: str) -> Response:
    """The running visit: how long it lasts, the form that allows changes, and its end."""
    return _show(_running(slug))


@platform.post("/tenants/<slug>/visit/raise")
@platform_only()
@audited(_l("Allowed changes in a visit of platform support"))
def raise_visit_at(slug: str) -> Response | WerkzeugResponse:
    """Allow changes in the running visit, with a reason of its own."""
    running = _running(slug)
    _told(running.tenant_id, running.tenant_name, running.id)
    try:
        raise_visit(running, request.form.get("reason", ""))
    except ValidationError as error:
        return _show(running, error.details, 422)
    flash(_("Changes are allowed until the visit ends. Each one is in the store's audit log."), "warning")
    return see_other(f"/admin/{running.slug}/")


@platform.post("/tenants/<slug>/visit/end")
@platform_only()
@audited(_l("Ended the visit of platform support"), always=True)
def leave(slug: str) -> WerkzeugResponse:
    """End the running visit."""
    running = _running(slug)
    _told(running.tenant_id, running.tenant_name, running.id)
    end_visit(running.tenant_id, running.id, current().actor.name)
    flash(_("Your visit at %(tenant)s is over.", tenant=running.tenant_name))
    return see_other(f"/platform/tenants/{running.slug}")


def _told(tenant_id: UUID, name: str, visit_id: UUID) -> None:
    """The entry stands in the tenant's log, under the name that the visitor has there."""
    actor = current().actor
    annotate_audit(
        label=name,
        tenant_id=tenant_id,
        visit_id=visit_id,
        actor=f"Platform support ({actor.name or actor.email})",
    )


def _running(slug: str) -> Visit:
    running = find_visit(current_user.session.id, slug)
    if running is None:
        raise NotFoundError(_l("You do not visit this tenant. Begin a visit on its page."))
    return running


def _show(running: Visit, errors: dict[str, list[str]] | None = None, status: int = 200) -> Response:
    root = request.script_root + "/platform/tenants"
    return page(
        "superadmin/visit.html",
        title=_("Visit at %(tenant)s", tenant=running.tenant_name),
        active="tenants",
        status=status,
        visit=running,
        errors=errors or {},
        typed=request.form.get("reason", "")[:LONGEST_REASON],
        longest=LONGEST_REASON,
        crumbs=[
            {"label": _("Tenants"), "url": root},
            {"label": running.tenant_name, "url": f"{root}/{running.slug}"},
            {"label": _("Visit"), "url": ""},
        ],
    )
