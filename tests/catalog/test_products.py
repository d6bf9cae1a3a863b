"""Products: what they repeat, what they refuse."""

from __future__ import annotations

from datetime import timedelta

import pytest

from mtc.catalog import queries
from mtc.catalog.services import collections, product_types, products, variants
from mtc.core import clock
from mtc.core.db import unit_of_work
from mtc.core.errors import ConflictError, NotFoundError, ValidationError
from mtc.core.tenancy import tenant_scope
from tests.catalog.conftest import BY_HAND
from tests.servers.database import both_databases

pytestmark = both_databases


def test_a_product_repeats_its_variants_attributes_and_collections(make, games):
    with unit_of_work():
        collections.create({"name": "Indie"})
    product = make(
        attributes={"genre": ["rpg", "puzzle"], "coop": True, "players": 4, "released": "2026-01-31"},
        collections=["indie"],
        variants=[
            {"name": "Standard", "price": 2999, "compare_at": 3999, "stock_source": "unlimited"},
            {"name": "Deluxe", "price": 4999, "stock_source": "pool"},
        ],
    )
    assert (product.price_from, product.price_to, product.compare_at) == (2999, 2999, 3999)
    assert product.in_stock is True
    assert product.slug == "hollow-pines"
    assert product.card["badges"] == ["Steam"]
    assert [one["slug"] for one in product.card["collections"]] == ["indie"]
    assert [(one["price"], one["compare_at"]) for one in product.card["offers"]] == [
        (2999, 3999),
        (4999, None),
    ]
    details = queries.product_by_slug("hollow-pines")
    rows = {
        (r.attribute_key, r.attribute_type): r.attribute_value.get("display")
        for r in details.attributes
        if r.attribute_value
    }
    assert rows == {
        ("coop", "boolean"): "Yes",
        ("genre", "text"): "RPG, Puzzle",
        ("platform", "text"): "Steam",
        ("players", "integer"): "4",
        ("released", "date"): "31 January 2026",
    }
    assert [row.sku for row in details.variants] == ["HOLLOW-PINES", "HOLLOW-PINES-2"]


def test_a_pool_without_keys_is_out_of_stock(make):
    assert make(stock_source="pool").in_stock is False


def test_a_taken_slug_is_refused_with_a_free_one(make):
    make("Star", slug="star")
    make("Star", slug="star-2")
    with pytest.raises(ConflictError) as refused:
        make("Another", slug="star")
    assert refused.value.details == {"slug": ["“star” is taken. Try “star-3”."], "suggestion": "star-3"}
    assert queries.count_products() == 2


def test_a_name_without_a_slug_gets_a_free_one(make):
    assert [make("Été à Paris").slug, make("Été à Paris").slug] == ["ete-a-paris", "ete-a-paris-2"]


def test_wrong_values_name_their_fields(games, scope):
    with pytest.raises(ValidationError) as refused, unit_of_work():
        products.create({"name": "", "type": "game", "status": "sold", "colour": "red"})
    assert set(refused.value.details) == {"name", "status", "colour"}
    with pytest.raises(ValidationError) as refused, unit_of_work():
        products.create({"name": "X", "type": "game", "attributes": {"platform": "amiga"}})
    assert list(refused.value.details) == ["platform"]
    with pytest.raises(ValidationError) as refused, unit_of_work():
        products.create(
            {"name": "X", "type": "game", "attributes": {"platform": "steam"}, "variants": [{"price": -1}]}
        )
    assert list(refused.value.details) == ["variants-0-price"]
    assert queries.admin_products().items == []


def test_descriptions_are_cleaned(make):
    product = make(description='<p onclick="x()">Hello <script>alert(1)</script><strong>you</strong></p>')
    assert product.description == "<p>Hello <strong>you</strong></p>"


def test_two_editors_do_not_overwrite_each_other(make):
    product = make()
    with unit_of_work():
        products.update(product.id, {"name": "Second"}, version=1)
    with pytest.raises(ConflictError), unit_of_work():
        products.update(product.id, {"name": "Third"}, version=1)
    with unit_of_work():
        assert products.get(product.id).name == "Second"


