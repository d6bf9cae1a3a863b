"""Provide-hooks: each on its page; an answer that is late, wrong or broken costs the page nothing."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask

from mtc.checkout.services.store_opening import close_store
from mtc.core.hook_results import fits_type
from mtc.plugins.services import ask_plugins, provide_hooks
from mtc.testing.plugin_fixtures import owner_of
from tests.orders.shop import open_shop, order_of
from tests.plugins.kit import at_work, installed, switch_off, switch_on
from tests.plugins.samples import module_of
from tests.servers.database import both_databases
from tests.storefront.conftest import Browser, Shop

Guest = Callable[..., None]
On = Callable[..., Any]


@pytest.fixture(autouse=True)
def time_enough(monkeypatch: pytest.MonkeyPatch) -> None:
    """Threads of a busy machine begin late."""
    monkeypatch.setattr(provide_hooks, "CALL_SECONDS", 5.0)
    monkeypatch.setattr(provide_hooks, "PAGE_SECONDS", 20.0)
    provide_hooks.pauses.clear()


@pytest.fixture
def on(tenant: Any, guest: Guest) -> On:
    """Load a plugin with one hook that does this, and switch it on for Acme: on("provide_x", code)."""

    def load(hook: str, body: str, plugin: str = "giver", options: str = "") -> Any:
        names = "Badge, CartNotice, SetupTask, OrderAction, OrderNote, Alert, HeadMeta, HeadLink, HeadData"
        code = f"from mtc.sdk.provided import {names}, SitemapUrl\nASKED = []\n"
        marked = f"@hookimpl({options})\ndef {hook}(ctx, payload):\n    ASKED.append(payload)\n"
        guest(plugin, f"{code}{marked}    {body}\n", hooks=[hook])
        switch_on(tenant, plugin)
        return module_of(plugin)

    return load


@both_databases
def test_badges_stand_on_cards(browser: Browser, shop: Shop, tenant: Any, on: On) -> None:
    before = browser.get("/search").text
    assert "Hot &lt;3" not in before
    answer = "return {id: [Badge('Hot <3')] for id in payload.product_ids[:1]}"
    module = on("provide_card_badges", answer)
    assert browser.get("/search").text.count("Hot &lt;3") == 1
    assert [len(query.product_ids) for query in module.ASKED] == [2]
    switch_off(tenant, "giver")
    assert "Hot &lt;3" not in browser.get("/search").text


def test_facts_stand_among_the_details(browser: Browser, shop: Shop, on: On) -> None:
    on("provide_product_facts", "return {payload.product_ids[0]: {'Played by': '<b>7</b> people'}}")
    page = browser.get("/p/star-harbour").text
    assert "Played by" in page
    assert "&lt;b&gt;7&lt;/b&gt; people" in page


def test_notices_stand_above_the_cart(browser: Browser, shop: Shop, on: On) -> None:
    module = on("provide_cart_notices", "return [CartNotice(f'{payload.total} is <not> enough.')]")
    browser.post("/cart/add", {"variant_id": str(shop.file_variant), "quantity": "2"})
    assert "2400 is &lt;not&gt; enough." in browser.get("/cart").text
    assert module.ASKED[0].lines == ((shop.file_variant, 2),)


def test_the_head_gets_elements(browser: Browser, shop: Shop, on: On) -> None:
    on(
        "provide_head",
        "return [HeadMeta('owner\"', 'acme<'), HeadLink('me', 'https://a.example/?a=\"'),"
        " HeadData({'name': '</script><b>', 'key': payload.key, 'product': str(payload.product_id)})]",
    )
    page = browser.get("/p/star-harbour").text
    assert '<meta name="owner&#34;" content="acme&lt;">' in page
    assert '<link rel="me" href="https://a.example/?a=&#34;">' in page
    assert '{"name": "\\u003c/script\\u003e\\u003cb\\u003e", "key": "product", "product": "' in page
    assert '"product": "None"' in browser.get("/").text


def test_the_sitemap_gets_paths(browser: Browser, shop: Shop, on: On) -> None:
    on("provide_sitemap", "return [SitemapUrl('/app/journal?a=1&b=2')]")
    page = browser.get("/sitemap.xml").text
    assert page.count("<loc>") > 3
    assert "/app/journal?a=1&amp;b=2</loc>" in page


def test_alerts_and_steps_stand_on_the_first_page(app: Flask, tenant: Any, sale: Any, on: On) -> None:
    on("provide_alerts", "return [Alert('The <feed> is old.', 'Renew it.')]")
    on("provide_setup_steps", "return [SetupTask('Choose a <feed>.', 'Any.', False)]", "steps")
    owner = owner_of(app, tenant)
    page = owner.get("/admin/acme/").text
    assert "The &lt;feed&gt; is old." in page
    assert "Choose a" not in page
    with at_work(tenant):
        close_store(sale.store)
    assert "Choose a &lt;feed&gt;." in owner.get("/admin/acme/").text


def test_actions_and_entries_stand_on_the_order(app: Flask, tenant: Any, sale: Any, on: On) -> None:
    on("provide_order_actions", "return [OrderAction(f'Parcel of {payload.number}', 'https://p.example/')]")
    note = "from datetime import UTC, datetime; at = datetime(2026, 1, 2, 3, 4, tzinfo=UTC)"
    on("provide_order_timeline", f"{note}; return [OrderNote('Packed <up>', 'by Ada', at)]", "notes")
    order_of(sale, (sale.file, 1))
    page = owner_of(app, tenant).get("/admin/acme/orders/1001").text
    assert 'href="https://p.example/"' in page
    assert "Parcel of 1001" in page
    assert "Packed &lt;up&gt;" in page


@pytest.mark.parametrize(
    "body",
    [
        "1 / 0",
        "return 'odd'",
        "return {id: ['odd'] for id in payload.product_ids}",
        "return {id: [Badge('x' * 41)] for id in payload.product_ids}",
        "ctx.http.request('GET', 'https://a.example/')",
        "ctx.state.put('x', {}); return {}",
        "raise SystemExit",
    ],
)
def test_an_answer_that_breaks_is_dropped(
    browser: Browser, shop: Shop, tenant: Any, on: On, body: str, ports: Any
) -> None:
    module = on("provide_card_badges", body)
    on("provide_card_badges", "return {payload.product_ids[0]: [Badge('Sound')]}", "sound")
    page = browser.get("/search")
    assert (page.status_code, page.text.count(">Sound<"), len(module.ASKED)) == (200, 1, 1)
    assert installed(tenant, "giver").failures == 0
    assert ports.http.requests == []


@both_databases
def test_one_that_is_late_is_cut(
    browser: Browser, shop: Shop, on: On, monkeypatch: pytest.MonkeyPatch
) -> None:
    module = on("provide_card_badges", "GO.wait(30)")
    import threading

    module.GO = threading.Event()
    monkeypatch.setattr(provide_hooks, "CALL_SECONDS", 0.05)
    assert browser.get("/search").status_code == 200
    module.GO.set()
    assert len(module.ASKED) == 1


def test_a_page_has_a_time_for_all(tenant: Any, shop: Shop, on: On, monkeypatch: pytest.MonkeyPatch) -> None:
    from mtc.catalog.hooks import CardsQuery

    module = on("provide_card_badges", "return {}")
    monkeypatch.setattr(provide_hooks, "PAGE_SECONDS", 0.0)
    with at_work(tenant):
        assert ask_plugins("provide_card_badges", CardsQuery(())) == []
    assert module.ASKED == []


def test_one_that_breaks_three_times_is_left_alone_for_a_minute(
    browser: Browser, shop: Shop, on: On, monkeypatch: pytest.MonkeyPatch
) -> None:
    module = on("provide_card_badges", "1 / 0")
    for _ in range(5):
        assert browser.get("/search").status_code == 200
    assert len(module.ASKED) == 3
    monkeypatch.setattr(
        provide_hooks.time, "monotonic", lambda base=provide_hooks.time.monotonic: base() + 61
    )
    browser.get("/search")
    assert len(module.ASKED) == 4


def test_a_page_that_lacks_an_answer_is_not_kept(browser: Browser, shop: Shop, on: On) -> None:
    """The same page is kept and shown again where nothing broke: the plugin is asked once."""
    module = on("provide_card_badges", "return {}")
    for _ in range(3):
        browser.get("/search")
    asked = len(module.ASKED)
    broken = on("provide_card_badges", "1 / 0", "broken")
    for _ in range(2):
        browser.get("/search")
    assert (len(broken.ASKED), asked) == (2, asked)


def test_other_stores_are_not_asked(tenant: Any, other_tenant: Any, sale: Any, on: On) -> None:
    from mtc.catalog.hooks import CardsQuery

    module = on("provide_card_badges", "return {}")
    open_shop(other_tenant)
    for world, times in ((other_tenant, 0), (tenant, 1)):
        with at_work(world):
            ask_plugins("provide_card_badges", CardsQuery(()))
        assert len(module.ASKED) == times


def test_a_rule_says_what_one_is_asked_about(browser: Browser, shop: Shop, on: On) -> None:
    rule = "when={'field': 'key', 'eq': 'product'}"
    module = on("provide_head", "return []", options=rule)
    browser.get("/")
    browser.get("/p/star-harbour")
    assert [query.key for query in module.ASKED] == ["product"]


def test_every_provide_hook_has_its_page(app: Flask) -> None:
    names = {name for name in app.extensions["mtc.hooks"].names() if name.startswith("provide_")}
    assert names == {
        "provide_alerts",
        "provide_card_badges",
        "provide_cart_notices",
        "provide_head",
        "provide_order_actions",
        "provide_order_timeline",
        "provide_product_facts",
        "provide_setup_steps",
        "provide_sitemap",
    }


@pytest.mark.parametrize(
    ("value", "annotation", "fits"),
    [
        ([1], list[int], True),
        ([True], list[int], False),
        (["x" * 5001], list[str], False),
        ([""] * 201, list[str], False),
        ({"a": [1]}, dict[str, list[int]], True),
        ({"a": "b"}, dict[str, list[int]], False),
        (None, list[int] | None, True),
        ("x", list[int] | None, False),
    ],
)
def test_answers_are_of_their_type(value: Any, annotation: Any, fits: bool) -> None:
    assert fits_type(value, annotation) is fits
