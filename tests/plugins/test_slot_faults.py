"""Slots under stress: components that break or hang, pages that are kept, what a manifest may not say."""

from __future__ import annotations

import logging
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from flask import Flask, current_app

from mtc.pages.services import plugin_sources
from mtc.plugins.services.loader import broken, load_plugins
from tests.plugins.hanging import eventually_nothing_hangs
from tests.plugins.kit import switch_off, switch_on
from tests.plugins.samples import write
from tests.plugins.slot_samples import MARK, Files, component, in_slots, marks, write_components
from tests.storefront.conftest import Browser, Shop
from tests.storefront.test_account import _register
from tests.storefront.test_statements import WARM, _warm

Guest = Callable[..., None]
SOURCE = """
import time
from mtc.pages.registry import sources

CALLS = []


@sources.add("ada.points")
def points(ctx, requests, page):
    CALLS.append([dict(request) for request in requests])
    if any(request.get("hangs") for request in requests):
        time.sleep(1)
    name = (page.get("customer") or {}).get("name", "nobody")
    return [f"{name} {request.get('slug', '')} {len(ctx.settings)}" for request in requests]
"""
POINTS = [{"name": "points", "source": "ada.points", "args": {"slug": {"from": "place.product.slug"}}}]
SHOWS = component("ada-points", '<b data-points="{{ data.points }}"></b>', data=POINTS, height=2)


@pytest.fixture(autouse=True)
def patient(monkeypatch: pytest.MonkeyPatch) -> None:
    """Sources may take longer: a busy machine must fail no test."""
    monkeypatch.setattr(plugin_sources, "SECONDS", 5.0)


def personal(guest: Guest, folder: Path, slot: str, cache: str, *, is_personal: bool = True) -> None:
    """A plugin with one component in a slot, whose source is about the visitor."""
    write_components(folder, "ada", SHOWS)
    source = {"name": "ada.points", "surface": "storefront", "personal": is_personal}
    guest("ada", SOURCE, sources=[source], **in_slots([slot], "ada-points", cache=cache))


def test_a_component_that_breaks_shows_nothing_and_is_logged_once(
    tenant: Any, shop: Shop, browser: Browser, guest: Guest, folder: Path, caplog: pytest.LogCaptureFixture
) -> None:
    write_components(folder, "ada", component("ada-bad", "{{ 1 / 0 }}"), MARK)
    names = [{"slot": "card.name.after", "component": slug} for slug in ("ada-bad", "ada-mark")]
    guest("ada", "", hooks=[], components="components", slots=names)
    switch_on(tenant, "ada")
    with caplog.at_level(logging.ERROR):
        response = browser.get("/search")
    assert (response.status_code, marks(response.text)) == (200, ["card.name.after"] * 2)
    assert [record.getMessage() for record in caplog.records] == [
        "component ada-bad of plugin ada failed in slot card.name.after"
    ]


