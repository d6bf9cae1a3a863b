"""What hooks cost: nothing where no plugin implements them, one statement a request where some do."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from mtc.core.context import ANONYMOUS, Context, use
from mtc.core.db import unit_of_work
from mtc.core.tenancy import tenant_scope
from mtc.plugins.services import run_before, sync_plugins
from tests.plugins.kit import at_work, switch_on
from tests.plugins.samples import adds
from tests.storefront.conftest import BUYER, Browser, Shop


def about_plugins(statements: list[str]) -> list[str]:
    return [one for one in statements if re.search(r"(FROM|INTO|UPDATE) (tenant_)?plugin", one)]


def test_nothing_where_no_plugin_implements_the_hook(tenant: Any, queries: Any) -> None:
    switch_on(tenant, "order_guard")
    with at_work(tenant), queries() as seen:
        assert run_before("before_product_create", {"name": "Game"}) == {"name": "Game"}
    assert seen == []


def test_one_for_all_hooks_of_a_request(tenant: Any, guest: Callable[..., None], queries: Any) -> None:
    guest("one", adds(" 1"))
    guest("two", adds(" 2"))
    switch_on(tenant, "one")
    switch_on(tenant, "two")
    with at_work(tenant), queries() as seen:
        for _ in range(3):
            assert run_before("before_product_create", {"name": "Game"}) == {"name": "Game 1 2"}
    assert len(seen) == 1


def test_contexts_are_not_mixed_up(tenant: Any, other_tenant: Any, guest: Callable[..., None]) -> None:
    """A scope of another tenant inside a request's context asks for that tenant."""
    guest("one", adds(" 1"))
    switch_on(tenant, "one")
    with use(Context(tenant_id=tenant.id, actor=ANONYMOUS)):
        for world, name in ((tenant, "Game 1"), (other_tenant, "Game"), (tenant, "Game 1")):
            with tenant_scope(world.id), unit_of_work():
                assert run_before("before_product_create", {"name": "Game"}) == {"name": name}


def order(browser: Browser, shop: Shop, queries: Any) -> list[str]:
    browser.post("/cart/add", {"variant_id": str(shop.key_variant), "quantity": "1"})
    with queries() as seen:
        assert browser.post("/checkout", {**BUYER, "payment_method": "test"}).status_code == 303
    return about_plugins(seen)


def test_one_at_a_checkout_installed_or_not(browser: Browser, shop: Shop, tenant: Any, queries: Any) -> None:
    sync_plugins()
    assert len(order(browser, shop, queries)) == 1
    switch_on(tenant, "order_guard")
    assert len(order(browser, shop, queries)) == 1


def test_none_at_a_checkout_without_plugins(
    browser: Browser, shop: Shop, queries: Any, without_plugins: None
) -> None:
    assert order(browser, shop, queries) == []


def test_none_on_pages_that_only_read(browser: Browser, shop: Shop, tenant: Any, queries: Any) -> None:
    switch_on(tenant, "order_guard")
    with queries() as seen:
        for path in ("/", "/p/star-harbour", "/cart", "/search?q=star"):
            assert browser.get(path).status_code == 200
    assert about_plugins(seen) == []


def test_none_where_shoppers_act_all_the_time(
    browser: Browser, shop: Shop, tenant: Any, queries: Any
) -> None:
    switch_on(tenant, "order_guard")
    line = {"variant_id": str(shop.key_variant), "quantity": "1"}
    with queries() as seen:
        assert browser.post("/cart/add", line).status_code == 303
        assert browser.post("/account/login", {"email": "a@b.example", "password": "x"}).status_code == 422
        assert browser.get("/sitemap.xml").status_code == 200
    assert about_plugins(seen) == []
    assert [statement for statement in seen if "INTO events" in statement] == []
