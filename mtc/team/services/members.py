"""Roles of members, and shutting them out: never above one's own rights, never the last owner."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from mtc.core.context import Actor
from mtc.core.db import session, unit_of_work
from mtc.core.errors import ConflictError, ForbiddenError, NotFoundError, ValidationError
from mtc.core.events import emit
from mtc.core.hook_calls import run_before
from mtc.core.i18n import _l
from mtc.core.tenancy import platform_scope
from mtc.identity.models import TenantUser, UserRole
from mtc.identity.queries.factors import with_factor
from mtc.team import queries
from mtc.team.events import MemberRemoved, MemberRestored, MemberUpdated
from mtc.team.hooks import MemberChange

_LAST = _l("Somebody has to stay an owner. Make another member an owner first.")


def covers(actor: Actor, permissions: Iterable[str]) -> bool:
    """Return whether the actor holds all of these permissions, and so may give them."""
    return all(_held(actor, permission) for permission in permissions)


def _held(actor: Actor, permission: str) -> bool:
    if permission == "*":
        return "*" in actor.permissions
    return actor.may(permission)  # `orders:*` is held by whoever holds it or everything


def grantable(tenant_id: UUID, actor: Actor, slug: str) -> UserRole:
    """The role of that name, if the actor may give it; raises ValidationError and ForbiddenError."""
    role = queries.role(tenant_id, slug)
    if role is None:
        raise ValidationError(_l("Choose a role."), {"role": [_l("Choose one of the roles.")]})
    if not covers(actor, role.permissions):
        raise ForbiddenError(
            _l("The role “%(name)s” may do more than you. Ask an owner to give it.", name=role.name)
        )
    return role


def secured(rows: Iterable[Any]) -> set[UUID]:
    """The users among these rows of `queries.members` who have set up a second factor.

    Factors belong to people and not to tenants, so this looks outside the tenant's scope: a tenant learns
    whether there is one, and of its own members alone.
    """
    ids = [row.user_id for row in rows]
    with platform_scope("which members have a second factor", readonly=True), unit_of_work():
        return with_factor(ids)


def change_role(tenant_id: UUID, actor: Actor, member_id: UUID, slug: str) -> TenantUser:
    """Give a member another role; raises NotFoundError, ForbiddenError, ConflictError (the last owner)."""
    role = grantable(tenant_id, actor, slug)
    run_before("before_member_update", MemberChange(member_id, role.slug, None))
    row = _changeable(tenant_id, actor, member_id)
    row.role, row.permissions = role.slug, []
    _kept(tenant_id, row)
    emit(MemberUpdated(entity_id=row.id, role=row.role))
    return row


def set_active(tenant_id: UUID, actor: Actor, member_id: UUID, active: bool) -> TenantUser:
    """Shut a member out, from the next request on, or let them in again; raises as `change_role`."""
    run_before("before_member_update", MemberChange(member_id, None, active))
    row = _changeable(tenant_id, actor, member_id)
    row.status = "active" if active else "inactive"
    _kept(tenant_id, row)
    emit((MemberRestored if active else MemberRemoved)(entity_id=row.id, role=row.role))
    return row


def _changeable(tenant_id: UUID, actor: Actor, member_id: UUID) -> TenantUser:
    """The member, with all others held still, so that two owners cannot take each other's place at once."""
    queries.lock_members(tenant_id)
    row = queries.member(tenant_id, member_id)
    if row is None:
        raise NotFoundError(_l("There is no such member."))
    member = next(candidate for candidate in queries.members(tenant_id) if candidate.id == member_id)
    if not covers(actor, permissions_of(member)):
        raise ForbiddenError(_l("This person may do more than you. Ask an owner to change it."))
    return row


def _kept(tenant_id: UUID, row: TenantUser) -> TenantUser:
    session.flush()
    if not has_owner(queries.members(tenant_id)):
        raise ConflictError(_LAST)
    return row


def permissions_of(row: Any) -> set[str]:
    """Return the permissions of a row of `queries.members`."""
    return {*(row.permissions or []), *(row.role_permissions or [])}


def has_owner(rows: Iterable[Any]) -> bool:
    """Return whether one of these rows of `queries.members` is active and may do everything."""
    return any(
        row.status == "active" and row.user_status == "active" and "*" in permissions_of(row) for row in rows
    )
