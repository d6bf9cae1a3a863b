"""The roles that every tenant starts with; a tenant may change them."""

from __future__ import annotations

from uuid import UUID

from mtc.core.db import session
from mtc.core.i18n import _l, source_text
from mtc.identity.models import UserRole

OWNER = "owner"
DEFAULT_ROLES: dict[str, tuple[str, list[str]]] = {
    OWNER: (source_text(_l("Owner")), ["*"]),
    "manager": (
        source_text(_l("Manager")),
        ["products:*", "stock:*", "orders:*", "mail:*", "settings:read"],
    ),
    "support": (
        source_text(_l("Support")),
        ["products:read", "orders:read", "orders:write", "orders:reveal", "mail:read"],
    ),
}


def create_default_roles(tenant_id: UUID) -> list[UserRole]:
    """Write the default roles of a new tenant."""
    roles = [
        UserRole(tenant_id=tenant_id, kind="staff", slug=slug, name=name, permissions=list(permissions))
        for slug, (name, permissions) in DEFAULT_ROLES.items()
    ]
    session.add_all(roles)
    session.flush()
    return roles
