"""Listings: filters, facets, search, sorting, pages, and what they cost."""

from __future__ import annotations

from datetime import timedelta
from types import SimpleNamespace

import pytest

from mtc.catalog import presenters, queries
from mtc.catalog.presenters import ListingParams
from mtc.catalog.queries import ProductListSource, product_by_slug, suggestions
from mtc.catalog.services import collections, products
from mtc.core import clock
from mtc.core.db import unit_of_work
from mtc.core.errors import ValidationError
from mtc.core.plain_data import plain
from mtc.core.tenancy import tenant_scope
from mtc.pages.registry import sources
from tests.catalog.bulk import add_products
from tests.servers.database import both_databases

pytestmark = both_databases


def ask(query: str = "", **more):
    from urllib.parse import parse_qs

    asked = ListingParams.read("/search", parse_qs(query))
    return presenters.listing(asked, title="All", currency="EUR", **more)


def names(listing) -> list[str]:
    return [card.name for card in listing["items"]]


@pytest.fixture
def shop(make):
    """Six games with known facts."""
    rows = [
        ("Alder Keep", 1000, "steam", ["rpg"], True, 1),
        ("Birch Saga", 2000, "steam", ["rpg", "puzzle"], False, 2),
        ("Cedar Quest", 3000, "epic", ["rpg"], True, 2),
        ("Dogwood", 4000, "epic", ["puzzle"], False, 4),
        ("Elm & Élan", 5000, "steam", [], True, 4),
        ("Fir Tactics", 6000, "steam", ["puzzle"], True, 8),
    ]
    made = {}
    for number, (name, price, platform, genre, coop, players) in enumerate(rows):
        with clock.frozen(clock.now() - timedelta(days=10 - number)):
            made[name] = make(
                name,
                price=price,
                compare_at=9000 if name == "Dogwood" else None,
                attributes={"platform": platform, "genre": genre, "coop": coop, "players": players},
                is_featured=name.startswith("C"),
                summary="A quiet forest story" if name < "C" else "Strategy in the woods",
            )
    make("Hidden draft", status="draft")
    return made


def test_newest_come_first(shop):
    listing = ask()
    assert names(listing) == [
        "Fir Tactics",
        "Elm & Élan",
        "Dogwood",
        "Cedar Quest",
        "Birch Saga",
        "Alder Keep",
    ]
    assert listing["total"] == 6
    assert (listing["next_url"], listing["previous_url"]) == (None, None)


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("f.platform=epic", ["Dogwood", "Cedar Quest"]),
        ("f.platform=epic&f.genre=rpg", ["Cedar Quest"]),
        ("f.genre=rpg&f.genre=puzzle", ["Fir Tactics", "Dogwood", "Cedar Quest", "Birch Saga", "Alder Keep"]),
        ("f.coop=yes&price_max=30", ["Cedar Quest", "Alder Keep"]),
        ("f.players=4", ["Elm & Élan", "Dogwood"]),
        ("price_min=20&price_max=40.00", ["Dogwood", "Cedar Quest", "Birch Saga"]),
        ("type=game&f.platform=epic", ["Dogwood", "Cedar Quest"]),
        ("type=nothing", []),
        ("f.unknown=1&f.players=x&price_min=abc", ask),
        ("q=strategy+tac", ["Fir Tactics"]),
        ("q=FORESTS", ["Birch Saga", "Alder Keep"]),
        ("q=elan", ["Elm & Élan"]),
        ("q=epic+games&sort=name", ["Cedar Quest", "Dogwood"]),
        ("q=nowhere", []),
        ("q=%27%22%29%3B--", []),
    ],
)
def test_filters_and_search(shop, query, expected):
    assert names(ask(query)) == (names(ask()) if expected is ask else expected)


