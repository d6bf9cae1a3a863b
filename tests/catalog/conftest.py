"""A store with a few things for sale."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from mtc.catalog import queries
from mtc.catalog.models import Product, ProductType, ProductVariant
from mtc.catalog.services import product_types, products
from mtc.core.db import unit_of_work
from tests.servers.kept import kept

GAME_FIELDS = [
    {
        "name": "platform",
        "label": "Platform",
        "type": "select",
        "required": True,
        "filterable": True,
        "show_on_card": True,
        "options": [{"value": "steam", "label": "Steam"}, {"value": "epic", "label": "Epic Games"}],
    },
    {
        "name": "genre",
        "label": "Genre",
        "type": "multiselect",
        "filterable": True,
        "options": [{"value": "rpg", "label": "RPG"}, {"value": "puzzle", "label": "Puzzle"}],
    },
    {
        "name": "players",
        "label": "Players",
        "type": "number",
        "validation": {"integer": True},
        "filterable": True,
    },
    {"name": "coop", "label": "Co-op", "type": "boolean", "filterable": True},
    {"name": "released", "label": "Released", "type": "date"},
]
# What any variant can be delivered by, whatever its stock.
BY_HAND = {"method": "manual", "promise": "Within a day"}


@pytest.fixture
@kept
def games(scope: Any) -> ProductType:
    """The type `game`."""
    with unit_of_work():
        return product_types.create({"name": "Game", "slug": "game", "schema": {"fields": GAME_FIELDS}})


@pytest.fixture
def make(games: ProductType) -> Callable[..., Product]:
    """Make an active product of type game in a unit of work of its own."""

    def build(name: str = "Hollow Pines", **values: Any) -> Product:
        attributes = {"platform": "steam", **values.pop("attributes", {})}
        variant = {"price": values.pop("price", 2999), "compare_at": values.pop("compare_at", None)}
        variant["stock_source"] = values.pop("stock_source", "unlimited")
        variants = [{"delivery_data": BY_HAND, **one} for one in values.pop("variants", [variant])]
        given = {"name": name, "type": "game", "status": "active", "currency": "EUR", **values}
        with unit_of_work():
            return products.create({**given, "attributes": attributes, "variants": variants})

    return build


@pytest.fixture
def pool(make: Callable[..., Product]) -> tuple[Product, ProductVariant]:
    """A product whose only variant sells keys."""
    product = make("Pool", stock_source="pool")
    return product, queries.variants_of(product.id)[0]