def test_a_source_that_hangs_is_given_up(
    tenant: Any,
    shop: Shop,
    browser: Browser,
    guest: Guest,
    folder: Path,
    caplog: pytest.LogCaptureFixture,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    hanging = [{"name": "points", "source": "ada.points", "args": {"hangs": True}}]
    write_components(folder, "ada", component("ada-slow", "<b>slow</b>", data=hanging))
    source = [{"name": "ada.points", "surface": "storefront"}]
    guest("ada", SOURCE, sources=source, **in_slots(["product.title.after"], "ada-slow"))
    switch_on(tenant, "ada")
    monkeypatch.setattr(plugin_sources, "SECONDS", 0.1)
    with caplog.at_level(logging.ERROR, "mtc.pages"):
        response = browser.get("/p/guide")
    assert (response.status_code, "<b>slow</b>" in response.text) == (200, False)
    assert [record.getMessage() for record in caplog.records if record.name.startswith("mtc.pages")] == [
        "data source ada.points failed in slot product.title.after for component ada-slow of plugin ada"
    ]
    assert eventually_nothing_hangs()


def test_a_source_is_asked_once_for_all_cards(
    tenant: Any, shop: Shop, browser: Browser, guest: Guest, folder: Path
) -> None:
    personal(guest, folder, "card.price.after", "public", is_personal=False)
    switch_on(tenant, "ada")
    text = browser.get("/c/worlds").text + browser.get("/search").text
    calls = current_app.extensions["mtc.plugins"]["ada"].module.CALLS
    assert text.count('data-points="nobody ') == 3
    assert calls == [[{"slug": "star-harbour"}], [{"slug": "guide"}, {"slug": "star-harbour"}]] or calls == [
        [{"slug": "star-harbour"}],
        [{"slug": "star-harbour"}, {"slug": "guide"}],
    ]


def test_what_is_personal_is_never_in_a_kept_page(
    tenant: Any, shop: Shop, browser: Browser, site: Flask, guest: Guest, folder: Path
) -> None:
    personal(guest, folder, "product.price.after", "customer")
    switch_on(tenant, "ada")
    cache = site.extensions["mtc.page_cache"]
    first, hits = browser.get("/p/guide"), cache.hits
    again = browser.get("/p/guide")
    assert cache.hits == hits + 1
    url = "/x/ada/slots/product.price.after?component=ada-points&amp;page=product&amp;product=guide"
    for page in (first, again):
        assert "data-points" not in page.text
        assert page.text.count(f'class="slot-later" data-lines="2" aria-busy="true" hx-get="{url}"') == 1
    fragment = browser.get(url.replace("&amp;", "&"))
    assert fragment.headers["Cache-Control"] == "private, no-store"
    assert fragment.text == '<b data-points="nobody guide 0"></b>'
    _register(browser)
    assert '<b data-points="Ada guide 0"></b>' in browser.get("/p/guide").text
    assert browser.get(url.replace("&amp;", "&")).text == '<b data-points="Ada guide 0"></b>'
    switch_off(tenant, "ada")
    gone = browser.get(url.replace("&amp;", "&"))
    assert (gone.status_code, gone.text) == (200, "")
    assert "slot-later" not in browser.get("/p/guide").text


def test_a_page_with_something_that_is_never_kept_is_made_anew(
    tenant: Any, shop: Shop, browser: Browser, site: Flask, guest: Guest, folder: Path
) -> None:
    personal(guest, folder, "product.price.after", "never")
    switch_on(tenant, "ada")
    cache = site.extensions["mtc.page_cache"]
    hits = cache.hits
    for _round in range(2):
        assert '<b data-points="nobody guide 0"></b>' in browser.get("/p/guide").text
    assert cache.hits == hits
    browser.get("/pages/about")
    browser.get("/pages/about")
    assert cache.hits == hits + 1  # another page, without this slot


def test_plugins_without_a_part_in_a_page_cost_no_statement(
    tenant: Any, shop: Shop, browser: Browser, site: Flask, guest: Guest, folder: Path, queries: Any
) -> None:
    write_components(folder, "ada", MARK)
    guest("ada", "", **in_slots(["login.after"], "ada-mark"))
    switch_on(tenant, "ada")
    assert {path: len(_warm(browser, site, path, queries)) for path in WARM} == {
        **WARM, "/search": 2, "/c/worlds": 3, "/p/star-harbour": 4
    }  # fmt: skip


MAIL = component("ada-mail", "", surface="mail", txt="")
ADMIN = component("ada-admin", "", surface="admin", permission="orders:read")
PERSONAL = [{"name": "ada.points", "surface": "storefront", "personal": True}]
FOR_ADMIN = [{"name": "ada.points", "surface": "admin"}]
FAULTS: dict[str, tuple[Files, dict[str, Any], str]] = {
    "no such slot": (MARK, in_slots(["product.nowhere"], "ada-mark"), "MTC has no such slot"),
    "no such component": (MARK, in_slots(["cart.top"], "ada-none"), "it brings no component ada-none"),
    "another surface": (MAIL, in_slots(["cart.top"], "ada-mail"), "is a component for the mail"),
    "the admin's": (ADMIN, in_slots(["mail.header"], "ada-admin"), "is a component for the admin"),
    "twice": (MARK, in_slots(["cart.top", "cart.top"], "ada-mark"), "ada-mark is listed twice"),
    "loaded later on each card": (
        MARK, in_slots(["card.media"], "ada-mark", cache="customer"), "`cache` cannot be customer there",
    ),
    "personal and kept": (
        SHOWS, {"sources": PERSONAL, **in_slots(["page.top"], "ada-points")}, "choose `cache`: customer",
    ),
    "MTC's own personal data": (
        component("ada-cart", "", data=[{"name": "c", "source": "checkout.cart"}]),
        in_slots(["page.top"], "ada-cart"),
        "choose `cache`: customer",
    ),
    "a source for the admin": (
        SHOWS, {"sources": FOR_ADMIN, **in_slots(["cart.top"], "ada-points")}, "a data source for the admin",
    ),
    "a source that is not listed": (
        SHOWS, in_slots(["cart.top"], "ada-points"), "differ in these data sources",
    ),
    "an order that is none": (
        MARK, in_slots(["cart.top"], "ada-mark", order=-1), "`slots`: Write a list",
    ),
}  # fmt: skip


@pytest.mark.parametrize("fault", list(FAULTS))
def test_a_fault_breaks_the_plugin_with_a_sentence(app: Flask, folder: Path, fault: str) -> None:
    files, manifest, sentence = FAULTS[fault]
    uses_source = "ada.points" in files.get("ada-points.json", "")
    write(folder, "ada", SOURCE if uses_source else "", **manifest)
    (folder / "ada" / "components").mkdir()
    for name, text in files.items():
        (folder / "ada" / "components" / name).write_text(text)
    load_plugins(current_app, folder)
    assert sentence in broken(current_app).pop("ada")
    assert broken(current_app) == {}