def test_publishing_needs_what_a_shopper_needs(games, scope):
    with unit_of_work():
        draft = products.create({"name": "Draft", "type": "game", "attributes": {"platform": "epic"}})
    assert queries.product_by_slug("draft") is None
    with unit_of_work():
        products.publish(draft.id)
    assert queries.product_by_slug("draft") is not None
    with unit_of_work():
        products.publish(draft.id, at=clock.now() + timedelta(days=1))
    assert queries.product_by_slug("draft") is None
    with clock.frozen(clock.now() + timedelta(days=2)):
        assert queries.product_by_slug("draft") is not None
    with unit_of_work():
        products.archive(draft.id)
    assert queries.product_by_id(draft.id) is None
    assert queries.product_by_id(draft.id, hidden=True).product.status == "archived"


def test_a_variant_changes_what_the_product_repeats(make):
    product = make(price=5000)
    with unit_of_work():
        extra = variants.create(
            product.id,
            {
                "price": 1000,
                "options": {"Edition": "Lite"},
                "stock_source": "unlimited",
                "delivery_data": BY_HAND,
            },
        )
    assert (extra.name, extra.sku) == ("Lite", "HOLLOW-PINES-LITE")
    assert products.get(product.id).price_from == 1000
    with unit_of_work():
        variants.update(extra.id, {"price": 700, "compare_at": 900})
    with unit_of_work():
        found = products.get(product.id)
        assert (found.price_from, found.compare_at) == (700, 900)
        assert variants.delete(extra.id) is True
    assert products.get(product.id).price_from == 5000


def test_two_variants_cannot_share_a_sku(make):
    product = make(variants=[{"sku": "A", "price": 1}, {"sku": "B", "price": 2}])
    first, second = queries.variants_of(product.id)
    with pytest.raises(ConflictError) as refused, unit_of_work():
        variants.update(second.id, {"sku": "A"})
    assert refused.value.details == {"sku": ["“A” is the SKU of another variant."]}
    assert first.sku == "A"


def test_a_field_added_to_a_type_is_there_at_once(make, games):
    product = make(attributes={"coop": True})
    fields = [*games.schema["x-order"]]
    with unit_of_work():
        kind = product_types.get(games.id)
        schema = {**kind.schema, "properties": {**kind.schema["properties"]}, "x-order": [*fields, "engine"]}
        schema["properties"]["engine"] = {"type": "string", "title": "Engine", "x-filterable": True}
        del schema["properties"]["coop"]
        schema["x-order"].remove("coop")
        product_types.update(games.id, {"schema": schema}, drop=["coop"])
    assert "engine" in queries.type_book().facets()
    assert queries.attributes_of([product.id]) == {product.id: {"platform": "steam"}}
    with pytest.raises(ConflictError), unit_of_work():
        product_types.delete(games.id)


def test_a_schema_that_cannot_work_is_refused(scope):
    with pytest.raises(ValidationError) as refused, unit_of_work():
        product_types.create({"name": "Bad", "schema": {"fields": [{"name": "x", "type": "wormhole"}]}})
    assert refused.value.details


def test_a_collection_keeps_its_order_and_its_count(make):
    one, two = make("One"), make("Two")
    with unit_of_work():
        shelf = collections.create({"name": "Best of"})
        collections.set_products(shelf.id, [two.id, one.id])
    assert queries.members(shelf.id) == [two.id, one.id]
    assert collections.get(shelf.id).product_count == 2
    with unit_of_work():
        collections.update(shelf.id, {"name": "Finest"})
    assert products.get(one.id).card["collections"][0]["name"] == "Finest"
    with unit_of_work():
        collections.delete(shelf.id)
    assert products.get(one.id).card["collections"] == []


def test_the_content_version_rises(make, tenant):
    from mtc.core.tenancy import platform_scope
    from mtc.tenants.queries import tenant_by_id

    def version() -> int:
        with platform_scope("look"), unit_of_work():
            return tenant_by_id(tenant.id).content_version

    before = version()
    with tenant_scope(tenant.id):
        product = make()
        after = version()
        assert after > before
        with unit_of_work():
            products.update(product.id, {"summary": "New"})
        assert version() > after


def test_another_tenants_product_does_not_exist(make, other_tenant):
    product = make()
    with tenant_scope(other_tenant.id):
        assert queries.product_by_id(product.id, hidden=True) is None
        with pytest.raises(NotFoundError), unit_of_work():
            products.update(product.id, {"name": "Mine"})
