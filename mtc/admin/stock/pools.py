"""The stock of keys: pools with their counts and warning levels, the keys and batches of one."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from flask import Response, request
from werkzeug.wrappers import Response as WerkzeugResponse

from mtc.admin.blueprints import admin
from mtc.admin.layout import base, listing, page, store
from mtc.admin.navigation import CATALOGUE, navigation
from mtc.admin.stock.import_presenter import shown
from mtc.catalog import queries
from mtc.catalog.queries import pools, stock_imports
from mtc.catalog.services import stock_reservation as service
from mtc.catalog.services.stock_import import batch_id
from mtc.catalog.services.warning_level_changes import set_own_level
from mtc.catalog.services.warning_levels import level_of_store, own_level, read_level
from mtc.core.errors import NotFoundError
from mtc.core.i18n import _, _l
from mtc.core.relative_time import when
from mtc.core.urls import with_query
from mtc.web import list_pages, query_params
from mtc.web.access import requires
from mtc.web.audited import audited
from mtc.web.flash import flash
from mtc.web.responses import see_other

PAGE, KEYS = 25, 50
BATCHES = 20
STATES = {
    "available": _l("For sale"),
    "reserved": _l("Reserved"),
    "delivered": _l("Delivered"),
    "revoked": _l("Withdrawn"),
    "quarantined": _l("Set aside"),
}


@admin.get("/stock")
@navigation.entry("stock", _l("Key stock"), section=CATALOGUE, icon="key-round", order=30)
@requires("products:read")
def stock(tenant: str) -> Response:
    """Every pool, the emptiest first."""
    del tenant
    path = request.script_root + base() + "/stock"
    params = {"q": query_params.text("q"), "show": query_params.one_of("show", ("low",))}
    page = list_pages.find(
        lambda cursor: pools.pools(text=params["q"], low=params["show"] == "low", cursor=cursor, limit=PAGE),
        _pools,
    )
    return listing(
        "admin/stock/list.html",
        "admin/stock/_results.html",
        title=_("Key stock"),
        active="stock",
        list_page=page,
        path=path,
        filters=params,
        pools=page.rows,
        tabs=[
            {
                "label": _("All pools"),
                "url": with_query(path, {"q": params["q"]}),
                "active": not params["show"],
            },
            {
                "label": _("Running low"),
                "url": with_query(path, {**params, "show": "low"}),
                "active": params["show"] == "low",
            },
        ],
    )


def _pools(rows: Sequence[Any]) -> list[dict[str, Any]]:
    counts = queries.stock_counts([row.variant_id for row in rows])
    return [_pool(row, counts[row.variant_id]) for row in rows]


def _pool(row: Any, counts: dict[str, int]) -> dict[str, Any]:
    return {
        "id": str(row.variant_id),
        "product": row.product,
        "variant": row.variant,
        "sku": row.sku,
        "available": row.available,
        "low_at": row.low_at,
        "own_level": own_level(row.inventory_data),
        "state": "out" if row.available == 0 else "low" if row.available <= row.low_at else "good",
        "reserved": counts.get("reserved", 0),
        "delivered": counts.get("delivered", 0),
        "aside": counts.get("quarantined", 0) + counts.get("revoked", 0),
    }


def pool_of(variant: UUID) -> Any:
    """The variant with its product's name, if it has a pool; raises NotFoundError."""
    row = pools.pool(variant)
    if row is None:
        raise NotFoundError(_l("There is no such pool of keys."))
    return row


@admin.get("/stock/<uuid:variant>")
@requires("products:read")
def pool(tenant: str, variant: UUID) -> Response:
    """One pool: counts, batches, keys without their values, and the form to add more."""
    del tenant
    return show_pool(variant)


def _batches(variant: UUID, url: str, state: str, running: set[int]) -> dict[str, Any]:
    """A page of the batches from `batches` of the address on; none is taken back while its keys are added."""
    cursor = query_params.text("batches", 1000)
    page = queries.batches(variant, cursor, BATCHES)
    older = with_query(url, {"state": state, "batches": page.next}) + "#batches"
    return {
        "batches": [
            {
                "name": batch.batch or "No name",
                "total": batch.total,
                "left": int(batch.available or 0),
                "id": batch_id(batch.first),
                "can_undo": not batch.bound and batch_id(batch.first) not in running,
                "at": when(batch.first),
            }
            for batch in page.items
        ],
        "older_batches": older if page.next else None,
        "newest_batches": with_query(url, {"state": state}) + "#batches" if cursor else None,
    }


def show_pool(variant: UUID, *, status: int = 200, **more: Any) -> Response:
    """The page of a pool; `report`, `typed` and `errors` are those of an upload."""
    row = pool_of(variant)
    url = f"{request.script_root}{base()}/stock/{variant}"
    state = query_params.one_of("state", STATES)
    result = queries.stock_items(variant, status=state, cursor=query_params.text("cursor", 1000), limit=KEYS)
    counts = queries.stock_counts([variant])[variant]
    begun = [shown(row) for row in stock_imports.latest(variant)]
    running = {row["batch_id"] for row in begun if row["running"]}
    return page(
        "admin/stock/pool.html",
        title=row.product,
        active="stock",
        status=status,
        pool=_pool(row, counts),
        product_id=str(row.product_id),
        counts=[(label, counts.get(name, 0), name) for name, label in STATES.items()],
        state=state,
        **_batches(variant, url, state, running),
        imports=begun,
        store_level=level_of_store(store().settings),
        keys=[
            {
                "masked": service.masked(key.hint),
                "status": key.status,
                "label": STATES[key.status],
                "batch": key.batch,
                "at": when(key.created_at),
                "id": str(key.id),
            }
            for key in result.items
        ],
        url=url,
        next_url=with_query(url, {"state": state, "cursor": result.next}) if result.next else None,
        crumbs=[
            {"label": _("Key stock"), "url": f"{request.script_root}{base()}/stock"},
            {"label": f"{row.product}, {row.variant}" if row.variant else row.product, "url": ""},
        ],
        **{"report": None, "typed": "", "batch": "", "errors": {}, **more},
    )


@admin.post("/stock/<uuid:variant>/level")
@requires("stock:write")
@audited(_l("Changed when stock counts as low"))
def set_level(tenant: str, variant: UUID) -> WerkzeugResponse:
    """At how many keys left the store warns."""
    del tenant
    pool_of(variant)
    level = read_level(request.form.get("low_at", ""))
    set_own_level(variant, level)
    flash(
        _("The warning level is saved.")
        if level is not None
        else _("The store's warning level holds here now.")
    )
    return see_other(f"{base()}/stock/{variant}")


@admin.post("/stock/<uuid:variant>/keys/<uuid:item>/aside")
@requires("stock:write")
@audited(_l("Took a key out of its pool"))
def set_aside(tenant: str, variant: UUID, item: UUID) -> WerkzeugResponse:
    """Take a key that is for sale out of the pool."""
    del tenant
    if not pools.holds(variant, item):
        raise NotFoundError(_l("There is no such key."))
    service.quarantine(item)
    flash(_("The key is set aside and will not be sold."))
    return see_other(f"{base()}/stock/{variant}")
