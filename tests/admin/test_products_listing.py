"""The product editor: a round trip, what is refused and kept, rows, prices, status, the list."""

from __future__ import annotations

import re
from typing import Any
from uuid import UUID

import pytest

from mtc.catalog import queries
from mtc.catalog.services import products as service
from mtc.core.db import unit_of_work
from mtc.core.tenancy import tenant_scope
from mtc.tenants.queries import stores_of
from mtc.tenants.services.stores import update_store
from tests.admin.conftest import Shop, stored_product
from tests.admin.people import Person
from tests.servers.database import both_databases


def _form(**changes: Any) -> dict[str, Any]:
    values = {
        "type": "game-key",
        "name": "Moon Base",
        "summary": "Dig deep.",
        "description": "<p>Fine</p><script>alert(1)</script>",
        "attr-platform": "epic",
        "attr-size": "4.5",
        "attr-coop": "y",
        "variants-0-name": "Standard",
        "variants-0-price": "19.99",
        "variants-0-compare_at": "29,99",
        "variants-0-options": "Region: Europe",
        "variants-0-stock_source": "pool",
        "variants-0-low_at": "3",
        "variants-0-is_active": "1",
    }
    return {**values, **changes}


def _made(answer: Any) -> str:
    assert answer.status_code == 303, answer.get_data(as_text=True)
    return str(answer.headers["Location"].rpartition("/")[2])


@both_databases
def test_a_product_goes_round(shop: Shop, owner: Person) -> None:
    product = UUID(_made(owner.post(f"{shop.url}/products/new", _form())))
    found, attributes = stored_product(shop, product)
    row, variant = found.product, found.variants[0]
    assert (row.name, row.slug, row.status, row.currency) == ("Moon Base", "moon-base", "draft", "EUR")
    assert "<script" not in row.description
    assert attributes == {"platform": "epic", "size": 4.5, "coop": True}
    assert (variant.price, variant.price_data["compare_at"], variant.low_at) == (1999, 2999, 3)
    assert variant.attributes == {"Region": "Europe"}
    page = owner.get(f"{shop.url}/products/{product}").get_data(as_text=True)
    assert 'value="19.99"' in page
    assert 'value="29.99"' in page
    assert "Region: Europe" in page
    version = re.search(r'name="version" value="(\d+)"', page)
    assert version is not None
    changed = _form(
        **{
            "name": "Moon Base 2",
            "version": version[1],
            "variants-0-id": str(variant.id),
            "slug": "moon-base",
        }
    )
    assert owner.post(f"{shop.url}/products/{product}", changed).status_code == 303
    assert stored_product(shop, product)[0].product.name == "Moon Base 2"
    late = owner.post(f"{shop.url}/products/{product}", {**changed, "name": "Too late"})
    assert late.status_code == 422
    assert "Somebody else has changed this product." in late.get_data(as_text=True)
    assert 'value="Too late"' in late.get_data(as_text=True)
    assert stored_product(shop, product)[0].product.name == "Moon Base 2"


def test_what_is_wrong_is_said_and_what_was_typed_is_kept(
    shop: Shop, owner: Person, subtests: pytest.Subtests
) -> None:
    for changes, sentence in [
        ({"name": ""}, "Give the product a name."),
        (
            {"name": "", "variants-0-price": "", "attr-platform": ""},
            "Give the product a name.",
        ),  # all at once
        ({"variants-0-price": "x"}, "Variant 1, price: Use an amount such as 19.99."),
        ({"name": "x" * 300}, "Use at most 200 characters."),
        ({"attr-platform": ""}, "Platform"),
        ({"attr-platform": "nintendo"}, "Platform"),
        ({"attr-size": "-1"}, "Size"),
        ({"variants-0-price": ""}, "Use an amount such as 19.99."),
        ({"variants-0-price": "1e9"}, "Use an amount such as 19.99."),
        ({"variants-0-price": "19.999"}, "EUR has 2 decimal places."),
        ({"variants-0-options": "no colon"}, "Write one option a line"),
        ({"variants-0-low_at": "-5"}, "Use a whole number"),
        ({"variants-0-stock_source": "moon"}, "Choose pool, unlimited or none."),
        ({"variants-0-id": "not-an-id"}, "This row cannot be saved."),
        ({"variants-0-sku": "SF-1"}, "SF-1"),
        ({"slug": "star-field"}, "star-field"),
        ({"slug": "Not a slug!"}, "typed-name-check"),
        ({"collections": "no-such-shelf"}, "typed-name-check"),
    ]:
        with subtests.test(changes=changes):
            answer = owner.post(f"{shop.url}/products/new", _form(**{"summary": "My own words", **changes}))
            page = answer.get_data(as_text=True)
            assert answer.status_code == 422
            assert "My own words" in page
            assert 'role="alert"' in page
            if sentence != "typed-name-check":
                assert sentence in page
            with tenant_scope(shop.world.id, readonly=True):
                assert queries.count_products() == 1


