"""Addresses from names in any script, and any number of equal names."""

from __future__ import annotations

import random
from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import Any

import pytest
from sqlalchemy import insert, select

from mtc.catalog.queries.tables import PRODUCTS
from mtc.catalog.services import collections, product_types, products, variants
from mtc.catalog.services.slugs import check_slug, free_slug, slugify
from mtc.core.db import session, unit_of_work
from mtc.core.ids import uuid7
from tests.servers.database import Statements, both_databases

NAMES = {
    "Игра престолов": "igra-prestolov",
    "Ёлка, щенок и объявление": "elka-shchenok-i-obyavlenie",
    "日本語ゲーム": "ribenyugemu",
    "게임": "geim",
    "عربي": "rby",
    "עברית": "vryt",
    "Ελληνικά": "ellinika",
    "ไทย": "aithy",
    "हिन्दी": "hindi",
    "中文（简体）": "zhongwen-jianti",
    "🎮🎮": "video-game-video-game",
    "Łódź Æon Øre ß": "lodz-aeon-ore-ss",
    "Đặng Ðorđe Þór ı İ": "dang-dorde-thor-i-i",
    "Été à Paris": "ete-a-paris",
    "E\u0301te\u0301": "ete",
    "ﬁne x² №5": "fine-x2-no-5",
    "C++": "c-plus-plus",
    "C#": "c-sharp",
    "C": "c",
    "F♯ minor": "f-sharp-minor",
    "Notepad++ 8": "notepad-plus-plus-8",
    "A+B": "a-plus-b",
    "Office + Windows": "office-windows",
    "Issue #12": "issue-12",
    "++": "plus-plus",
    "#": "number",
    "???": "item",
    "": "item",
}


@pytest.mark.parametrize("name", NAMES)
def test_b48_a_name_in_any_script_gives_an_address(name: str) -> None:
    assert slugify(name, 110) == NAMES[name]


def test_b48_whatever_the_name_the_address_can_be_used() -> None:
    dice = random.Random(48)
    for _ in range(3000):
        name = "".join(chr(dice.randrange(1, 0xD7FF)) for _ in range(dice.randrange(1, 60)))
        for longest in (55, 63, 110):
            assert check_slug(slugify(name, longest), longest) == slugify(name, longest)


def test_b48_numbers_have_no_end() -> None:
    taken = {"item", *(f"item-{number}" for number in range(2, 10_050))}
    assert free_slug("item", taken) == "item-10050"
    assert free_slug("item", taken - {"item-77"}) == "item-77"


@both_databases
def test_b48_the_ten_thousandth_equal_name_is_saved(
    make: Any, games: Any, scope: Any, queries: Callable[[], AbstractContextManager[Statements]]
) -> None:
    first = make("Bulk")
    columns = [column for column in PRODUCTS.c if column.name not in ("id", "slug")]
    with unit_of_work():
        row = (
            session.execute(
                select(*columns).where(PRODUCTS.c.tenant_id == scope.id, PRODUCTS.c.id == first.id)
            )
            .one()
            ._asdict()
        )
        rows = [{**row, "id": uuid7(), "slug": f"bulk-{number}"} for number in range(2, 10_050)]
        session.execute(insert(PRODUCTS), rows)
    with queries() as seen:
        assert make("Bulk").slug == "bulk-10050"
    assert sum(one.startswith("SELECT products.slug") for one in seen) == 2
    assert make("Bulk").slug == "bulk-10051"


@both_databases
def test_b48_equal_names_of_collections_types_and_variants_are_numbered(make: Any, scope: Any) -> None:
    with unit_of_work():
        assert [collections.create({"name": "ゲーム"}).slug for _ in range(3)] == ["gemu", "gemu-2", "gemu-3"]
        long = [collections.create({"name": "я" * 90}).slug for _ in range(12)]
        assert long == ["ya" * 27 + "y", *("ya" * 27 + f"y-{number}" for number in range(2, 13))]
        kinds = [{"name": name, "schema": {"fields": []}} for name in ("Игра", "Игра!")]
        assert [product_types.create(one).slug for one in kinds] == ["igra", "igra-2"]
    product = make("C#", variants=[{"price": 1}, {"price": 2}, {"price": 3}])
    with unit_of_work():
        assert variants.create(product.id, {"price": 4}).sku == "C-SHARP-4"
    assert [make("C++").slug, make("C").slug, make("C++").slug] == ["c-plus-plus", "c", "c-plus-plus-2"]
    with unit_of_work():
        assert products.get(product.id).slug == "c-sharp"
