"""Pools of keys: how full one is, filling it, taking a batch back. Keys go in and never come out here."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask import Response

from mtc.api.v1.blueprint import v1
from mtc.api.v1.endpoint import always, closed, endpoint, listed
from mtc.api.v1.schemas import (
    FLAG,
    ID,
    MAYBE_NUMBER,
    MAYBE_TEXT,
    MOMENT,
    NUMBER,
    PAGING,
    POOL,
    STOCK_STATES,
    TEXT,
    moment,
    pool_shape,
    texts,
)
from mtc.catalog import queries
from mtc.catalog.queries import pools
from mtc.catalog.services.stock_batches import undo_batch
from mtc.catalog.services.stock_import import MAX_LENGTH, ImportReport, add_keys, batch_id
from mtc.catalog.services.stock_reservation import masked
from mtc.catalog.services.stock_search_index import search_keys
from mtc.catalog.services.warning_level_changes import set_own_level
from mtc.catalog.services.warning_levels import HIGHEST
from mtc.core.context import current
from mtc.core.errors import NotFoundError
from mtc.core.i18n import _l
from mtc.core.stock_value_parts import SHORT
from mtc.orders.queries import orders_of_lines
from mtc.web.access import for_programs
from mtc.web.audited import audited
from mtc.web.envelope import ok

MOST = 10_000
_LINES: dict[str, Any] = {"type": "array", "items": always(line=NUMBER, problem=TEXT)}
WANTED = closed(
    {
        "key": {
            "type": "string",
            "minLength": SHORT,
            "maxLength": MAX_LENGTH,
            "description": "All of a key, or at least 4 letters or digits of its beginning or end.",
        }
    },
    required=("key",),
)
FOUND = always(
    key={"type": "string", "description": "Masked."}, state=texts(STOCK_STATES), product_id=ID, product=TEXT,
    variant_id=ID, variant=TEXT, sku=TEXT, order=MAYBE_TEXT, email=MAYBE_TEXT,
)  # fmt: skip
ADDED = always(
    added=NUMBER, duplicates=NUMBER, refused=NUMBER, batch_id=MAYBE_NUMBER,
    known=_LINES, invalid=_LINES, pool=POOL,
)  # fmt: skip
KEYS = closed(
    {
        "keys": {
            "type": "array",
            "items": {"type": "string", "minLength": 1, "maxLength": MAX_LENGTH},
            "minItems": 1,
            "maxItems": MOST,
        },
        "batch": {"type": "string", "maxLength": 80, "description": "Where they come from."},
    },
    required=("keys",),
)
LEVEL = closed(
    {"low_at": {**MAYBE_NUMBER, "minimum": 0, "maximum": HIGHEST}}, required=("low_at",)
)  # fmt: skip
BATCH = always(id=NUMBER, name=TEXT, added_at=MOMENT, total=NUMBER, available=NUMBER, can_undo=FLAG)


@v1.post("/stock/search")
@for_programs("products:read")
@endpoint(always(items={"type": "array", "items": FOUND}, more=FLAG), body=WANTED)
@audited(_l("Searched for keys"), always=True)
def find_keys(body: dict[str, Any]) -> Response:
    """Keys that are, begin with or end with `key`, masked; by POST, so that it stands in no address or log.

    `order` and `email` are null without the scope `orders:read`; `more`: others may fit, send more of it.
    """
    rows, more = search_keys(body["key"])
    lines = [row.order_item_id for row in rows if row.order_item_id is not None]
    sold = orders_of_lines(lines) if current().actor.may("orders:read") else {}
    return ok({"items": [_found(row, sold.get(row.order_item_id)) for row in rows], "more": more})


@v1.get("/stock/<uuid:variant>")
@for_programs("products:read")
@endpoint(POOL)
def stock(variant: UUID) -> Response:
    """One pool: how many keys are for sale, reserved, delivered and set aside."""
    return ok(pool_of(variant))


@v1.post("/stock/<uuid:variant>/keys")
@for_programs("stock:write", idempotent=True)
@endpoint(ADDED, body=KEYS, status=201)
@audited(_l("Added keys to a pool"))
def fill(variant: UUID, body: dict[str, Any]) -> Response:
    """Add keys. Those that are in stock, were sold or stand twice are left out and named by their line."""
    pool_of(variant)
    return ok(import_report(variant, add_keys(variant, body["keys"], body.get("batch", ""))), status=201)


@v1.post("/stock/<uuid:variant>/level")
@for_programs("stock:write", idempotent=True)
@endpoint(POOL, body=LEVEL)
@audited(_l("Changed when stock counts as low"))
def set_stock_level(variant: UUID, body: dict[str, Any]) -> Response:
    """At how many keys left the pool warns; null: at the store's level (`low_at` of the settings)."""
    pool_of(variant)
    set_own_level(variant, body["low_at"])
    return ok(pool_of(variant))


@v1.get("/stock/<uuid:variant>/batches")
@for_programs("products:read")
@endpoint(listed(BATCH), query=closed(PAGING))
def stock_batches(variant: UUID, query: dict[str, Any]) -> Response:
    """The batches of a pool, newest first."""
    pool_of(variant)
    page = queries.batches(variant, query.get("cursor", ""), query.get("limit", 25))
    items = [
        {
            "id": batch_id(row.first),
            "name": row.batch,
            "added_at": moment(row.first),
            "total": row.total,
            "available": int(row.available or 0),
            "can_undo": not row.bound,
        }
        for row in page.items
    ]
    return ok({"items": items, "next": page.next})


@v1.post("/stock/<uuid:variant>/batches/<int:batch>/undo")
@for_programs("stock:write", idempotent=True)
@endpoint(always(removed=NUMBER, pool=POOL))
@audited(_l("Took a batch of keys back"))
def undo_stock_batch(variant: UUID, batch: int) -> Response:
    """Take a batch of keys back while none of it is sold or on its way to a buyer; else it is a 409."""
    pool_of(variant)
    return ok({"removed": undo_batch(variant, batch), "pool": pool_of(variant)})


def import_report(variant: UUID, report: ImportReport) -> dict[str, Any]:
    """A report as this API gives it: all lines are counted, the first thousand of each kind are named."""
    return {
        "added": report.added,
        "duplicates": report.duplicates_in_pool + report.duplicates_in_upload,
        "refused": report.refused,
        "batch_id": report.batch_id if report.added else None,
        "known": [{"line": line, "problem": why} for line, why in report.duplicates],
        "invalid": [{"line": line, "problem": why} for line, why in report.invalid],
        "pool": pool_of(variant),
    }


def _found(row: Any, order: Any) -> dict[str, Any]:
    return {
        "key": masked(row.hint),
        "state": row.status,
        "product_id": str(row.product_id),
        "product": row.product,
        "variant_id": str(row.variant_id),
        "variant": row.variant,
        "sku": row.sku,
        "order": order.order_number if order is not None else None,
        "email": order.email if order is not None else None,
    }


def pool_of(variant: UUID) -> dict[str, Any]:
    """The pool as this API shows it; raises NotFoundError."""
    row = pools.pool(variant)
    if row is None:
        raise NotFoundError("There is no such pool of keys.")
    return pool_shape(row, queries.stock_counts([variant])[variant])