def test_rows_of_variants_are_added_and_removed_without_scripts(shop: Shop, owner: Person) -> None:
    more = owner.post(f"{shop.url}/products/new", _form(_variants="add", name=""))
    page = more.get_data(as_text=True)
    assert more.status_code == 200
    assert 'name="variants-1-price"' in page
    assert 'value="19.99"' in page
    fewer = owner.post(
        f"{shop.url}/products/new", _form(**{"variants-1-name": "Second", "_variants": "remove-0"})
    )
    page = fewer.get_data(as_text=True)
    assert 'value="Second"' in page
    assert 'name="variants-1-price"' not in page


def test_a_product_is_put_on_sale_and_taken_off(shop: Shop, owner: Person) -> None:
    url = f"{shop.url}/products/{shop.product}/status"
    for status in ("draft", "active", "archived"):
        assert owner.post(url, {"status": status}).status_code == 303
        assert stored_product(shop, shop.product)[0].product.status == status


def test_what_lacks_something_cannot_go_on_sale(shop: Shop, owner: Person) -> None:
    off = [{"id": str(one), "is_active": False} for one in (shop.variant, shop.other_variant)]
    with tenant_scope(shop.world.id), unit_of_work():
        service.update(shop.product, {"status": "draft", "variants": off})
    owner.post(f"{shop.url}/products/{shop.product}/status", {"status": "active"})
    assert stored_product(shop, shop.product)[0].product.status == "draft"
    assert "It cannot go on sale yet." in owner.get(f"{shop.url}/products/{shop.product}").get_data(
        as_text=True
    )


def test_products_are_found(shop: Shop, owner: Person, subtests: pytest.Subtests) -> None:
    for query in [
        "",
        "?q=star",
        "?status=active",
        "?type=game-key",
        "?sort=name",
        "?sort=price",
        "?sort=sold",
    ]:
        with subtests.test(query=query):
            answer = owner.get(f"{shop.url}/products{query}")
            assert answer.status_code == 200
            assert f"/products/{shop.product}" in answer.get_data(as_text=True)


@both_databases
@pytest.mark.parametrize("sort", ["", "name", "price", "sold"])
def test_each_order_has_pages(shop: Shop, owner: Person, monkeypatch: pytest.MonkeyPatch, sort: str) -> None:
    monkeypatch.setattr("mtc.admin.products.listing.PAGE", 2)
    for name, price in (("Alpha", "5"), ("Beta", "50"), ("Gamma", "9")):
        _made(owner.post(f"{shop.url}/products/new", _form(**{"name": name, "variants-0-price": price})))
    with tenant_scope(shop.world.id), unit_of_work():
        service.count_sold({shop.product: 3})
    seen: list[str] = []
    path = f"{shop.url}/products?sort={sort}"
    for _ in range(3):
        page = owner.get(path).get_data(as_text=True)
        seen += re.findall(r'class="row-link" href="[^"]+">([^<]+)<', page)
        following = re.search(r'rel="next" href="([^"]+)"', page)
        if following is None:
            break
        path = following[1].replace("&amp;", "&")
    wanted = {
        "": ["Gamma", "Beta", "Alpha", "Star Field"],
        "name": ["Alpha", "Beta", "Gamma", "Star Field"],
        "price": ["Alpha", "Gamma", "Star Field", "Beta"],
    }
    assert sorted(seen) == ["Alpha", "Beta", "Gamma", "Star Field"]
    if sort in wanted:
        assert seen == wanted[sort]
    else:
        assert seen[0] == "Star Field"


