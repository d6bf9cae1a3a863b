"""Pools of keys: how full one is, and filling it. Keys go in and never come out here."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask import Response

from mtc.api.v1.blueprint import v1
from mtc.api.v1.endpoint import always, closed, endpoint
from mtc.api.v1.shapes import NUMBER, POOL, TEXT, pool_shape
from mtc.catalog import queries
from mtc.catalog.queries import pools
from mtc.catalog.services.keys import MAX_LENGTH, MAX_LINES, add_keys
from mtc.core.errors import NotFoundError
from mtc.web.access import for_programs
from mtc.web.rest import ok

_LINES: dict[str, Any] = {"type": "array", "items": always(line=NUMBER, problem=TEXT)}
KEYS = closed(
    {
        "keys": {
            "type": "array",
            "items": {"type": "string", "minLength": 1, "maxLength": MAX_LENGTH},
            "minItems": 1,
            "maxItems": MAX_LINES,
        },
        "batch": {"type": "string", "maxLength": 80, "description": "Where they come from."},
    },
    required=("keys",),
)


@v1.get("/stock/<uuid:variant>")
@for_programs("products:read")
@endpoint(POOL)
def stock(variant: UUID) -> Response:
    """One pool: how many keys are for sale, reserved, delivered and set aside."""
    return ok(_pool(variant))


@v1.post("/stock/<uuid:variant>/keys")
@for_programs("stock:write", idempotent=True)
@endpoint(always(added=NUMBER, known=_LINES, invalid=_LINES, pool=POOL), body=KEYS, status=201)
def fill(variant: UUID, given: dict[str, Any]) -> Response:
    """Add keys. Those that are in stock, were sold or stand twice are left out and named by their line."""
    _pool(variant)
    report = add_keys(variant, given["keys"], given.get("batch", ""))
    data = {
        "added": report.added,
        "known": [{"line": line, "problem": why} for line, why in report.duplicates],
        "invalid": [{"line": line, "problem": why} for line, why in report.invalid],
        "pool": _pool(variant),
    }
    return ok(data, status=201)


def _pool(variant: UUID) -> dict[str, Any]:
    row = pools.pool(variant)
    if row is None:
        raise NotFoundError("There is no such pool of keys.")
    return pool_shape(row, queries.stock_counts([variant])[variant])
