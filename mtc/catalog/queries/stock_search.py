"""Keys by the hashes of their parts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from sqlalchemy import and_, select, union

from mtc.catalog.queries.scope_cache import tenant_id
from mtc.catalog.queries.tables import PRODUCTS as _P
from mtc.catalog.queries.tables import STOCK as _S
from mtc.catalog.queries.tables import VARIANTS as _V
from mtc.catalog.queries.tables import AnyRow
from mtc.core.db import session


def not_indexed(limit: int) -> list[AnyRow]:
    """Keys that have no hashes of their parts yet: tenant_id, id and the sealed value."""
    query = select(_S.c.tenant_id, _S.c.id, _S.c.value).where(
        _S.c.tenant_id == tenant_id(), _S.c.full_hash.is_(None)
    )
    return list(session.execute(query.limit(limit)).all())


def candidates(marks: Mapping[str, Sequence[str]], limit: int) -> list[AnyRow]:
    """Keys one of whose hashes is among the marks of its column, newest first, with product and variant.

    A whole key comes before the others, so that it is found however many begin like it.
    """
    tenant = tenant_id()
    # Each column by its own index, and no more than are looked at.
    parts = [
        select(_S.c.id)
        .where(_S.c.tenant_id == tenant, _S.c[name].in_(values))
        .order_by(_S.c.id.desc())
        .limit(limit)
        .subquery()
        for name, values in marks.items()
    ]
    matches = union(*(select(part.c.id) for part in parts)).subquery()
    query = (
        select(
            _S.c.tenant_id, _S.c.id, _S.c.value, _S.c.status, _S.c.hint, _S.c.batch, _S.c.order_item_id,
            _S.c.variant_id, _V.c.name.label("variant"), _V.c.sku, _V.c.product_id,
            _P.c.name.label("product"),
        )
        .join(_V, and_(_V.c.tenant_id == _S.c.tenant_id, _V.c.id == _S.c.variant_id))
        .join(_P, and_(_P.c.tenant_id == _V.c.tenant_id, _P.c.id == _V.c.product_id))
        .where(_S.c.tenant_id == tenant, _S.c.id.in_(select(matches.c.id)))
        .order_by(_S.c.full_hash.in_(marks["full_hash"]).desc(), _S.c.id.desc())
        .limit(limit)
    )  # fmt: skip
    return list(session.execute(query).all())
