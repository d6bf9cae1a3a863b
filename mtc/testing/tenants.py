"""Tenants with a store each."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from mtc.core import clock
from mtc.core.db import unit_of_work
from mtc.core.tenancy import platform_scope, tenant_scope
from mtc.tenants.models import Store, Tenant
from mtc.tenants.services import create_store, create_tenant


@dataclass
class World:
    """A tenant with its store."""

    tenant: Tenant
    store: Store

    @property
    def id(self) -> UUID:
        """The tenant's id."""
        return self.tenant.id


def make_world(slug: str, name: str, currency: str = "EUR", mode: str = "test") -> World:
    """A tenant and its open store; in test mode, so that test payments deliver what is sold."""
    with platform_scope("make a tenant for tests"), unit_of_work():
        tenant = create_tenant(slug, name)
    with tenant_scope(tenant.id), unit_of_work():
        mail, now = f"hello@{slug}.example", clock.now()
        store = create_store(tenant.id, slug, name, currency=currency, email=mail, mode=mode, opened_at=now)
    return World(tenant, store)
