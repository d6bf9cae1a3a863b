"""Former addresses of what was renamed before they were kept: read from the events."""

from flask import Flask
from flask_migrate import downgrade, upgrade

from mtc.catalog.queries import present_collection, present_product
from mtc.catalog.services import collections, product_types, products
from mtc.core.db import unit_of_work
from mtc.core.tenancy import tenant_scope
from tests.factories.tenants import make_world
from tests.servers.database import both_databases

BY_HAND = {"price": 100, "stock_source": "pool"}


@both_databases
def test_b49_addresses_from_before_are_known(bare_app: Flask) -> None:
    upgrade()
    tenants = [make_world("acme", "Acme", mode="live"), make_world("rival", "Rival", mode="live")]
    for tenant in tenants:
        with tenant_scope(tenant.id), unit_of_work():
            product_types.create({"name": "Game", "slug": "game", "schema": {"fields": []}})
            values = {"type": "game", "status": "active", "currency": "EUR", "variants": [BY_HAND]}
            first = products.create({**values, "name": tenant.store.name, "slug": f"{tenant.store.slug}-1"})
            products.create({**values, "name": "Other", "slug": "other"})
            shelf = collections.create({"name": "Shelf"})
        with tenant_scope(tenant.id), unit_of_work():
            for number in (2, 3):
                products.update(first.id, {"slug": f"{tenant.store.slug}-{number}"})
            collections.update(shelf.id, {"slug": "board"})
    downgrade(revision="0017")
    upgrade()
    for tenant in tenants:
        slug = tenant.store.slug
        with tenant_scope(tenant.id), unit_of_work():
            assert {present_product(f"{slug}-{number}") for number in (1, 2, 3)} == {f"{slug}-3"}
            assert present_collection("shelf") == "board"
            assert present_product("other") == "other"
            assert present_product("rival-1" if slug == "acme" else "acme-1") is None
