"""B36: variants are chosen by their SKU whatever letters and signs it has."""

from __future__ import annotations

import re
from urllib.parse import quote, quote_plus
from uuid import UUID

import pytest

from mtc.catalog.services import products, stock_reservation
from mtc.core.db import session, unit_of_work
from mtc.core.tenancy import tenant_scope
from tests.servers.database import both_databases
from tests.storefront.conftest import Browser, Shop

SKUS = (
    "CAB.SAU.S&M/10 ü", "007", "A+B", "A%20B", "x?y=z#1", '"quoted"', "o'neil", "日本-1", "50%_off", "a\\b",
    "<b>", "A\uff22", "e\u0301-1",
)  # fmt: skip


@both_databases
@pytest.mark.parametrize("sku", SKUS)
def test_b36_the_variant_of_a_sku_is_chosen_by_its_address(browser: Browser, shop: Shop, sku: str) -> None:
    with tenant_scope(shop.tenant_id), unit_of_work():
        made = products.create(
            {
                "name": "Cable",
                "type": "game",
                "status": "active",
                "currency": "EUR",
                "attributes": {"platform": "steam"},
                "variants": [
                    {"sku": code, "name": name, "price": price, "stock_source": "pool"}
                    for code, name, price in (("FIRST", "One", 500), (sku, "Two", 700), ("7", "Three", 900))
                ],
            }
        )
        session.refresh(made, ["variants"])
        ids = {one.name: str(one.id) for one in made.variants}
        for name, variant_id in ids.items():
            stock_reservation.add_keys(UUID(variant_id), [f"CABLE-{name}-1"])
    assert chosen(browser, "/p/cable") == ids["One"]
    for written in {quote(sku, safe=""), quote_plus(sku), quote(sku, safe="/:,;@")}:
        assert chosen(browser, f"/p/cable?variant={written}") == ids["Two"], written
    for other in ("", "none", quote(sku + "x"), quote(sku[:-1]), "%EF%BF%BD"):
        assert chosen(browser, f"/p/cable?variant={other}") == ids["One"], other


def chosen(browser: Browser, path: str) -> str:
    """The id of the variant that the page has chosen."""
    page = browser.get(path).text
    found = re.search(r'<li class="plan" data-selected>.*?name="variant_id" value="([^"]+)"', page, re.DOTALL)
    assert found is not None
    return found[1]
