"""Tenants: the list, one of them, closing and reopening it."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from flask import Response, current_app, request
from werkzeug.wrappers import Response as WerkzeugResponse

from mtc.core import clock
from mtc.core.errors import NotFoundError, ValidationError
from mtc.core.i18n import _, _l, retold
from mtc.core.relative_time import when
from mtc.core.urls import with_query
from mtc.identity.services.roles import OWNER
from mtc.platform import queries
from mtc.superadmin.blueprint import platform
from mtc.superadmin.layout import listing, navigation, page
from mtc.team import queries as team
from mtc.team.services import DAYS
from mtc.team.services.members import has_owner
from mtc.tenants import queries as tenant_queries
from mtc.tenants.models import Tenant
from mtc.tenants.services import set_status as change_status
from mtc.tenants.services import store_url
from mtc.tenants.services.store_lookup import store_info
from mtc.web import list_pages
from mtc.web.access import platform_only
from mtc.web.audited import audited
from mtc.web.flash import flash
from mtc.web.query_params import one_of, text
from mtc.web.responses import see_other

PAGE = 25
STATUSES = {"active": _l("Active"), "suspended": _l("Suspended")}
OWNERLESS = "ownerless"
TABS = {"": _l("All"), **STATUSES, OWNERLESS: _l("Without an owner")}


@platform.get("/tenants")
@navigation.entry("tenants", _l("Tenants"), icon="store", order=10)
@platform_only()
def tenants() -> Response:
    """Every tenant, newest first."""
    path = request.script_root + "/platform/tenants"
    filters = {"q": text("q"), "status": one_of("status", TABS)}
    list_page = list_pages.find(
        lambda cursor: queries.tenants(
            text=filters["q"],
            status=filters["status"] if filters["status"] in STATUSES else "",
            ownerless=filters["status"] == OWNERLESS,
            cursor=cursor,
            limit=PAGE,
        ),
        list_pages.each(_row),
    )
    return listing(
        "superadmin/tenants.html",
        "superadmin/_tenants.html",
        title=_("Tenants"),
        active="tenants",
        list_page=list_page,
        path=path,
        filters=filters,
        tenants=list_page.rows,
        tabs=_tabs(path, filters),
    )


def _tabs(path: str, filters: dict[str, str]) -> list[dict[str, Any]]:
    counts = queries.status_counts()
    counts[""] = sum(counts.get(name, 0) for name in STATUSES)
    counts[OWNERLESS] = queries.ownerless_count()
    return [
        {
            "label": label,
            "url": with_query(path, {**filters, "status": status}),
            "active": filters["status"] == status,
            "count": counts.get(status, 0),
        }
        for status, label in TABS.items()
    ]


def _row(row: Any) -> dict[str, Any]:
    return {
        "slug": row.slug,
        "name": row.name,
        "status": row.status,
        "plan": row.plan.capitalize(),
        "orders": f"{row.orders:,}",
        "stores": row.stores,
        "people": row.people,
        "since": when(row.created_at),
        "owner": "" if row.owned else _waiting(row.invited_until),
        "until": when(row.invited_until),
    }


def _waiting(until: datetime | None) -> str:
    """Return what a tenant without an owner waits for."""
    if until is None:
        return "none"
    return "invited" if until > clock.now() else "over"


@platform.get("/tenants/<slug>")
@platform_only()
def tenant(slug: str) -> Response:
    """One tenant: stores, people, its owner's invitation, tasks, and the switch that closes it."""
    return show(find(slug))


def show(
    tenant_row: Tenant, *, email: str = "", errors: dict[str, list[str]] | None = None, status: int = 200
) -> Response:
    """The page of a tenant; `email` and `errors` are those of the form that invites its owner."""
    public_url = current_app.config["MTC"].public_url
    stores = [store_info(row) for row in tenant_queries.stores_of(tenant_row.id)]
    root = request.script_root + "/platform/tenants"
    return page(
        "superadmin/tenant.html",
        title=tenant_row.name,
        active="tenants",
        status=status,
        tenant={
            "slug": tenant_row.slug,
            "name": tenant_row.name,
            "status": tenant_row.status,
            "plan": tenant_row.plan.capitalize(),
            "since": when(tenant_row.created_at),
        },
        stores=[
            {
                "name": store.name,
                "url": store_url(store, public_url) + "/",
                "theme": store.theme_slug.capitalize(),
            }
            for store in stores
        ],
        people=[
            {
                "name": row.name or row.email,
                "email": row.email,
                "role": row.role,
                "role_name": retold(row.role.capitalize()),
                "seen": when(row.last_login_at),
            }
            for row in queries.people_of(tenant_row.id)
        ],
        owner=_owner(tenant_row, email, errors or {}),
        tasks=queries.task_counts(clock.now(), tenant_row.id),
        crumbs=[{"label": _("Tenants"), "url": root}, {"label": tenant_row.name, "url": ""}],
    )


def _owner(tenant_row: Tenant, email: str, errors: dict[str, list[str]]) -> dict[str, Any] | None:
    """Return who is invited as the owner, or the form for it; None once somebody owns the tenant."""
    if has_owner(team.members(tenant_row.id)):
        return None
    waiting = [
        {
            "id": str(invitation.id),
            "email": invitation.email,
            "by": invitation.inviter_name,
            "at": when(invitation.created_at),
            "over": invitation.expires_at <= clock.now(),
            "until": when(invitation.expires_at),
        }
        for invitation in team.invitations_as(tenant_row.id, OWNER)
    ]
    return {"invitations": waiting, "email": email, "errors": errors, "days": DAYS}


@platform.post("/tenants/<slug>/status")
@platform_only()
@audited(_l("Closed or reopened a tenant"))
def set_status(slug: str) -> WerkzeugResponse:
    """Suspend a tenant (its stores answer 503, its data are kept) or reopen it; the name confirms it."""
    tenant_row = find(slug)
    status = request.form.get("status", "")
    if status not in STATUSES:
        raise ValidationError(_l("Choose active or suspended."))
    if status == "suspended" and request.form.get("confirm", "").strip() != tenant_row.slug:
        flash(_("Nothing was changed. Type “%(slug)s” to confirm.", slug=tenant_row.slug), "warning")
        return see_other(f"/platform/tenants/{tenant_row.slug}")
    change_status(tenant_row.id, status)
    flash(
        _("%(name)s is suspended; its stores are closed.", name=tenant_row.name)
        if status == "suspended"
        else _("%(name)s is open again.", name=tenant_row.name)
    )
    return see_other(f"/platform/tenants/{tenant_row.slug}")


def find(slug: str) -> Tenant:
    tenant_row = tenant_queries.tenant_by_slug(slug)
    if tenant_row is None or tenant_row.status == "deleted":
        raise NotFoundError(_l("There is no such tenant."))
    return tenant_row
