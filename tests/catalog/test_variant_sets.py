"""How many variants a product may have, and that no two are equal, whichever way they come."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from mtc.catalog import queries
from mtc.catalog.presenters import detail
from mtc.catalog.services import products, variants
from mtc.core.db import unit_of_work
from mtc.core.errors import NotFoundError, ValidationError
from tests.catalog.conftest import BY_HAND
from tests.servers.database import both_databases

pytestmark = both_databases
Options = dict[str, str]
FULL = [{"sku": f"V-{number}", "name": f"Variant {number}", "price": number} for number in range(100)]
REFUSED = (
    "A product has at most 100 variants, and these are 101. Nothing was saved: remove some, or sell them as"
    " another product."
)
EQUAL = "Another variant has the same options. Change an option, or remove one of the two variants."


def stored(product: Any) -> list[tuple[str, str, int]]:
    found = queries.product_by_id(product.id, hidden=True)
    assert found is not None
    return [(row.sku, row.name, row.price) for row in found.variants]


def known(product: Any) -> list[dict[str, Any]]:
    """The variants of a product as a form sends them back."""
    rows = queries.variants_of(product.id)
    return [
        {"id": str(row.id), "options": row.attributes, "sku": row.sku, "name": row.name, "price": row.price,
         "is_active": row.is_active}
        for row in rows
    ]  # fmt: skip


def refused(act: Callable[[], Any]) -> ValidationError:
    with pytest.raises(ValidationError) as caught, unit_of_work():
        act()
    return caught.value


def test_b37_a_product_at_the_limit_is_saved_unchanged(make: Any) -> None:
    product = make(variants=FULL)
    before = stored(product)
    with unit_of_work():
        products.update(product.id, {"name": "Same", "variants": known(product)})
    assert stored(product) == before and len(before) == 100


def test_b37_more_than_the_limit_is_refused_whichever_way_it_comes(make: Any) -> None:
    with pytest.raises(ValidationError) as caught:
        make("Too many", variants=[*FULL, {"sku": "V-100", "price": 1}])
    assert (caught.value.message, caught.value.status) == (REFUSED, 422)
    assert caught.value.details == {"variants": [REFUSED]}
    assert queries.admin_products().items == []
    product = make(variants=FULL)
    before = stored(product)
    assert refused(lambda: variants.create(product.id, {"price": 1})).message == REFUSED
    more = [*known(product), {"price": 1}]
    changed = refused(lambda: products.update(product.id, {"name": "Other", "variants": more}))
    assert changed.message == REFUSED
    assert stored(product) == before
    assert products.get(product.id).name == "Hollow Pines"


def test_b37_a_variant_that_is_switched_off_takes_no_room(make: Any) -> None:
    product = make(variants=FULL)
    first = queries.variants_of(product.id)[0].id
    with unit_of_work():
        variants.update(first, {"is_active": False})
    with unit_of_work():
        variants.create(product.id, {"price": 5, "delivery_data": BY_HAND, "stock_source": "unlimited"})
    assert len(stored(product)) == 101
    assert refused(lambda: variants.update(first, {"is_active": True})).message == REFUSED
    with unit_of_work():
        products.update(product.id, {"variants": known(product)})
    assert len(stored(product)) == 101


def test_b37_a_place_far_behind_does_not_count_as_many(make: Any) -> None:
    product = make(variants=[{"price": 1, "position": 5000}])
    with unit_of_work():
        assert variants.create(product.id, {"price": 2, "delivery_data": BY_HAND}).position == 5001


def test_a_variant_whose_id_is_none_is_refused(make: Any) -> None:
    product = make()
    for wrong in ("x", "0" * 32, 7):
        with pytest.raises(NotFoundError), unit_of_work():
            products.update(product.id, {"variants": [{"id": wrong, "price": 1}]})


SAME: list[tuple[Options, Options]] = [
    ({"Colour": "Red"}, {"Colour": "Red"}),
    ({"Colour": "Red"}, {"colour": " RED "}),
    ({"Größe": "L", "Farbe": "Café"}, {"farbe": "cafe", "GRÖSSE": "l"}),
    ({"色": "赤"}, {"色": "赤"}),
]
OTHER: list[tuple[Options, Options]] = [
    ({"Colour": "Red"}, {"Colour": "Blue"}),
    ({"Colour": "Red"}, {"Colour": "Red", "Size": "L"}),
    ({}, {}),
    ({"Name": "が"}, {"Name": "か"}),
    ({"Цвет": "мой"}, {"Цвет": "мои"}),
    ({"A": "x y"}, {"A": "xy"}),
]


@pytest.mark.parametrize(("one", "other"), SAME)
def test_b52_equal_options_of_one_product_are_refused(make: Any, one: Options, other: Options) -> None:
    both = [{"price": 1, "options": one}, {"price": 2, "options": other}]
    with pytest.raises(ValidationError) as caught:
        make("Twice", variants=both)
    assert caught.value.details == {"variants-1-options": [EQUAL]}
    product = make(variants=[both[0], {"price": 2, "options": {"Else": "1"}}])
    second = queries.variants_of(product.id)[1].id
    create = refused(lambda: variants.create(product.id, {"price": 3, "options": other}))
    update = refused(lambda: variants.update(second, {"options": other}))
    every = refused(lambda: products.update(product.id, {"variants": both}))
    assert create.details == update.details == {"options": [EQUAL]}
    assert every.details == {"variants-1-options": [EQUAL]}
    assert len(stored(product)) == 2


def test_b52_options_of_a_variant_that_is_switched_off_are_free(make: Any) -> None:
    red = {"options": {"Colour": "Red"}}
    product = make(variants=[{"price": 1, **red}, {"price": 2, "options": {"Colour": "Blue"}}])
    second = queries.variants_of(product.id)[1].id
    with unit_of_work():
        variants.update(second, {"is_active": False})
    with unit_of_work():
        variants.update(second, red)
    assert refused(lambda: variants.update(second, {"is_active": True})).details == {"options": [EQUAL]}
    with unit_of_work():
        variants.update(second, {"low_at": 3})


@pytest.mark.parametrize(("one", "other"), OTHER)
def test_b52_other_options_are_kept(make: Any, one: Options, other: Options) -> None:
    product = make(variants=[{"price": 1, "options": one}, {"price": 2, "options": other}])
    assert [row.attributes for row in queries.variants_of(product.id)] == [one, other]


TABLES: list[tuple[list[Options], bool]] = [
    ([{"P": "A", "T": "1"}, {"P": "A", "T": "2"}, {"P": "B", "T": "1"}, {"P": "B", "T": "2"}], True),
    ([{"P": "A", "T": "1"}, {"P": "B", "T": "2"}], True),
    ([{"T": "1", "P": "A"}, {"P": "B", "T": "2"}], True),
    ([{"P": "A", "T": "1"}, {"P": "A"}, {"T": "2"}], False),
    ([{"P": "A", "T": "1"}, {"P": "B"}], False),
    ([{"Colour": "R", "S": "1"}, {"colour": "R", "S": "2"}], False),
    ([{"P": "A", "T": "1", "U": "x"}, {"P": "A", "T": "1", "U": "y"}], False),
    ([{"P": "A"}, {"P": "B"}], False),
    ([{}, {}], False),
    ([{"P": "A", "T": "1"}, {}], False),
]


def shown(options: list[Options]) -> list[dict[str, Any]]:
    return [{"price": n, "options": one, "stock_source": "unlimited"} for n, one in enumerate(options)]


@pytest.mark.parametrize(("options", "is_table"), TABLES)
def test_b52_a_table_has_a_cell_for_each_variant(make: Any, options: list[Options], is_table: bool) -> None:
    make(variants=shown(options))
    found = queries.product_by_slug("hollow-pines")
    assert found is not None
    table = detail(found).table
    assert (table is not None) == is_table
    if table is not None:
        cells = [one.price.amount for row in table.cells.values() for one in row.values()]
        assert sorted(cells) == list(range(len(options)))


def test_b52_two_variants_of_one_cell_from_before_are_a_list(make: Any) -> None:
    product = make(variants=shown([{"P": "A", "T": "1"}, {"P": "A", "T": "2"}]))
    with unit_of_work():
        for row in queries.variants_of(product.id):
            row.attributes = {"P": "A", "T": "1"}
    found = queries.product_by_slug("hollow-pines")
    assert found is not None and detail(found).table is None
