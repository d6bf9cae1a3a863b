"""The content version: one number per tenant that rises with every change that a shopper can see."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import update

from mtc.core import clock
from mtc.core.db import after_commit, session
from mtc.tenants.models import Tenant
from mtc.tenants.services.store_lookup import store_lookup


def bump_content_version(tenant_id: UUID) -> None:
    """Raise the tenant's content version in the running transaction; caches follow once it commits."""
    session.execute(
        update(Tenant)
        .where(Tenant.id == tenant_id)
        .values(content_version=Tenant.content_version + 1, updated_at=clock.now())
        .execution_options(synchronize_session=False)
    )
    after_commit(lambda: store_lookup.forget(tenant_id))
