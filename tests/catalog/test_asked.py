"""A listing's addresses: one value more, one value less."""

import pytest

from mtc.catalog.presenters import ListingParams


@pytest.mark.parametrize(
    "params",
    [
        {},
        {"q": ["a b&c"], "type": ["game"], "f.genre": ["rpg"], "sort": ["name"], "price_min": ["5"]},
        {"f.genre": ["rpg", "co-op"], "f.platform": ["pc"], "in_stock": ["1"]},
    ],
)
@pytest.mark.parametrize("key", ["genre", "platform", "type", "year"])
@pytest.mark.parametrize("value", ["rpg", "pc", "game", "2,026 & more", "é"])
def test_adding_a_value_is_toggling_it(params, key, value):
    asked = ListingParams.read("/c/new", params)
    assert asked.adding(key)(value) == asked.toggled(key, value).url()


def test_addresses_are_encoded():
    asked = ListingParams.read("/search", {"q": ["a b&c"]})
    assert asked.adding("genre")("x/y z") == "/search?q=a+b%26c&f.genre=x%2Fy+z"