def test_facets_count_what_choosing_would_give(shop):
    listing = ask("f.platform=epic")
    facets = {facet["key"]: {v["label"]: v["count"] for v in facet["values"]} for facet in listing["facets"]}
    assert facets == {
        "platform": {"Steam": 4, "Epic Games": 2},
        "genre": {"RPG": 1, "Puzzle": 1},
        "players": {"2": 1, "4": 1},
        "coop": {"Yes": 1, "No": 1},
    }
    assert listing["chips"] == [{"label": "Platform: Epic Games", "remove_url": "/search"}]
    epic = next(v for v in listing["facets"][0]["values"] if v["value"] == "epic")
    assert (epic["selected"], epic["url"]) == (True, "/search")
    both = next(v for v in listing["facets"][0]["values"] if v["value"] == "steam")
    assert both["url"] == "/search?f.platform=epic&f.platform=steam"


def test_every_facet_count_is_true(shop):
    for query in ("", "f.genre=rpg", "q=woods", "price_max=40&f.coop=yes"):
        for facet in ask(query)["facets"]:
            for value in facet["values"]:
                if not value["selected"] and f"f.{facet['key']}=" not in query:
                    found = ask(value["url"].partition("?")[2])
                    assert found["total"] == value["count"], (query, facet["key"], value["label"])


@pytest.mark.parametrize("sort", ["newest", "name", "price-asc", "price-desc", "bestselling", "relevance"])
def test_pages_visit_everything_once_and_lead_back(shop, sort):
    text = "&q=game" if sort == "relevance" else ""
    first = page = ask(f"sort={sort}{text}", limit=2)
    seen = [names(page)]
    while page["next_url"]:
        page = ask(page["next_url"].partition("?")[2], limit=2)
        seen.append(names(page))
    assert sorted(name for some in seen for name in some) == sorted(shop)
    assert [len(some) for some in seen] == [2, 2, 2]
    assert page["total"] == 6
    while page["previous_url"]:
        seen.pop()
        page = ask(page["previous_url"].partition("?")[2], limit=2)
        assert names(page) == seen[-1]
    assert names(page) == names(first)
    everything = names(ask(f"sort={sort}{text}"))
    prices = [shop[name].price_from for name in everything]
    if sort.startswith("price"):
        assert prices == sorted(prices, reverse=sort == "price-desc")
    if sort == "name":
        assert everything == sorted(everything)


@pytest.mark.parametrize("cursor", ["x", "W10", "WzEsMl0", "é", "WyIyMDI2Il0" * 200])
def test_a_forged_cursor_is_refused(shop, cursor):
    with pytest.raises(ValidationError):
        ask(f"after={cursor}")


def test_the_best_match_comes_first(make):
    make("Tools", description="<p>dragon</p>")
    make("Dragonfly")
    make("Dragon")
    assert names(ask("q=dragon")) == ["Dragon", "Dragonfly", "Tools"]
    assert [row.name for row in queries.suggestions("dra")][-1] == "Tools"
    assert queries.suggestions("  ") == []


def test_stock_narrows_a_listing(make):
    make("Empty", stock_source="pool")
    make("Full")
    assert names(ask("in_stock=1")) == ["Full"]
    assert {card.name: card.stock_label for card in ask()["items"]} == {
        "Empty": "Sold out",
        "Full": None,
    }


def test_another_tenant_sees_nothing(shop, other_tenant):
    with tenant_scope(other_tenant.id):
        assert (ask()["total"], names(ask("q=alder")), queries.suggestions("alder")) == (0, [], [])


def test_a_card_is_what_templates_expect(shop):
    card = plain(ask("q=dogwood")["items"][0])
    variant = queries.variants_of(shop["Dogwood"].id)[0]
    assert card == {
        "id": str(shop["Dogwood"].id),
        "slug": "dogwood",
        "url": "/p/dogwood",
        "name": "Dogwood",
        "summary": "Strategy in the woods",
        "type": {"slug": "game", "name": "Game"},
        "image": None,
        "price": {"amount": 4000, "formatted": "€40.00", "from": False},
        "compare_at": {"amount": 9000, "formatted": "€90.00"},
        "discount_percent": 55,
        "badge": None,
        "badges": ["Epic Games"],
        "in_stock": True,
        "stock_label": None,
        "default_variant_id": str(variant.id),
        "single_variant": True,
    }


