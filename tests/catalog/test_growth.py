"""What lists cost as a shop grows: the same work, whether it sells two hundred products or a thousand."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import func, select

from mtc.catalog import presenters
from mtc.catalog.presenters import ListingParams
from mtc.catalog.queries import (
    Filters,
    ProductListSource,
    admin_products,
    facets,
    related,
    shelves,
    suggestions,
)
from mtc.catalog.queries import collections as shelf_sizes
from mtc.catalog.queries import products as page_of
from mtc.catalog.queries.tables import VARIANTS
from mtc.catalog.services import collection_members, collections
from mtc.core.db import session, unit_of_work
from tests.catalog.bulk import add_products
from tests.servers.database import both_databases

FEW, MANY = 200, 1000


def steps(work: Callable[[], Any]) -> int:
    """How many hundred steps SQLite's machine takes; the same on every computer."""
    taken = 0

    def count() -> int:
        nonlocal taken
        taken += 1
        return 0

    work()  # what is built and remembered once
    connection: Any = session.connection().connection.dbapi_connection
    connection.set_progress_handler(count, 100)
    try:
        work()
    finally:
        connection.set_progress_handler(None, 0)
    return taken


@pytest.mark.thorough
def test_lists_cost_the_same_in_a_large_shop(make, games, tenant, monkeypatch):
    monkeypatch.setattr(facets, "MOST_COUNTED", 40)
    monkeypatch.setattr("mtc.catalog.queries.collection_members.MOST_COUNTED", 10)
    monkeypatch.setattr("mtc.catalog.queries.cards.NEIGHBOURS", 20)
    with unit_of_work():
        shelf = collections.create({"name": "Sevenths"})
        one = make("Alder Keep", collections=[shelf.slug])
        add_products(tenant.id, games.id, FEW, collection_id=shelf.id)
        collection_members.recount({shelf.id})
    wanted = [
        ProductListSource("newest"),
        ProductListSource("bestsellers"),
        ProductListSource("collection:sevenths"),
    ]
    asked = {
        "every product": lambda: page_of(Filters()),
        "the cheapest": lambda: page_of(Filters(), sort="price-asc"),
        "the facets": lambda: facets.counts(Filters(), ("platform", "genre", "players")),
        "the best match": lambda: page_of(Filters(text="alder"), sort="relevance"),
        "suggestions": lambda: suggestions("alde"),
        "the front page": lambda: shelves(wanted[:2]),
        "others of the shelf": lambda: related([one.id]),
        "the shelves": shelf_sizes,
        **{f"admin by {sort}": lambda sort=sort: admin_products(sort=sort) for sort in ("newest", "name")},
        "admin, drafts": lambda: admin_products(status="draft"),
    }

    def everything() -> Any:
        return session.execute(
            select(func.sum(VARIANTS.c.price)).where(VARIANTS.c.tenant_id == tenant.id)
        ).all()

    with unit_of_work():
        few = {name: steps(work) for name, work in asked.items()}
        control = steps(everything)
    with unit_of_work():
        add_products(tenant.id, games.id, MANY - FEW, first=FEW, collection_id=shelf.id)
        collection_members.recount({shelf.id})
    with unit_of_work():
        many = {name: steps(work) for name, work in asked.items()}
        assert steps(everything) > 3 * control
    grown = {name: (few[name], many[name]) for name in asked if many[name] > 1.25 * few[name] + 5}
    assert grown == {}


@both_databases
def test_what_fits_too_many_products_is_offered_without_numbers(make, games, tenant, monkeypatch):
    monkeypatch.setattr(facets, "MOST_COUNTED", 5)

    def ask(**params: str) -> dict[str, Any]:
        asked = ListingParams.read(
            "/search", {name.replace("_", "."): [value] for name, value in params.items()}
        )
        return presenters.listing(asked, title="All", currency="EUR")

    for number, name in enumerate(("Alder", "Birch", "Cedar", "Dogwood", "Elm", "Fir")):
        kind = {"platform": "steam" if number < 4 else "epic", "genre": ["rpg"], "coop": True, "players": 2}
        make(name, price=1000 + number, attributes=kind)
    everything = ask()
    assert (everything["total"], everything["many"], len(everything["items"])) == (5, True, 6)
    assert (everything["price_range"]["min"], everything["price_range"]["max"]) == ("", "")
    shown = {one["key"]: [(v["label"], v["count"]) for v in one["values"]] for one in everything["facets"]}
    assert shown["platform"] == [("Steam", None), ("Epic Games", None)]
    assert shown["coop"] == [("Yes", None), ("No", None)]
    some = ask(f_platform="steam")
    assert (some["total"], some["many"]) == (4, False)
    shown = {one["key"]: [(v["label"], v["count"]) for v in one["values"]] for one in some["facets"]}
    assert shown == {"platform": [("Steam", None), ("Epic Games", None)]}  # without its own filter: too many


@pytest.mark.parametrize(("text", "found"), [("e", ["E"]), ("el", ["Elm"]), ("x", [])])
def test_a_single_letter_stands_for_itself(make, text, found):
    for name in ("Elm", "E"):
        make(name)
    assert [row.name for row in suggestions(text)] == found
