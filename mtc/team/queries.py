"""Queries for members, invitations and support sessions."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import and_, select

from mtc.core.db import session
from mtc.identity.models import LoginSession, TenantUser, User, UserRole
from mtc.team.models import Invitation, SupportSession
from mtc.tenants.models import Tenant


def members(tenant_id: UUID) -> Sequence[Any]:
    """Return the tenant's members by name: member, user, role with name and permissions."""
    query = (
        select(
            TenantUser.id,
            TenantUser.user_id,
            TenantUser.role,
            TenantUser.permissions,
            TenantUser.status,
            User.name,
            User.email,
            User.locale,
            User.status.label("user_status"),
            User.last_login_at,
            UserRole.name.label("role_name"),
            UserRole.permissions.label("role_permissions"),
        )
        .join(User, User.id == TenantUser.user_id)
        .outerjoin(
            UserRole, and_(UserRole.tenant_id == TenantUser.tenant_id, UserRole.slug == TenantUser.role)
        )
        .where(TenantUser.tenant_id == tenant_id)
        .order_by(User.name, User.id)
    )
    return session.execute(query).all()


def member(tenant_id: UUID, member_id: UUID) -> TenantUser | None:
    """One membership of the tenant."""
    query = select(TenantUser).where(TenantUser.tenant_id == tenant_id, TenantUser.id == member_id)
    return session.scalars(query.execution_options(populate_existing=True)).first()


def member_of(tenant_id: UUID, user_id: UUID) -> TenantUser | None:
    """The membership of a user at the tenant."""
    query = select(TenantUser).where(TenantUser.tenant_id == tenant_id, TenantUser.user_id == user_id)
    return session.scalars(query).first()


def lock_members(tenant_id: UUID) -> None:
    """Let nobody else change who works for the tenant until the transaction ends."""
    query = select(TenantUser.id).where(TenantUser.tenant_id == tenant_id).order_by(TenantUser.id)
    session.execute(query.with_for_update()).all()


def lock_team(tenant_id: UUID) -> None:
    """Let nobody else join the tenant, nor its owner be invited, until the transaction ends; platform scope.

    References to the tenant are made meanwhile as ever, so nothing that sells waits.
    """
    query = select(Tenant.id).where(Tenant.id == tenant_id).with_for_update(key_share=True)
    session.execute(query).all()


def role(tenant_id: UUID, slug: str) -> UserRole | None:
    """A role of the tenant's staff."""
    query = select(UserRole).where(
        UserRole.tenant_id == tenant_id, UserRole.slug == slug, UserRole.kind == "staff"
    )
    return session.scalars(query).first()


def open_invitations(tenant_id: UUID) -> Sequence[Invitation]:
    """Invitations that wait for an answer, newest first; some have run out."""
    query = select(Invitation).where(Invitation.tenant_id == tenant_id, Invitation.status == "open")
    return session.scalars(
        query.order_by(Invitation.created_at.desc(), Invitation.id.desc()).limit(200)
    ).all()


def invitations_as(tenant_id: UUID, role: str) -> Sequence[Invitation]:
    """Invitations to one role that wait for an answer, newest first; some have run out."""
    query = select(Invitation).where(
        Invitation.tenant_id == tenant_id, Invitation.status == "open", Invitation.role == role
    )
    return session.scalars(query.order_by(Invitation.created_at.desc(), Invitation.id.desc()).limit(20)).all()


def invitation(tenant_id: UUID, invitation_id: UUID) -> Invitation | None:
    """One invitation of the tenant."""
    query = select(Invitation).where(Invitation.tenant_id == tenant_id, Invitation.id == invitation_id)
    return session.scalars(query).first()


def locked_invitation(tenant_id: UUID, invitation_id: UUID) -> Invitation | None:
    """One invitation of the tenant, which nobody else changes until the transaction ends."""
    query = select(Invitation).where(Invitation.tenant_id == tenant_id, Invitation.id == invitation_id)
    query = query.with_for_update().execution_options(populate_existing=True)
    return session.scalars(query).first()


def invitation_to(tenant_id: UUID, email_lc: str) -> Invitation | None:
    """The open invitation of that address."""
    query = select(Invitation).where(
        Invitation.tenant_id == tenant_id, Invitation.email_lc == email_lc, Invitation.status == "open"
    )
    return session.scalars(query).first()


def invitation_by_token(token_hash: str) -> Any:
    """The invitation of a token with its tenant: Invitation, slug, tenant_name; or None. Platform scope."""
    query = (
        select(Invitation, Tenant.slug, Tenant.name.label("tenant_name"))
        .join(Tenant, Tenant.id == Invitation.tenant_id)
        .where(Invitation.token_hash == token_hash, Tenant.status == "active")
    )
    return session.execute(query).first()


def lock_session(session_id: UUID) -> None:
    """Let nobody else begin anything with this session until the transaction ends; needs a platform scope."""
    session.execute(select(LoginSession.id).where(LoginSession.id == session_id).with_for_update()).all()


def running_visit(session_id: UUID, now: datetime, slug: str = "") -> Any:
    """The visit of a session that is on, with its tenant; of one tenant when told. Platform scope."""
    query = (
        select(
            SupportSession,
            Tenant.slug,
            Tenant.name.label("tenant_name"),
            Tenant.status.label("tenant_status"),
        )
        .join(Tenant, Tenant.id == SupportSession.tenant_id)
        .where(
            SupportSession.session_id == session_id,
            SupportSession.ended_at.is_(None),
            SupportSession.expires_at > now,
            Tenant.status != "deleted",
        )
    )
    if slug:
        query = query.where(Tenant.slug == slug)
    return session.execute(query.execution_options(populate_existing=True)).first()


def visits_now(tenant_id: UUID, now: datetime) -> Sequence[SupportSession]:
    """Return the open support sessions in the tenant's admin."""
    query = select(SupportSession).where(
        SupportSession.tenant_id == tenant_id,
        SupportSession.ended_at.is_(None),
        SupportSession.expires_at > now,
    )
    return session.scalars(query.order_by(SupportSession.created_at, SupportSession.id)).all()
