"""One tenant with very many products: what the queries of a listing take as data grows."""

from __future__ import annotations

import random
import time
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from statistics import median
from typing import Any
from uuid import UUID

from sqlalchemy import insert, text

from mtc import config as settings
from mtc.app import create_app
from mtc.bench.report import Line
from mtc.catalog.models import Product, ProductAttribute, ProductType, product_search
from mtc.catalog.queries.facets import counts
from mtc.catalog.queries.filters import Filters
from mtc.catalog.queries.listing import products
from mtc.core import clock
from mtc.core.collation import sort_key
from mtc.core.context import Context, use
from mtc.core.db import session, unit_of_work
from mtc.core.ids import uuid7
from mtc.core.tenancy import platform_scope, tenant_scope
from mtc.lifecycle import migrate_database
from mtc.tenants.services import create_tenant

BATCH = 5000
REPEATS = 30
PAGE = 24
DEEP = 1000
_COLORS = ("red", "green", "blue", "black", "white")
_PLACES = ("north", "south", "east", "west")


def measure(folder: Path, number: int) -> list[Line]:
    """Fill a fresh embedded database and time the queries; medians in milliseconds."""
    app = create_app(settings.load({}, var=str(folder / "many")))
    migrate_database(app)
    with app.app_context():
        with platform_scope("make the tenant of the bench"), unit_of_work():
            tenant_id = create_tenant("bench", "Bench").id
        began = time.perf_counter()
        with tenant_scope(tenant_id), unit_of_work(), use(Context(tenant_id=tenant_id)):
            _fill(tenant_id, number)
        filled = Line("filled by bulk insert", f"{time.perf_counter() - began:.0f} s")
        with tenant_scope(tenant_id, readonly=True), unit_of_work(), use(Context(tenant_id=tenant_id)):
            return [filled, *_queries(number)]


def _fill(tenant_id: UUID, number: int) -> None:
    now = clock.now()
    type_id = uuid7()
    shared = {"tenant_id": tenant_id, "created_at": now}
    session.add(ProductType(id=type_id, slug="thing", name="Thing", **shared))
    session.flush()
    for start in range(0, number, BATCH):
        ids = [(n, uuid7()) for n in range(start, min(start + BATCH, number))]
        for table, rows in (
            (Product, _products(ids, type_id, shared)),
            (ProductAttribute, _attributes(ids, shared)),
            (product_search, _words(ids, tenant_id)),
        ):
            session.execute(insert(table), list(rows))


def _products(ids: list[tuple[int, UUID]], type_id: UUID, shared: dict[str, Any]) -> Iterator[dict[str, Any]]:
    for number, product_id in ids:
        yield {
            **shared, "id": product_id, "product_type_id": type_id, "name": f"Thing {number:07d}",
            "name_key": sort_key(f"Thing {number:07d}"), "slug": f"thing-{number}", "status": "active",
            "currency": "EUR",
            "price_from": 100 + number % 9000, "price_to": 100 + number % 9000,
            "created_at": shared["created_at"] - timedelta(seconds=number),
        }  # fmt: skip


def _attributes(ids: list[tuple[int, UUID]], shared: dict[str, Any]) -> Iterator[dict[str, Any]]:
    pick = random.Random(7)  # noqa: S311 - the same data in every run
    for _, product_id in ids:
        for key, values in (("color", _COLORS), ("place", _PLACES)):
            value = pick.choice(values)
            yield {
                **shared, "id": uuid7(), "product_id": product_id, "attribute_key": key,
                "attribute_type": "select", "attribute_value": {"value": value}, "value_text": value,
            }  # fmt: skip


def _words(ids: list[tuple[int, UUID]], tenant_id: UUID) -> Iterator[dict[str, Any]]:
    for number, product_id in ids:
        for term in ("thing", f"{number:07d}"):
            yield {"tenant_id": tenant_id, "term": term, "product_id": product_id, "weight": 4}


def _queries(number: int) -> list[Line]:
    last = products(Filters(), limit=PAGE)
    for _ in range(min(DEEP, number // PAGE) - 2):
        last = products(Filters(), after=last.next or "", limit=PAGE)
    deep = last.next or ""
    both = Filters(attributes={"color": ("red",), "place": ("north",)})
    base = _median(lambda: session.execute(text("SELECT 1")).all())
    queries: list[tuple[str, Callable[[], object]]] = [
        ("list of 24", lambda: products(Filters(), limit=PAGE)),
        (f"page {min(DEEP, number // PAGE):,}", lambda: products(Filters(), after=deep, limit=PAGE)),
        ("two attributes", lambda: products(both, limit=PAGE)),
        ("facet counts", lambda: counts(Filters(), ("color", "place"))),
        ("search, a common word", lambda: products(Filters(text="thing"), sort="relevance", limit=PAGE)),
        ("search, a rare word", lambda: products(Filters(text=f"{number // 2:07d}"), sort="relevance")),
    ]
    return [
        Line("select 1", f"{base:.2f} ms"),
        *(Line(name, f"{_median(ask):.2f} ms") for name, ask in queries),
    ]


def _median(ask: Callable[[], object]) -> float:
    taken = []
    for _ in range(REPEATS):
        began = time.perf_counter()
        ask()
        taken.append(time.perf_counter() - began)
        if sum(taken) > 10:
            break
    return 1000 * median(taken)
