"""Many products without the many statements that making them one by one takes."""

from __future__ import annotations

import random
from datetime import timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import insert

from mtc.catalog.queries.search_terms import words
from mtc.catalog.queries.tables import ATTRIBUTES, MEMBERS, PRODUCTS, SEARCH, VARIANTS
from mtc.core import clock
from mtc.core.collation import sort_key
from mtc.core.db import session
from mtc.core.ids import uuid7

ADJECTIVES = [
    "amber",
    "bitter",
    "copper",
    "distant",
    "emerald",
    "frozen",
    "gentle",
    "hollow",
    "iron",
    "jagged",
]
NOUNS = [
    "anchor",
    "beacon",
    "citadel",
    "dragon",
    "engine",
    "forest",
    "garden",
    "harbour",
    "island",
    "journey",
]
_CHUNK = 2000


def add_products(
    tenant: UUID, type_id: UUID, count: int, *, first: int = 0, collection_id: UUID | None = None
) -> None:
    """Add products with a variant, three attributes and search terms; every seventh in the collection."""
    dice = random.Random(first)
    rows: dict[Any, list[dict[str, Any]]] = {
        table: [] for table in (PRODUCTS, VARIANTS, ATTRIBUTES, SEARCH, MEMBERS)
    }
    for number in range(first, first + count):
        _one(rows, tenant, type_id, number, dice, collection_id if number % 7 == 0 else None)
        if len(rows[PRODUCTS]) >= _CHUNK:
            _flush(rows)
    _flush(rows)


def _flush(rows: dict[Any, list[dict[str, Any]]]) -> None:
    for table, some in rows.items():
        if some:
            session.execute(insert(table), some)
            some.clear()


def _one(
    rows: dict[Any, list[dict[str, Any]]],
    tenant: UUID,
    type_id: UUID,
    number: int,
    dice: random.Random,
    collection_id: UUID | None,
) -> None:
    made = clock.now() - timedelta(seconds=number)
    product, variant = uuid7(), uuid7()
    name = f"{dice.choice(ADJECTIVES)} {dice.choice(NOUNS)} {number}".title()
    price = dice.randrange(100, 10_000)
    own = {"tenant_id": tenant, "created_at": made}
    offer = {"id": str(variant), "sku": f"BULK-{number}", "price": price, "compare_at": None}
    rows[PRODUCTS].append(
        {
            **own, "id": product, "product_type_id": type_id, "name": name, "slug": f"bulk-{number}",
            "status": "active", "summary": "", "description": "", "metadata": {}, "image": {}, "gallery": [],
            "badge": "", "is_featured": False, "currency": "EUR", "price_from": price, "price_to": price,
            "compare_at": None, "in_stock": True, "sold_count": number % 50, "version": 1,
            "name_key": sort_key(name),
            "card": {"offers": [offer], "badges": [], "collections": []},
        }
    )  # fmt: skip
    rows[VARIANTS].append(
        {
            **own, "id": variant, "product_id": product, "sku": f"BULK-{number}", "name": "", "position": 0,
            "is_active": True, "attributes": {}, "price": price, "price_data": {}, "inventory_data": {},
            "delivery_data": {"method": "manual", "promise": "Soon"},
            "stock_source": "unlimited", "low_at": 5, "available": 0,
        }
    )  # fmt: skip
    for key, text, whole in (
        ("platform", dice.choice(["steam", "steam", "epic"]), None),
        ("genre", dice.choice(["rpg", "puzzle"]), None),
        ("players", None, dice.randrange(1, 9)),
    ):
        rows[ATTRIBUTES].append(
            {
                **own, "id": uuid7(), "product_id": product, "attribute_key": key, "position": 0,
                "attribute_type": "text" if text else "integer", "attribute_value": {"value": text or whole},
                "value_text": text, "value_number": whole,
            }
        )  # fmt: skip
    filler = " ".join(f"w{dice.randrange(5000)}" for _ in range(30))
    for term in dict.fromkeys(words(f"{name} game common {filler}")):
        rows[SEARCH].append({"tenant_id": tenant, "term": term, "product_id": product, "weight": 4})
    if collection_id is not None:
        rows[MEMBERS].append(
            {**own, "id": uuid7(), "collection_id": collection_id, "product_id": product, "position": number}
        )
