"""Numbers as people read them: years and identifiers stand together, amounts have thousands separators."""

from __future__ import annotations

from typing import Any

import pytest

from mtc.catalog import presenters, queries
from mtc.catalog.presenters import ListingParams
from mtc.catalog.services import product_types, products
from mtc.core.db import unit_of_work
from mtc.core.fields import FieldSet

NUMBERS = [
    ({"name": "release_year"}, 2023, "2023"),
    ({"name": "year"}, 1900, "1900"),
    ({"name": "opened", "number_format": "plain"}, 2100, "2100"),
    ({"name": "year", "type": "number"}, 2023, "2023"),
    ({"name": "pages"}, 1250, "1250"),
    ({"name": "pages"}, 12500, "12,500"),
    ({"name": "pages", "number_format": "grouped"}, 1250, "1,250"),
    ({"name": "pages", "number_format": "plain"}, 1234567, "1234567"),
    ({"name": "build_id"}, 1234567, "1234567"),
    ({"name": "version"}, 20260131, "20260131"),
    ({"name": "isbn"}, 9783161484100, "9783161484100"),
    ({"name": "size", "type": "number", "unit": "MB"}, 1234567.5, "1,234,567.5 MB"),
    ({"name": "size", "type": "number", "unit": "MB"}, 0.25, "0.25 MB"),
    ({"name": "rating", "validation": {"enum": [1, 2000], "x-enum-labels": {"2000": "Two thousand"}}},
     2000, "Two thousand"),
]  # fmt: skip


@pytest.mark.parametrize("field, value, text", NUMBERS, ids=[f"{one[0]}" for one in NUMBERS])
def test_u17_a_number_reads_the_same_in_words_facets_chips_and_details(
    scope: Any, field: dict[str, Any], value: float, text: str
) -> None:
    key = field["name"]
    spec = {"type": "integer", "label": "Number", "filterable": True, **field}
    assert FieldSet({"fields": [spec]}).display(key, value) == text
    with unit_of_work():
        product_types.create({"name": "Thing", "slug": "thing", "schema": {"fields": [spec]}})
        for name, number in (("One", value), ("Two", 1)):
            products.create({"name": name, "type": "thing", "status": "active", "currency": "EUR",
                             "attributes": {key: number}, "variants": [{"price": 100}]})  # fmt: skip
    listing = presenters.listing(ListingParams.read("/all", {}), title="All", currency="EUR")
    (facet,) = [one for one in listing["facets"] if one["key"] == key]
    (choice,) = [one for one in facet["values"] if one["label"] == text]
    # The address of the facet finds the product again, and the chip says the same.
    chosen = presenters.listing(
        ListingParams.read("/all", {f"f.{key}": [choice["value"]]}), title="All", currency="EUR"
    )
    assert [card.slug for card in chosen["items"]] == ["one"]
    assert [chip["label"] for chip in chosen["chips"]] == [f"Number: {text}"]
    found = queries.product_by_slug("one")
    assert found is not None
    detail = presenters.detail(found)
    assert [(one.value, one.display) for one in detail.attributes] == [(value, text)]


def test_a_key_that_holds_numbers_here_and_texts_there_stops_no_listing(scope: Any) -> None:
    with unit_of_work():
        for slug, kind, value in (("one", "number", 5), ("two", "text", "large")):
            field = {"name": "size", "type": kind, "label": "Size", "filterable": slug == "one"}
            product_types.create({"name": slug, "slug": slug, "schema": {"fields": [field]}})
            products.create({"name": slug, "type": slug, "status": "active", "currency": "EUR",
                             "attributes": {"size": value}, "variants": [{"price": 100}]})  # fmt: skip
    listing = presenters.listing(ListingParams.read("/all", {"f.size": ["5"]}), title="All", currency="EUR")
    assert [card.slug for card in listing["items"]] == ["one"]
    (facet,) = [one for one in listing["facets"] if one["key"] == "size"]
    assert [one["label"] for one in facet["values"]] == ["5"]
