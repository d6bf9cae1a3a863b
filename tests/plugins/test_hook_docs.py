"""The example of docs/plugins/hooks.md works, and its numbers are those of the code."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from mtc.core.hooks import Reject
from mtc.plugins.services import provide_hooks, state_of
from tests.orders.shop import Shop, bought, fill_cart, look, order_of
from tests.plugins.kit import at_work, remembered, switch_on
from tests.storefront.conftest import Browser
from tests.storefront.conftest import Shop as Site

Guest = Callable[..., None]
HOOKS = ["after_order_paid", "before_cart_add", "provide_card_badges"]


@pytest.fixture
def page(root: Path) -> str:
    """The page of the documentation."""
    return (root / "docs" / "plugins" / "hooks.md").read_text()


@pytest.fixture
def large(tenant: Any, guest: Guest, page: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """The example, switched on."""
    guest("large", page.split("```python\n")[1].split("```")[0], hooks=HOOKS, trust="sdk")
    switch_on(tenant, "large")
    monkeypatch.setattr(provide_hooks, "CALL_SECONDS", 5.0)
    monkeypatch.setattr(provide_hooks, "PAGE_SECONDS", 20.0)


def test_the_example_changes_and_refuses(tenant: Any, sale: Shop, large: None) -> None:
    for wanted, quantity in ((7, 5), (2, 2)):
        order = look(sale, order_of(sale, (sale.file, wanted)).order.id)
        assert order.items[0].quantity == quantity
    with pytest.raises(Reject, match="Ask us for so many"):
        fill_cart(sale, (sale.file, 20))


def test_the_example_follows_large_orders(tenant: Any, sale: Shop, large: None) -> None:
    bought(sale, (sale.free, 1))
    assert remembered(tenant, "large", "large orders") is None
    bought(sale, (sale.file, 1))
    assert remembered(tenant, "large", "large orders") == {}


def test_the_example_gives_badges(browser: Browser, shop: Site, tenant: Any, large: None) -> None:
    assert "3 large orders" not in browser.get("/search").text
    with at_work(tenant):
        state_of("large", tenant.id).increment("large orders", 3)
    switch_on(tenant, "large")  # pages that are kept show it from now on
    assert browser.get("/search").text.count("3 large orders") == 2


def test_the_limits_are_those_of_the_code(page: str) -> None:
    assert (provide_hooks.CALL_SECONDS, provide_hooks.PAGE_SECONDS) == (0.05, 0.2)
    assert (provide_hooks.FAILURES_TO_PAUSE, provide_hooks.PAUSE_SECONDS) == (3, 60.0)
    for words in ("longer than 50 ms", "longer than 200 ms", "three broken answers in a row", "for a minute"):
        assert words in page


def test_a_refusal_stands_where_people_look(browser: Browser, shop: Site, tenant: Any, large: None) -> None:
    form = {"variant_id": str(shop.file_variant), "quantity": "20"}
    refused = browser.post("/cart/add", form)
    assert refused.status_code == 400
    assert "Ask us for so many." in refused.text
