"""More keys for the pools of a demo store, so that a measurement never waits for stock.

`MTC_VAR=… python -m tests.soak.restock games 200` adds so many to each pool that has some.
"""

from __future__ import annotations

import sys
from uuid import uuid4

from sqlalchemy import select

from mtc.catalog.models import ProductVariant
from mtc.catalog.services.stock_import import add_keys
from mtc.core.context import SYSTEM, Context, use
from mtc.core.db import session, unit_of_work
from mtc.core.tenancy import platform_scope, tenant_scope
from mtc.lifecycle import flask_app
from mtc.tenants.queries import tenant_by_slug


def restock(tenant: str, count: int) -> int:
    """Add `count` keys to each pool of the tenant that can be bought from; returns how many pools."""
    with platform_scope("find a tenant", readonly=True), unit_of_work():
        found = tenant_by_slug(tenant)
    assert found is not None, f"there is no tenant {tenant}"
    with use(Context(tenant_id=found.id, actor=SYSTEM)), tenant_scope(found.id), unit_of_work():
        query = select(ProductVariant.id).where(
            ProductVariant.stock_source == "pool", ProductVariant.available > 0
        )
        pools = list(session.scalars(query))
        for variant_id in pools:
            add_keys(variant_id, [f"SOAK-{uuid4().hex.upper()}" for _ in range(count)], batch="Soak")
    return len(pools)


if __name__ == "__main__":
    with flask_app().app_context():
        print(restock(sys.argv[1], int(sys.argv[2])), "pools")
