"""B08: pages and files of 1,000 keys send as many statements as those of 10, and stay small."""

from __future__ import annotations

from typing import Any

import pytest

from tests.servers.database import both_databases
from tests.storefront.conftest import Browser, Shop
from tests.storefront.many import many

pytestmark = both_databases


@pytest.mark.parametrize("count", [30, 1000])
def test_b08_what_many_keys_cost(
    browser: Browser, shop: Shop, queries: Any, count: int, database_kind: str
) -> None:
    order = many(browser, shop, count)
    steps = {
        "page": lambda: browser.get(order.url),
        "status": lambda: browser.get(order.below("status"), headers={"HX-Request-Type": "partial"}),
        "reveal all": lambda: browser.post(order.below("reveal")),
        "revealed page": lambda: browser.get(order.url),
        "txt": lambda: browser.post(order.below("keys.txt")),
        "csv": lambda: browser.post(order.below("keys.csv")),
    }
    for name in ("page", "status"):
        steps[name]()
    costs, sizes = {}, {}
    for name, step in steps.items():
        with queries() as seen:
            answer = step()
        assert answer.status_code in (200, 303), name
        costs[name], sizes[name] = len(seen), len(answer.data)
    assert costs == EXPECTED, costs
    assert max(sizes["page"], sizes["revealed page"]) < 60_000, sizes


EXPECTED = {"page": 6, "status": 7, "reveal all": 9, "revealed page": 6, "txt": 9, "csv": 9}
