"""Staff of the store: members with their roles, open invitations, and changing both."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from flask import Response, g, request
from werkzeug.wrappers import Response as WerkzeugResponse

from mtc.admin.blueprints import admin
from mtc.admin.layout import base, page, store
from mtc.admin.navigation import SET_UP, navigation
from mtc.audit.services import annotate_audit
from mtc.core import clock
from mtc.core.context import current
from mtc.core.db import scope_tenant
from mtc.core.email_addresses import address_key
from mtc.core.errors import AppError, ConflictError, ForbiddenError, ValidationError
from mtc.core.i18n import _, _l, retold
from mtc.core.relative_time import ago, when
from mtc.delivery.services.email_context import theme_of
from mtc.identity.queries import api_keys, roles_of
from mtc.integrations.services.api_keys import is_live
from mtc.team import queries, services
from mtc.team.services.members import covers, permissions_of, secured
from mtc.web.access import requires
from mtc.web.audited import audited
from mtc.web.flash import flash
from mtc.web.rate_limits import limit
from mtc.web.responses import see_other

PER_TENANT = 40


@admin.get("/team")
@navigation.entry("team", _l("Team"), section=SET_UP, icon="users", order=20)
@requires("team:read")
def team(tenant: str) -> Response:
    """Members and open invitations."""
    del tenant
    return _show({"email": "", "role": ""})


@admin.post("/team/invite")
@requires("team:write")
@audited(_l("Invited somebody"))
def invite_member(tenant: str) -> Response | WerkzeugResponse:
    """Invite an address; the answer does not reveal whether it has a log-in already."""
    del tenant
    typed = {"email": request.form.get("email", "").strip()[:300], "role": request.form.get("role", "")[:63]}
    try:
        _limits(typed["email"])
        row = services.invite(scope_tenant(), current().actor, typed["email"], typed["role"])
    except (ValidationError, ConflictError) as error:
        return _show(typed, error.details or {"email": [error.message]}, 422)
    return _mailed(row)


@admin.post("/team/invitations/<uuid:which>/resend")
@requires("team:write")
@audited(_l("Sent an invitation again"), always=True)
def resend_invitation(tenant: str, which: UUID) -> WerkzeugResponse:
    """A new link to the same address; the old one ends."""
    del tenant
    row = services.send_again(scope_tenant(), current().actor, which)
    _limits(row.email)
    return _mailed(row)


@admin.post("/team/invitations/<uuid:which>/revoke")
@requires("team:write")
@audited(_l("Took an invitation back"))
def revoke_invitation(tenant: str, which: UUID) -> WerkzeugResponse:
    """Take an invitation back."""
    del tenant
    row = services.revoke(scope_tenant(), which)
    flash(_("The invitation of %(email)s is taken back; its link is worth nothing now.", email=row.email))
    return see_other(f"{base()}/team")


@admin.post("/team/members/<uuid:member>/role")
@requires("team:write")
@audited(_l("Changed a member's role"))
def change_member_role(tenant: str, member: UUID) -> Response | WerkzeugResponse:
    """Give a member another role."""
    del tenant
    return _changed(
        member,
        lambda: services.change_role(
            scope_tenant(), current().actor, member, request.form.get("role", "")[:63]
        ),
        "{} has another role now.",
    )


@admin.post("/team/members/<uuid:member>/status")
@requires("team:write")
@audited(_l("Shut a member out or let one in again"))
def change_member_status(tenant: str, member: UUID) -> Response | WerkzeugResponse:
    """Shut a member out at once, or let one in again."""
    del tenant
    active = request.form.get("status") == "active"
    words = "{} may work here again." if active else "{} is shut out, from this moment on."
    if not active and any(is_live(key) for key in api_keys(scope_tenant())):
        words += " Keys of programs go on: revoke those that they know."
    return _changed(
        member, lambda: services.set_active(scope_tenant(), current().actor, member, active), words
    )


def _changed(member: UUID, act: Any, words: str) -> Response | WerkzeugResponse:
    name = next((row.name or row.email for row in queries.members(scope_tenant()) if row.id == member), "")
    annotate_audit(label=name)
    try:
        act()
    except (ForbiddenError, ConflictError) as error:
        return _show({"email": "", "role": ""}, problem=error)
    flash(words.format(name))
    return see_other(f"{base()}/team")


def _limits(address: str) -> None:
    limit("team:invite", str(scope_tenant()), PER_TENANT, 3600)
    limit("team:invite:address", f"{scope_tenant()}:{address_key(address)}", services.PER_ADDRESS, 86_400)


def _mailed(row: Any) -> WerkzeugResponse:
    annotate_audit(label=row.email)
    role = queries.role(scope_tenant(), row.role)
    name, shop = retold(role.name) if role is not None else row.role, store()
    services.post_invitation(row, name, shop, look=theme_of(shop), sender=shop.email)
    flash(_("The invitation is on its way to %(email)s.", email=row.email))
    return see_other(f"{base()}/team")


def _show(
    typed: dict[str, str],
    errors: dict[str, list[str]] | None = None,
    status: int = 200,
    problem: AppError | None = None,
) -> Response:
    actor = current().actor
    members = queries.members(scope_tenant())
    safe = secured(members)
    roles = [
        (role.slug, retold(role.name))
        for role in roles_of(scope_tenant())
        if covers(actor, role.permissions or [])
    ]
    return page(
        "admin/team/team.html",
        title=_("Team"),
        active="team",
        status=problem.status if problem is not None else status,
        typed=typed,
        errors=errors or {},
        problem=problem.message if problem is not None else "",
        roles=roles,
        members=[_member(member, member.user_id in safe) for member in members],
        required=g.member.requires_second_factor,
        invitations=[_invitation(invitation) for invitation in queries.open_invitations(scope_tenant())],
        days=services.DAYS,
    )


def _member(row: Any, safe: bool) -> dict[str, Any]:
    actor = current().actor
    return {
        "id": str(row.id),
        "name": row.name or row.email,
        "email": row.email,
        "role": row.role,
        "role_name": retold(row.role_name or row.role.title()),
        "owner": "*" in permissions_of(row),
        "active": row.status == "active",
        "closed": row.user_status != "active",
        "safe": safe,
        "seen": _seen(row.last_login_at),
        "me": row.user_id == actor.id,
        "changeable": actor.may("team:write") and covers(actor, permissions_of(row)),
    }


def _seen(at: datetime | None) -> str:
    return _("last log-in %(at)s", at=ago(at)) if at else _("never logged in")


def _invitation(row: Any) -> dict[str, Any]:
    return {
        "id": str(row.id),
        "email": row.email,
        "role": retold(row.role.capitalize()),
        "by": row.inviter_name,
        "at": when(row.created_at),
        "over": row.expires_at <= clock.now(),
        "until": when(row.expires_at),
    }
