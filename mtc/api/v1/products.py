"""Products: the list, and one of them with its variants."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask import Response

from mtc.api.v1.blueprint import v1
from mtc.api.v1.endpoint import closed, endpoint, listed
from mtc.api.v1.schemas import PAGING, PRODUCT, PRODUCT_ROW, product_row, product_whole, texts
from mtc.catalog import queries
from mtc.core.errors import NotFoundError
from mtc.web.access import for_programs
from mtc.web.envelope import ok

FILTERS = closed(
    {
        "status": texts(("draft", "active", "archived")),
        "q": {"type": "string", "maxLength": 200, "description": "Words that begin like these."},
        **PAGING,
    }
)


@v1.get("/products")
@for_programs("products:read")
@endpoint(listed(PRODUCT_ROW), query=FILTERS)
def products(query: dict[str, Any]) -> Response:
    """Products of every status, newest first."""
    page = queries.admin_products(
        status=query.get("status", ""),
        text=query.get("q", ""),
        cursor=query.get("cursor", ""),
        limit=query.get("limit", 25),
    )
    return ok({"items": [product_row(row) for row in page.items], "next": page.next})


@v1.get("/products/<uuid:product>")
@for_programs("products:read")
@endpoint(PRODUCT)
def product(product: UUID) -> Response:
    """One product with its variants and attributes."""
    details = queries.product_by_id(product, hidden=True)
    if details is None:
        raise NotFoundError("There is no such product.")
    return ok(product_whole(details))
