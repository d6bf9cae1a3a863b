"""B36: products, orders and stock are found by their SKU whatever letters and signs it has."""

from __future__ import annotations

import re
from urllib.parse import quote, quote_plus

import pytest

from mtc.catalog import queries
from mtc.catalog.services import products, stock_reservation
from mtc.core.db import unit_of_work
from mtc.core.tenancy import tenant_scope
from tests.admin.conftest import Shop, place
from tests.admin.people import Person
from tests.servers.database import both_databases

SKUS = (
    "CAB.SAU.S&M/10 ü", "007", "A+B", "A%20B", "x?y=z#1", '"quoted"', "o'neil", "日本-1", "50%_off", "a\\b",
    "<b>",
)  # fmt: skip


@both_databases
@pytest.mark.parametrize("sku", SKUS)
def test_b36_a_sku_finds_its_product_and_its_orders(shop: Shop, owner: Person, sku: str) -> None:
    with tenant_scope(shop.world.id), unit_of_work():
        values = {"name": "Cable", "type": shop.type_slug, "status": "active", "currency": "EUR"}
        row = {"sku": sku, "name": "One", "price": 500, "stock_source": "pool"}
        made = products.create({**values, "attributes": {"platform": "steam"}, "variants": [row]})
        [variant] = queries.variants_of(made.id)
        stock_reservation.add_keys(variant.id, "CABLE-KEY-1\nCABLE-KEY-2")
        product = made.id
    number = place(shop, [(variant.id, 1)])
    for written in {quote(sku, safe=""), quote_plus(sku)}:
        assert rows(owner, f"{shop.url}/products?q={written}") == [f"{shop.url}/products/{product}"]
        assert rows(owner, f"{shop.url}/orders?q={written}") == [f"{shop.url}/orders/{number}"]
    assert rows(owner, f"{shop.url}/products?q={quote(sku + 'zz')}") == []
    assert rows(owner, f"{shop.url}/orders?q={quote(sku + 'zz')}") == []


def rows(owner: Person, path: str) -> list[str]:
    """The addresses of the rows of a list."""
    answer = owner.get(path)
    assert answer.status_code == 200, path
    found = re.findall(r'class="row-link"[^>]* href="([^"]+)"', answer.get_data(as_text=True))
    return [one.partition("?")[0].replace("http://localhost:8000", "") for one in found]
