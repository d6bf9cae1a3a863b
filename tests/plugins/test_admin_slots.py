"""Slots of the admin, the names of slots for staff, and the page on which a merchant arranges them."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

from flask import Flask

from mtc.pages.services.slot_list import ADMIN, SLOTS
from tests.admin import conftest as admin
from tests.admin.people import Person
from tests.audit.log import entries
from tests.plugins.kit import switch_off, switch_on
from tests.plugins.slot_samples import MARK, component, in_slots, marks, slots_of, write_components
from tests.servers.database import both_databases
from tests.storefront.conftest import Browser

Guest = Callable[..., None]
shop, person, owner, themes = admin.shop, admin.person, admin.owner, admin.themes
ADMIN_MARK = component(
    "ada-mark", '<b data-ada="{{ place.slot }}"></b>', surface="admin", permission="settings:write"
)


def in_admin(guest: Guest, folder: Path) -> None:
    write_components(folder, "ada", ADMIN_MARK)
    guest("ada", "", **in_slots(slots_of(ADMIN), "ada-mark"))


def pages_of(shop: admin.Shop) -> dict[str, str]:
    """The pages of the admin that have slots."""
    return {
        "home": shop.url + "/",
        "order": f"{shop.url}/orders/{shop.order}",
        "product": f"{shop.url}/products/{shop.product}",
        "settings": f"{shop.url}/settings",
    }


def test_every_slot_is_drawn_once_for_who_may_see_it(
    shop: admin.Shop, person: Callable[[str], Person], guest: Guest, folder: Path
) -> None:
    in_admin(guest, folder)
    switch_on(shop.world, "ada")
    owner, support = person("owner"), person("support")
    for page, path in pages_of(shop).items():
        wanted = sorted(n for n in slots_of(ADMIN) if n.split(".")[1] in (page, "topbar"))
        assert sorted(marks(owner.get(path).text)) == wanted, page
        assert marks(support.get(path).text) == []
    switch_off(shop.world, "ada")
    assert [marks(owner.get(path).text) for path in pages_of(shop).values()] == [[], [], [], []]


def names(text: str) -> set[str]:
    return set(re.findall(r'data-slot-name="([a-z.]+)"', text))


def test_staff_see_the_names_of_slots_and_nobody_else_does(
    shop: admin.Shop, themes: None, owner: Person, site: Flask
) -> None:
    browser = Browser(site.test_client(), "http://acme.localhost:8000", shop.world.id)
    assert names(browser.get("/?slots=1").text) == set()
    hits = site.extensions["mtc.page_cache"].hits
    link = owner.get(f"{shop.url}/store/preview?slots=1").location
    assert browser.get(link).location == "/?slots=1"
    seen = names(browser.get("/?slots=1").text) | names(browser.get("/p/star-field?slots=1").text)
    assert {"page.top", "header.after", "footer.columns", "product.price.after", "product.bottom"} <= seen
    assert names(browser.get("/").text) == set()
    assert site.extensions["mtc.page_cache"].hits == hits
    stranger = Browser(site.test_client(), browser.base, shop.world.id)
    assert names(stranger.get("/?slots=1").text) == set()
    for page, path in pages_of(shop).items():
        assert names(owner.get(f"{path}?slots=1").text) == {
            n for n in slots_of(ADMIN) if n.split(".")[1] in (page, "topbar")
        }
        assert names(owner.get(path).text) == set()


def test_a_link_without_the_permission_names_nothing(
    shop: admin.Shop, themes: None, person: Callable[[str], Person], site: Flask
) -> None:
    browser = Browser(site.test_client(), "http://acme.localhost:8000", shop.world.id)
    link = person("support").get(f"{shop.url}/store/preview?slots=1").location
    browser.get(link)
    assert names(browser.get("/?slots=1").text) == set()


FIRST, SECOND = MARK, component("ada-second", '<i data-ada="page.bottom"></i>')


@both_databases
def test_a_merchant_hides_and_moves_what_stands_in_a_slot(
    shop: admin.Shop, themes: None, owner: Person, guest: Guest, folder: Path, site: Flask
) -> None:
    write_components(folder, "ada", FIRST, SECOND)
    slots = [{"slot": "page.top", "component": each} for each in ("ada-mark", "ada-second")]
    guest("ada", "", hooks=[], components="components", slots=slots)
    switch_on(shop.world, "ada")
    browser, address = (
        Browser(site.test_client(), "http://acme.localhost:8000", shop.world.id),
        "/account/login",
    )

    def arrange(do: str, slug: str = "ada-mark") -> int:
        form = {"slot": "page.top", "component": slug, "do": do}
        return owner.post(f"{shop.url}/design/slots", form).status_code

    assert marks(browser.get(address).text) == ["page.top", "page.bottom"]
    assert arrange("down") == 303
    assert marks(browser.get(address).text) == ["page.bottom", "page.top"]
    assert arrange("hide") == 303
    assert marks(browser.get(address).text) == ["page.bottom"]
    assert "Hidden" in owner.get(f"{shop.url}/design/slots").text
    assert (arrange("show"), arrange("up")) == (303, 303)
    assert len(entries("admin.arrange_slot")) == 4
    assert marks(browser.get(address).text) == ["page.top", "page.bottom"]
    assert (arrange("show", "ada-other"), arrange("burn")) == (404, 404)
    switch_off(shop.world, "ada")
    assert arrange("hide") == 404
    switch_on(shop.world, "ada")
    assert marks(browser.get(address).text) == ["page.top", "page.bottom"]


def test_who_may_only_look_arranges_nothing(
    shop: admin.Shop, person: Callable[[str], Person], guest: Guest, folder: Path
) -> None:
    form = {"slot": "page.top", "component": "ada-mark", "do": "hide"}
    assert person("support").post(f"{shop.url}/design/slots", form).status_code in (403, 404)


def test_the_admins_slots_begin_with_admin() -> None:
    assert {name for name in SLOTS if name.startswith("admin.")} == set(slots_of(ADMIN))
