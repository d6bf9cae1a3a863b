"""Queries for people, memberships and running sessions."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Row, Select, and_, select

from mtc.core.db import session
from mtc.core.email_addresses import address_key
from mtc.identity.models import ApiKey, Customer, LoginSession, TenantUser, User, UserRole
from mtc.tenants.models import Tenant

_SESSION = (
    LoginSession.id,
    LoginSession.key_hash,
    LoginSession.tenant_id,
    LoginSession.user_id,
    LoginSession.customer_id,
    LoginSession.auth_epoch,
    LoginSession.data,
    LoginSession.last_seen_at,
    LoginSession.expires_at,
    LoginSession.created_at,
    LoginSession.second_factor,
)


def staff_session(key_hash: str) -> Row[Any] | None:
    """A session on the platform's host with its user; needs a platform scope."""
    query = (
        select(
            *_SESSION,
            User.name,
            User.email,
            User.is_super_admin,
            User.locale,
            User.auth_epoch.label("owner_epoch"),
            User.status.label("owner_status"),
        )
        .join(User, User.id == LoginSession.user_id)
        .where(LoginSession.key_hash == key_hash, LoginSession.tenant_id.is_(None))
    )
    return session.execute(query).first()


def customer_session(key_hash: str, tenant_id: UUID) -> Row[Any] | None:
    """A shopper's session at one tenant with the customer."""
    query = (
        select(
            *_SESSION,
            Customer.name,
            Customer.email,
            Customer.auth_epoch.label("owner_epoch"),
            Customer.status.label("owner_status"),
        )
        .join(
            Customer,
            and_(Customer.tenant_id == LoginSession.tenant_id, Customer.id == LoginSession.customer_id),
        )
        .where(LoginSession.tenant_id == tenant_id, LoginSession.key_hash == key_hash)
    )
    return session.execute(query).first()


def sessions_of_user(user_id: UUID, now: datetime, seen_after: datetime) -> Sequence[LoginSession]:
    """The live sessions of a staff user, seen last first; needs a platform scope."""
    query = (
        select(LoginSession)
        .join(User, User.id == LoginSession.user_id)
        .where(
            LoginSession.user_id == user_id,
            LoginSession.tenant_id.is_(None),
            LoginSession.auth_epoch == User.auth_epoch,
        )
    )
    return _live(query, now, seen_after)


def sessions_of_customer(
    tenant_id: UUID, customer_id: UUID, now: datetime, seen_after: datetime
) -> Sequence[LoginSession]:
    """The live sessions of a shopper at one tenant, seen last first."""
    query = (
        select(LoginSession)
        .join(
            Customer,
            and_(Customer.tenant_id == LoginSession.tenant_id, Customer.id == LoginSession.customer_id),
        )
        .where(
            LoginSession.tenant_id == tenant_id,
            LoginSession.customer_id == customer_id,
            LoginSession.auth_epoch == Customer.auth_epoch,
        )
    )
    return _live(query, now, seen_after)


def _live(query: Select[LoginSession], now: datetime, seen_after: datetime) -> Sequence[LoginSession]:
    query = query.where(LoginSession.expires_at > now, LoginSession.last_seen_at > seen_after)
    return session.scalars(query.order_by(LoginSession.last_seen_at.desc(), LoginSession.id)).all()


def user_by_email(email: str) -> User | None:
    """The staff user with that address; its spelling does not count."""
    return session.scalars(select(User).where(User.email_lc == address_key(email))).first()


def active_users(addresses: Collection[str]) -> dict[str, User]:
    """The staff users of these addresses, in the form that is compared, who may log in. Platform scope."""
    query = select(User).where(User.email_lc.in_(addresses), User.status == "active")
    return {user.email_lc: user for user in session.scalars(query)}


def user(user_id: UUID) -> User | None:
    """The staff user of that id; needs a platform scope."""
    return session.scalars(select(User).where(User.id == user_id)).first()


def customer_by_email(tenant_id: UUID, email: str) -> Customer | None:
    """The tenant's customer with that address."""
    query = select(Customer).where(Customer.tenant_id == tenant_id, Customer.email_lc == address_key(email))
    return session.scalars(query).first()


def customer(tenant_id: UUID, customer_id: UUID) -> Customer | None:
    """The tenant's customer of that id."""
    query = select(Customer).where(Customer.tenant_id == tenant_id, Customer.id == customer_id)
    return session.scalars(query).first()


