"""A shop with an owner, a manager, a support person and somebody who was shut out."""

from __future__ import annotations

from typing import Any

import pytest

from mtc.core.db import unit_of_work
from mtc.core.tenancy import platform_scope, tenant_scope
from mtc.identity.models import TenantUser
from mtc.identity.services import add_member, create_default_roles, create_user
from tests.orders.shop import Shop, open_shop
from tests.servers.kept import kept

ROLES = ("owner", "manager", "support")


@pytest.fixture
@kept
def staff(tenant: Any) -> dict[str, TenantUser]:
    """The members of Acme by role; `gone` was a manager."""
    with platform_scope("make people for tests"), unit_of_work():
        users = {
            name: create_user(f"{name}@acme.example", name.title(), "a mild winter in Graz")
            for name in (*ROLES, "gone")
        }
    with tenant_scope(tenant.id), unit_of_work():
        create_default_roles(tenant.id)
        found = {role: add_member(tenant.id, users[role].id, role) for role in ROLES}
        found["gone"] = add_member(tenant.id, users["gone"].id, "manager")
        found["gone"].status = "inactive"
    return found


@pytest.fixture
@kept
def shop(tenant: Any, staff: dict[str, TenantUser]) -> Shop:
    """Its pool holds eight keys; the warning level is five."""
    return open_shop(tenant, keys=8)
