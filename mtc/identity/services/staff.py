"""Staff: users of the platform, their log-in and their places at tenants."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import update
from sqlalchemy.exc import IntegrityError

from mtc.core import clock, security_log
from mtc.core.db import session
from mtc.core.email_addresses import address_key
from mtc.core.errors import ConflictError, UnauthorizedError
from mtc.core.fields.formats import scrub
from mtc.core.i18n import _l
from mtc.core.row_locking import matched_rows
from mtc.identity import queries
from mtc.identity.models import TenantUser, User
from mtc.identity.services.passwords import check_password_rules, hash_password, needs_rehash, verify_password
from mtc.tenants.services.tenants import REQUIRE_SECOND_FACTOR

WRONG = _l("The e-mail address or the password is wrong.")


@dataclass(frozen=True, slots=True)
class Membership:
    """A user's place at one tenant, with all permissions it brings."""

    tenant_id: UUID
    tenant_slug: str
    tenant_name: str
    tenant_status: str
    role: str
    role_name: str
    permissions: frozenset[str]
    requires_second_factor: bool = False


def create_user(
    email: str, name: str, password: str, *, is_super_admin: bool = False, place: str = ""
) -> User:
    """A new staff user, to work at `place`. Platform scope. Raises ValidationError and ConflictError."""
    check_password_rules(password, about=(email, name, place))
    user = User(
        email=email.strip(),
        email_lc=address_key(email),
        name=scrub(name, multiline=False),
        password_hash=hash_password(password),
        is_super_admin=is_super_admin,
    )
    try:
        with session.begin_nested():
            session.add(user)
    except IntegrityError:
        raise ConflictError(
            _l("There is a user with this address."), {"email": [_l("It is in use.")]}
        ) from None
    return user


def add_member(tenant_id: UUID, user_id: UUID, role: str) -> TenantUser:
    """Give a user a place at a tenant; raises ConflictError when it has one."""
    member = TenantUser(tenant_id=tenant_id, user_id=user_id, role=role, permissions=[])
    try:
        with session.begin_nested():
            session.add(member)
    except IntegrityError:
        raise ConflictError(_l("This user works for the tenant already.")) from None
    return member


def staff_login(email: str, password: str) -> User:
    """The user of these credentials; every failure is the same UnauthorizedError. Platform scope."""
    user = queries.user_by_email(email)
    right = verify_password(user.password_hash if user else None, password)
    if user is None or not right or user.status != "active":
        security_log.refuse("login.refused", kind="staff", account=security_log.alias(email))
        raise UnauthorizedError(WRONG)
    security_log.note("login.passed", kind="staff", account=str(user.id), factor="password")
    if needs_rehash(user.password_hash or ""):
        # Whoever changes the password meanwhile must not find the old one back.
        mine = (User.id == user.id, User.password_hash == user.password_hash)
        matched_rows(update(User).where(*mine).values(password_hash=hash_password(password)))
    logged_in(user)
    return user


def logged_in(user: User) -> None:
    """Note that the user has just shown who they are."""
    user.last_login_at = clock.now()
    session.flush()


def membership(user_id: UUID, tenant_slug: str) -> Membership | None:
    """The user's place at the tenant of that slug, or None; needs a platform scope."""
    row = queries.membership(user_id, tenant_slug)
    if row is None:
        return None
    return Membership(
        tenant_id=row.tenant_id,
        tenant_slug=row.slug,
        tenant_name=row.name,
        tenant_status=row.status,
        role=row.role,
        role_name=row.role_name or row.role.title(),
        permissions=frozenset([*(row.permissions or []), *(row.role_permissions or [])]),
        requires_second_factor=bool((row.settings or {}).get(REQUIRE_SECOND_FACTOR)),
    )


def passkey_user(user_id: UUID) -> User:
    """The user whose passkey was shown; raises UnauthorizedError when they may not log in. Platform scope."""
    user = session.get(User, user_id)
    if user is None or user.status != "active":
        raise UnauthorizedError(WRONG)
    logged_in(user)
    return user


def user_of(user_id: UUID) -> User:
    """The user of a session; raises UnauthorizedError when it has just been deleted. Platform scope."""
    user = session.get(User, user_id)
    if user is None:
        raise UnauthorizedError(WRONG)
    return user