@pytest.mark.parametrize(
    ("locale", "typed", "price", "value", "shown"),
    [
        ("en", "1,500.5", 150050, "1500.50", "€1,500.50"),
        ("en", "1,500", 150000, "1500.00", "€1,500.00"),
        ("de", "1.000", 100000, "1000,00", "1.000,00\u00a0€"),
        ("de", "10.000,00", 1000000, "10000,00", "10.000,00\u00a0€"),
        ("en", "1.000", None, "1.000", "1.000 can be read as 1.00 or as 1000 EUR. Write one of these."),
    ],
)
def test_a_price_is_read_by_the_language_of_the_store_and_shown(
    shop: Shop, owner: Person, locale: str, typed: str, price: int | None, value: str, shown: str
) -> None:
    with tenant_scope(shop.world.id), unit_of_work():
        update_store(shop.world.id, stores_of(shop.world.id)[0].store_id, locale=locale)
    answer = owner.post(f"{shop.url}/products/new", _form(**{"variants-0-price": typed}))
    if price is None:
        assert answer.status_code == 422
    else:
        product = _made(answer)
        assert stored_product(shop, UUID(product))[0].variants[0].price == price
        answer = owner.get(f"{shop.url}/products/{product}")
        shown = f"Saved as {shown}"
    page = answer.get_data(as_text=True)
    assert re.findall(r'name="variants-0-price"[^>]*value="([^"]*)"', page) == [value]
    assert shown in page


def _rows(count: int) -> dict[str, Any]:
    """A form with so many variants, as the page sends them."""
    values: dict[str, Any] = {}
    for number in range(count):
        row = {"name": f"No {number}", "price": "1.00", "options": f"No: {number}", "is_active": "1"}
        values |= {f"variants-{number}-{name}": value for name, value in row.items()}
        values[f"variants-{number}-stock_source"] = "pool"
    return values


@both_databases
def test_b37_a_form_at_the_limit_loses_nothing_and_one_beyond_it_is_refused(
    shop: Shop, owner: Person
) -> None:
    product = UUID(_made(owner.post(f"{shop.url}/products/new", _form(**_rows(100)))))
    found, _ = stored_product(shop, product)
    before = [(row.id, row.sku, row.name, row.price) for row in found.variants]
    assert len(before) == 100
    ids = {f"variants-{number}-id": str(row[0]) for number, row in enumerate(before)}
    skus = {f"variants-{number}-sku": row[1] for number, row in enumerate(before)}
    same = {**_form(**_rows(100)), **ids, **skus}
    assert owner.post(f"{shop.url}/products/{product}", same).status_code == 303
    more = {**_form(**_rows(101)), **ids, **skus, "name": "Changed"}
    sentence = "A product has at most 100 variants, and these are 101."
    refused = owner.post(f"{shop.url}/products/{product}", more)
    assert refused.status_code == 422
    assert sentence in refused.get_data(as_text=True)
    assert 'name="variants-100-name"' in refused.get_data(as_text=True)
    adding = owner.post(f"{shop.url}/products/{product}", {**same, "_variants": "add"})
    assert "at most 100 variants. Remove one before" in adding.get_data(as_text=True)
    assert 'name="variants-100-name"' not in adding.get_data(as_text=True)
    found, _ = stored_product(shop, product)
    assert [(row.id, row.sku, row.name, row.price) for row in found.variants] == before
    assert found.product.name == "Moon Base"
    assert owner.post(f"{shop.url}/products/new", _form(**_rows(101))).status_code == 422
