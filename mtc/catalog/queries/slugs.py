"""Addresses and SKUs that are in use."""

from __future__ import annotations

from sqlalchemy import Table, or_, select

from mtc.catalog.queries.scope_cache import tenant_id
from mtc.core.db import session

_NEAR = 20


def taken(table: Table, slug: str, column: str = "slug") -> set[str]:
    """Return which of the slug and slug-2, slug-3… are in use, as far as it takes to know a free one.

    One statement by the index nearly always, and a second one where the first numbers are all in use.
    """
    own = table.c[column]
    near = [slug, *(f"{slug}-{number}" for number in range(2, _NEAR))]
    query = select(own).where(table.c.tenant_id == tenant_id())
    in_use = set(session.execute(query.where(own.in_(near))).scalars())
    if len(in_use) < len(near):
        return in_use
    return set(
        session.execute(query.where(or_(own == slug, own.startswith(f"{slug}-", autoescape=True)))).scalars()
    )