def test_shelves_come_in_one_statement(shop, queries):
    from mtc.catalog.queries import shelves

    with unit_of_work():
        shelf = collections.create({"name": "Picks"})
        collections.set_products(shelf.id, [shop["Dogwood"].id, shop["Alder Keep"].id])
        products.count_sold({shop["Birch Saga"].id: 3})
    wanted = ["featured", "newest", "sale", "bestsellers", "collection:picks", "collection:none", "rubbish"]
    with queries() as seen:
        found = shelves([ProductListSource(name, 2) for name in wanted])
    assert len(seen) == 1
    assert [[row.name for row in some] for some in found] == [
        ["Cedar Quest"],
        ["Fir Tactics", "Elm & Élan"],
        ["Dogwood"],
        ["Birch Saga", "Fir Tactics"],
        ["Dogwood", "Alder Keep"],
        [],
        [],
    ]


def test_sources_batch_their_requests(shop, queries):
    with unit_of_work():
        shelf = collections.create({"name": "Picks"})
        collections.set_products(shelf.id, [shop["Dogwood"].id, shop["Birch Saga"].id])
    page = {"product": SimpleNamespace(id=str(shop["Birch Saga"].id), name="Birch Saga")}
    requests = [{"source": "newest", "limit": n} for n in range(1, 6)]
    requests += [{"source": "collection", "collection": "picks", "limit": 1}]
    with queries() as seen:
        cards = sources.get("catalog.products")(requests, page)
        related = sources.get("catalog.related")([{"limit": 1}, {"limit": 3}], page)
        shelves = sources.get("catalog.collections")([{"slugs": ["picks", "gone"]}, {}], page)
        one = sources.get("catalog.product")([{"slug": "dogwood"}, {}, {"slug": "gone"}], page)
    assert [len(some) for some in cards] == [1, 2, 3, 4, 5, 1]
    assert [some[0].name for some in related] == ["Dogwood", "Dogwood"]
    assert [[(c.slug, c.count) for c in some] for some in shelves] == [[("picks", 2)], [("picks", 2)]]
    assert [item and item.name for item in one] == ["Dogwood", "Birch Saga", None]
    assert len(seen) == 5  # four sources and, once, the price rules


def test_statements_do_not_grow_with_the_shop(make, games, tenant, queries):
    def cost() -> tuple[int, ...]:
        counted = []
        for work in (
            lambda: ask("q=game&f.platform=steam&f.genre=rpg&price_min=1", limit=24),
            lambda: ask(),
            lambda: presenters.detail(product_by_slug("bulk-1")),
            lambda: presenters.cards(suggestions("com")),
        ):
            with tenant_scope(tenant.id, readonly=True), queries() as seen:
                assert work()
            counted.append(len(seen))
        return tuple(counted)

    with unit_of_work():
        add_products(tenant.id, games.id, 10)
    few = cost()
    with unit_of_work():
        add_products(tenant.id, games.id, 490, first=10)
    # Each reads the types as well, which requests for a store remember (below).
    assert few == cost() == (4, 4, 5, 2)


def test_a_request_reads_types_and_price_rules_once_per_content_version(make, tenant, queries):
    from dataclasses import dataclass

    from mtc.core.context import acting

    @dataclass(frozen=True)
    class Store:
        tenant_id: object
        content_version: int
        currency: str = "EUR"

    make("One")
    counted = []
    for version in (7, 7, 8):
        with (
            acting(store=Store(tenant.id, version)),
            tenant_scope(tenant.id, readonly=True),
            queries() as seen,
        ):
            ask()
        counted.append(len(seen))
    assert counted == [4, 2, 4]


def test_a_price_range_with_the_higher_price_first_is_turned_round(shop) -> None:
    crossed, ordered = ask("price_min=40&price_max=20"), ask("price_min=20&price_max=40")
    assert names(crossed) == names(ordered) == ["Dogwood", "Cedar Quest", "Birch Saga"]
    assert crossed["chips"] == ordered["chips"] and crossed["price_range"] == ordered["price_range"]
    assert crossed["hidden"] == ordered["hidden"]
