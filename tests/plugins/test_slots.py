"""Slots: each is drawn once on its page while the plugin is on, and leaves no trace when it is off."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from mtc.core.db import unit_of_work
from mtc.core.tenancy import tenant_scope
from mtc.pages.services.slot_list import STOREFRONT
from mtc.tenants.services import update_store
from tests.plugins.kit import switch_off, switch_on
from tests.plugins.slot_samples import MARK, in_slots, marks, slots_of, write_components
from tests.storefront.conftest import BUYER, Browser, Shop, settle
from tests.storefront.test_account import _register
from tests.storefront.test_cart_devices import add

Guest = Callable[..., None]


def everywhere(guest: Guest, folder: Path, **more: Any) -> None:
    """A plugin with a component in every slot of the storefront."""
    write_components(folder, "ada", MARK)
    guest("ada", "", **in_slots(slots_of(STOREFRONT), "ada-mark", **more))


PATHS = {
    "home": "/",
    "collection": "/c/worlds",
    "search": "/search?q=nothing-at-all",
    "page": "/pages/about",
    "product": "/p/star-harbour",
}
BUYING = {"drawer": "/cart/drawer", "cart": "/cart", "checkout": "/checkout"}
ACCOUNT = {"account": "/account", "orders": "/account/orders", "library": "/account/library"}


def walk(browser: Browser, shop: Shop) -> dict[str, str]:
    """Every page that has slots, by a name: as somebody comes by who buys and then makes an account."""
    paths = {**PATHS, "login": "/account/login", "register": "/account/register"}
    found = {name: browser.get(path).text for name, path in paths.items()}
    add(browser, shop.file_variant)
    found |= {name: browser.get(path).text for name, path in BUYING.items()}
    placed = browser.post("/checkout", {**BUYER, "payment_method": "test"})
    found["order"] = browser.get(browser.post(placed.location, {"choice": "pay"}).location).text
    settle()
    _register(browser)
    return found | {name: browser.get(path).text for name, path in ACCOUNT.items()}


# The page of the walk on which a slot is looked for; the others stand on the page of their first part.
WHERE = {
    "card.media": "collection",
    "card.name.after": "collection",
    "card.price.after": "collection",
    "listing.top": "collection",
    "listing.filters.after": "collection",
    "listing.grid.after": "collection",
    "search.empty": "search",
    "cart.drawer.foot": "drawer",
    "account.order.after": "orders",
    "account.nav": "account",
    "account.library.after": "library",
    "login.after": "login",
    "register.fields": "register",
}
EVERY = {"head", "page", "announcement", "header", "footer"}


@pytest.mark.parametrize("theme", ["arcade", "folio", "slate"])
def test_every_slot_is_drawn_once_on_its_page(
    tenant: Any, shop: Shop, browser: Browser, guest: Guest, folder: Path, theme: str
) -> None:
    with tenant_scope(tenant.id), unit_of_work():
        update_store(tenant.id, tenant.store.id, theme_slug=theme)
    everywhere(guest, folder)
    switch_on(tenant, "ada")
    pages = {name: marks(text) for name, text in walk(browser, shop).items()}
    missing = {}
    for name in slots_of(STOREFRONT):
        first = name.partition(".")[0]
        wanted = [page for page in pages if page != "drawer"] if first in EVERY else [WHERE.get(name, first)]
        if wrong := {page: pages[page].count(name) for page in wanted if pages[page].count(name) != 1}:
            missing[name] = wrong
    assert missing == {}
    add(browser, shop.file_variant)
    switch_off(tenant, "ada")
    paths = {**PATHS, **BUYING, **ACCOUNT}
    assert [(name, marks(browser.get(path).text)) for name, path in paths.items()] == [
        (name, []) for name in paths
    ]
