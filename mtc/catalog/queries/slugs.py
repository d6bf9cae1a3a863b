"""Which addresses and SKUs are in use."""

from __future__ import annotations

from sqlalchemy import Table, or_, select

from mtc.catalog.queries.scope_cache import tenant_id
from mtc.core.db import session

_NEAR = 20


def taken(table: Table, slug: str, column: str = "slug") -> set[str]:
    """Which of the slug and slug-2, slug-3… are in use, as far as it takes to know a free one.

    One statement by the index nearly always, and a second one where the first numbers are all in use.
    """
    own = table.c[column]
    near = [slug, *(f"{slug}-{number}" for number in range(2, _NEAR))]
    query = select(own).where(table.c.tenant_id == tenant_id())
    found = set(session.execute(query.where(own.in_(near))).scalars())
    if len(found) < len(near):
        return found
    return set(
        session.execute(query.where(or_(own == slug, own.startswith(f"{slug}-", autoescape=True)))).scalars()
    )
