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


def make_world(slug: str, name: str, currency: str = "EUR") -> World:
    """A tenant and its store of the same slug, which is open."""
    with platform_scope("make a tenant for tests"), unit_of_work():
        tenant = create_tenant(slug, name)
    with tenant_scope(tenant.id), unit_of_work():
        store = create_store(
            tenant.id,
            slug,
            name,
            currency=currency,
            email=f"hello@{slug}.example",
            opened_at=clock.now(),
        )
    return World(tenant, store)
