"""A plugin searches for the stores that have it on; the others search in the database."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from mtc.catalog import queries as catalog
from mtc.catalog.queries import Filters
from mtc.catalog.registry import search_engine, search_engines
from mtc.catalog.services.denormalize import refresh
from mtc.core.context import Context, use
from mtc.core.db import unit_of_work
from mtc.core.registry import CORE
from mtc.core.tenancy import tenant_scope
from tests.orders.shop import open_shop
from tests.plugins.kit import switch_off, switch_on
from tests.plugins.samples import module_of
from tests.servers.database import both_databases

Guest = Callable[..., None]
CODE = """
from mtc.catalog import queries as catalog
from mtc.catalog.registry import search_engines

ASKED = []


def find(text):
    ASKED.append(text)
    if text == "breaks":
        raise RuntimeError("away")
    ids = sorted(one.id for one in catalog.products(catalog.Filters()).items)
    return [] if text == "nothing" else [*reversed(ids), *ids]


search_engines.register("finder.words", catalog.SearchByIds(find))
"""


def names(world: Any, text: str, sort: str = "relevance", **more: Any) -> list[str]:
    with tenant_scope(world.id), unit_of_work(), use(Context(tenant_id=world.id)):
        found = catalog.products(Filters(text=text), sort=sort, **more)
        catalog.counts(Filters(text=text), ["platform"])
        return [row.name for row in found.items]


def every_name(world: Any) -> list[str]:
    with tenant_scope(world.id), unit_of_work():
        rows = catalog.products(Filters()).items
        refresh([row.id for row in rows])
        return [row.name for row in sorted(rows, key=lambda one: one.id, reverse=True)]


@both_databases
def test_only_stores_that_have_it_on_are_searched_by_it(tenant: Any, other_tenant: Any, guest: Guest) -> None:
    guest("finder", CODE, hooks=[])
    for world in (tenant, other_tenant):
        open_shop(world)
    switch_on(tenant, "finder")
    here, there = every_name(tenant), every_name(other_tenant)
    assert len(here) == len(there) == 4
    assert names(tenant, "zzz") == here  # whatever the words, in its order
    assert names(tenant, "zzz", limit=2) == here[:2]
    assert sorted(names(tenant, "zzz", "newest")) == sorted(here)
    assert module_of("finder").ASKED == ["zzz"] * 3  # once for each request, however many statements
    assert names(tenant, "nothing") == names(tenant, "nothing", "name") == []
    assert names(other_tenant, "zzz") == []
    assert names(other_tenant, "portrait") == ["Portrait"]
    assert module_of("finder").ASKED[-1] == "nothing"
    switch_off(tenant, "finder")
    assert names(tenant, "zzz") == []


def test_the_database_is_searched_where_it_fails(tenant: Any, guest: Guest, caplog: Any) -> None:
    guest("finder", CODE, hooks=[])
    open_shop(tenant)
    switch_on(tenant, "finder")
    assert names(tenant, "breaks") == names(tenant, "breaks", "newest") == []
    assert "The search of a plugin has failed; the database is searched." in caplog.text


def test_without_one_it_is_the_database(tenant: Any, guest: Guest) -> None:
    guest("finder", CODE, hooks=[])
    assert (search_engines.owner_of("database"), search_engines.owner_of("finder.words")) == (CORE, "finder")
    with tenant_scope(tenant.id), unit_of_work():
        assert search_engine() is search_engines.get("database")