def locked_customer(tenant_id: UUID, customer_id: UUID) -> Customer | None:
    """The tenant's customer of that id, whom nobody else changes until the transaction ends."""
    query = select(Customer).where(Customer.tenant_id == tenant_id, Customer.id == customer_id)
    query = query.with_for_update().execution_options(populate_existing=True)
    return session.scalars(query).first()


def membership(user_id: UUID, tenant_slug: str) -> Row[Any] | None:
    """The user's place at a tenant: tenant columns, role and permissions; needs a platform scope."""
    query = (
        select(
            Tenant.id.label("tenant_id"),
            Tenant.slug,
            Tenant.name,
            Tenant.status,
            Tenant.settings,
            TenantUser.role,
            TenantUser.permissions,
            UserRole.name.label("role_name"),
            UserRole.permissions.label("role_permissions"),
        )
        .join(TenantUser, TenantUser.tenant_id == Tenant.id)
        .outerjoin(
            UserRole, and_(UserRole.tenant_id == TenantUser.tenant_id, UserRole.slug == TenantUser.role)
        )
        .where(
            Tenant.slug == tenant_slug,
            Tenant.status != "deleted",
            TenantUser.user_id == user_id,
            TenantUser.status == "active",
        )
    )
    return session.execute(query).first()


def tenants_of(user_id: UUID) -> Sequence[Any]:
    """The tenants that a user works for; needs a platform scope."""
    query = (
        select(Tenant.id, Tenant.slug, Tenant.name, Tenant.status, TenantUser.role)
        .join(TenantUser, TenantUser.tenant_id == Tenant.id)
        .where(TenantUser.user_id == user_id, TenantUser.status == "active", Tenant.status != "deleted")
        .order_by(Tenant.name)
    )
    return session.execute(query).all()


def staff_of(tenant_id: UUID) -> Sequence[Any]:
    """Return the tenant's staff: name, email, role, role_name, status, last_login_at, by name."""
    query = (
        select(
            User.id,
            User.name,
            User.email,
            User.last_login_at,
            TenantUser.role,
            TenantUser.status,
            UserRole.name.label("role_name"),
        )
        .select_from(TenantUser)
        .join(User, User.id == TenantUser.user_id)
        .outerjoin(
            UserRole, and_(UserRole.tenant_id == TenantUser.tenant_id, UserRole.slug == TenantUser.role)
        )
        .where(TenantUser.tenant_id == tenant_id)
        .order_by(User.name, User.id)
    )
    return session.execute(query).all()


def roles_of(tenant_id: UUID) -> Sequence[Any]:
    """The staff roles of the tenant: slug, name, permissions, in the order they were made."""
    query = select(UserRole.slug, UserRole.name, UserRole.permissions).where(
        UserRole.tenant_id == tenant_id, UserRole.kind == "staff"
    )
    return session.execute(query.order_by(UserRole.created_at, UserRole.id)).all()


def api_key_by_prefix(prefix: str) -> Row[Any] | None:
    """The key of that prefix with its tenant's slug and status; needs a platform scope."""
    query = (
        select(
            ApiKey.id,
            ApiKey.tenant_id,
            ApiKey.name,
            ApiKey.prefix,
            ApiKey.secret_hash,
            ApiKey.scopes,
            ApiKey.expires_at,
            ApiKey.last_used_at,
            ApiKey.revoked_at,
            Tenant.slug,
            Tenant.status.label("tenant_status"),
        )
        .join(Tenant, Tenant.id == ApiKey.tenant_id)
        .where(ApiKey.prefix == prefix)
    )
    return session.execute(query).first()


def api_keys(tenant_id: UUID) -> Sequence[ApiKey]:
    """The keys of the tenant's programs, revoked ones too, newest first."""
    query = select(ApiKey).where(ApiKey.tenant_id == tenant_id)
    return session.scalars(query.order_by(ApiKey.created_at.desc(), ApiKey.id.desc())).all()


def api_key(tenant_id: UUID, key_id: UUID) -> ApiKey | None:
    """The tenant's key of that id, or None."""
    query = select(ApiKey).where(ApiKey.tenant_id == tenant_id, ApiKey.id == key_id)
    return session.scalars(query).first()
