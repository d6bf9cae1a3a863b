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
from mtc.web.pages import see_other
from mtc.web.query_params import one_of, text

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
    asked = {"q": text("q"), "status": one_of("status", TABS)}
    found = list_pages.find(
        lambda cursor: queries.tenants(
            text=asked["q"],
            status=asked["status"] if asked["status"] in STATUSES else "",
            ownerless=asked["status"] == OWNERLESS,
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
        found=found,
        path=path,
        asked=asked,
        tenants=found.rows,
        tabs=_tabs(path, asked),
    )


def _tabs(path: str, asked: dict[str, str]) -> list[dict[str, Any]]:
    counts = queries.status_counts()
    counts[""] = sum(counts.get(name, 0) for name in STATUSES)
    counts[OWNERLESS] = queries.ownerless_count()
    return [
        {
            "label": label,
            "url": with_query(path, {**asked, "status": status}),
            "active": asked["status"] == status,
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
    """What a tenant without an owner waits for."""
    if until is None:
        return "none"
    return "invited" if until > clock.now() else "over"


@platform.get("/tenants/<slug>")
@platform_only()
def tenant(slug: str) -> Response:
    """One tenant: stores, people, its owner's invitation, tasks, and the switch that closes it."""
    return show(find(slug))


def show(
    found: Tenant, *, email: str = "", errors: dict[str, list[str]] | None = None, status: int = 200
) -> Response:
    """The page of a tenant; `email` and `errors` are those of the form that invites its owner."""
    public_url = current_app.config["MTC"].public_url
    stores = [store_info(row) for row in tenant_queries.stores_of(found.id)]
    root = request.script_root + "/platform/tenants"
    return page(
        "superadmin/tenant.html",
        title=found.name,
        active="tenants",
        status=status,
        tenant={
            "slug": found.slug,
            "name": found.name,
            "status": found.status,
            "plan": found.plan.capitalize(),
            "since": when(found.created_at),
        },
        stores=[
            {"name": one.name, "url": store_url(one, public_url) + "/", "theme": one.theme_slug.capitalize()}
            for one in stores
        ],
        people=[
            {
                "name": row.name or row.email,
                "email": row.email,
                "role": row.role,
                "role_name": retold(row.role.capitalize()),
                "seen": when(row.last_login_at),
            }
            for row in queries.people_of(found.id)
        ],
        owner=_owner(found, email, errors or {}),
        tasks=queries.task_counts(clock.now(), found.id),
        crumbs=[{"label": _("Tenants"), "url": root}, {"label": found.name, "url": ""}],
    )


def _owner(found: Tenant, email: str, errors: dict[str, list[str]]) -> dict[str, Any] | None:
    """Who is invited as the owner, or the form for it; None once somebody owns the tenant."""
    if has_owner(team.members(found.id)):
        return None
    waiting = [
        {
            "id": str(one.id),
            "email": one.email,
            "by": one.inviter_name,
            "at": when(one.created_at),
            "over": one.expires_at <= clock.now(),
            "until": when(one.expires_at),
        }
        for one in team.invitations_as(found.id, OWNER)
    ]
    return {"invitations": waiting, "email": email, "errors": errors, "days": DAYS}


@platform.post("/tenants/<slug>/status")
@platform_only()
@audited(_l("Closed or reopened a tenant"))
def set_status(slug: str) -> WerkzeugResponse:
    """Suspend a tenant (its stores answer 503, its data are kept) or reopen it; the name confirms it."""
    found = find(slug)
    wanted = request.form.get("status", "")
    if wanted not in STATUSES:
        raise ValidationError(_l("Choose active or suspended."))
    if wanted == "suspended" and request.form.get("confirm", "").strip() != found.slug:
        flash(_("Nothing was changed. Type “%(slug)s” to confirm.", slug=found.slug), "warning")
        return see_other(f"/platform/tenants/{found.slug}")
    change_status(found.id, wanted)
    flash(
        _("%(name)s is suspended; its stores are closed.", name=found.name)
        if wanted == "suspended"
        else _("%(name)s is open again.", name=found.name)
    )
    return see_other(f"/platform/tenants/{found.slug}")


def find(slug: str) -> Tenant:
    found = tenant_queries.tenant_by_slug(slug)
    if found is None or found.status == "deleted":
        raise NotFoundError(_l("There is no such tenant."))
    return found
