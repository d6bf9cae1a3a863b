"""The pages of the settings: look, navigation, legal texts, opening; each as its owner and as a stranger."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from io import BytesIO
from typing import Any

import pytest
from flask import Flask

from mtc.api.v1.schemas import order_row
from mtc.checkout.services import close_store
from mtc.core import clock
from mtc.core.db import unit_of_work
from mtc.core.tenancy import tenant_scope
from mtc.orders import queries as orders
from mtc.orders.presenters import order_view
from mtc.tenants.services import legal_pages, update_store
from tests.admin.acme import SHOP_URL, info
from tests.admin.conftest import Shop, place
from tests.admin.people import Person

pytestmark = pytest.mark.usefixtures("themes")

PNG = (
    b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR\x00\x00\x00\x01\x00\x00\x00\x01\x08\x06\x00\x00\x00\x1f\x15\xc4\x89"
    b"\x00\x00\x00\rIDATx\x9cc\xf8\xcf\xc0\xf0\x1f\x00\x05\x00\x01\xff\x89\x99=\x1d\x00\x00\x00\x00IEND\xaeB`\x82"
)


def text_of(person: Person, path: str) -> str:
    """The page as text, found."""
    answer = person.get(path)
    assert answer.status_code == 200, path
    return answer.get_data(as_text=True)


def test_every_page_is_found_from_every_other(shop: Shop, owner: Person) -> None:
    paths = {f"{shop.url}/settings{tail}" for tail in ("", "/look", "/navigation", "/legal", "/access")}
    for path in paths:
        page = text_of(owner, path)
        assert paths <= set(re.findall(r'href="([^"#]+)"', page)), path


def test_all_themes_are_offered_and_one_is_put_on_at_once(app: Flask, shop: Shop, owner: Person) -> None:
    page = text_of(owner, f"{shop.url}/settings/look")
    assert set(re.findall(r'name="theme" value="([^"]+)"', page)) >= {"slate", "folio", "arcade"}
    assert "Light and editorial" in page and page.count('<img src="data:image/svg+xml') >= 3
    shopper = app.test_client()
    assert 'data-store-theme="slate"' in shopper.get("/", base_url=SHOP_URL).get_data(as_text=True)
    assert owner.post(f"{shop.url}/settings/look/theme", {"theme": "folio"}).status_code == 303
    assert 'data-store-theme="folio"' in shopper.get("/", base_url=SHOP_URL).get_data(as_text=True)
    for wrong in ("", "../etc", "nothing"):
        assert owner.post(f"{shop.url}/settings/look/theme", {"theme": wrong}).status_code == 422
    assert info().theme_slug == "folio"


def test_colours_stay_readable(shop: Shop, owner: Person) -> None:
    url = f"{shop.url}/settings/look/colours"
    assert owner.post(url, {"color-primary": "#ffee00"}).status_code == 303
    assert info().branding["colors"] == {"primary": "#ffee00"}
    page = text_of(owner, f"{shop.url}/settings/look")
    assert "Hard to read" not in page and "the theme has #" in page
    owner.post(url, {"color-primary": "#ffee00", "color-foreground": "#f4f4f4"})
    warned = text_of(owner, f"{shop.url}/settings/look")
    assert "Hard to read" in warned and "“Text” on “Page background” has a contrast of" in warned
    assert owner.post(url, {"color-primary": "red"}).status_code == 422
    assert owner.post(url, {"color-primary": "#12345", "color-nothing": "#000000"}).status_code == 422
    assert owner.post(url, {"do": "reset"}).status_code == 303
    assert "colors" not in info().branding


def test_the_logo_stands_in_header_and_footer(app: Flask, shop: Shop, owner: Person) -> None:
    url = f"{shop.url}/settings/look/pictures"

    def upload(name: str, data: bytes, filename: str = "logo.png") -> Any:
        return owner.post(f"{url}/{name}", {"picture": (BytesIO(data), filename)})

    shopper = app.test_client()
    icon = shopper.get("/favicon.ico", base_url=SHOP_URL)
    assert (icon.status_code, icon.headers["Location"]) == (302, "/favicon.svg")
    drawn = shopper.get("/favicon.svg", base_url=SHOP_URL)
    assert (drawn.status_code, drawn.mimetype) == (200, "image/svg+xml")
    assert ">A</text>" in drawn.get_data(as_text=True)
    assert upload("logo", PNG).status_code == 303
    address = info().branding["logo"]
    page = shopper.get("/", base_url=SHOP_URL).get_data(as_text=True)
    assert page.count(f'src="{address}"') == 2
    assert owner.post(f"{url}/favicon", {"do": "logo"}).status_code == 303
    assert shopper.get("/favicon.ico", base_url=SHOP_URL).headers["Location"] == address
    assert upload("logo", b"<svg xmlns='x'></svg>", "x.svg").status_code == 400
    assert upload("logo", b"").status_code == 400
    assert upload("nothing", PNG).status_code == 400
    assert owner.post(f"{url}/logo", {"do": "remove"}).status_code == 303
    assert "logo" not in info().branding


def test_the_time_zone_is_chosen_and_times_are_shown_in_it(shop: Shop, owner: Person) -> None:
    with clock.frozen(datetime(2026, 7, 1, 21, 50, tzinfo=UTC)):
        page = text_of(owner, f"{shop.url}/settings")
        assert '<option value="Europe/Berlin">Berlin</option>' in page
        assert '<optgroup label="Europe">' in page and "Times in UTC</p>" in page
        values = {"name": "Acme", "tagline": "", "email": "a@acme.example"}
        assert owner.post(f"{shop.url}/settings", {**values, "timezone": "Europe/Berlin"}).status_code == 303
        page = text_of(owner, f"{shop.url}/settings")
        assert '<option value="Europe/Berlin" selected>' in page and "Times in Europe/Berlin (UTC+2)" in page
        assert "It is 1 July 2026, 23:50 UTC+2 in the store now." in page
        refused = owner.post(f"{shop.url}/settings", {**values, "timezone": "Mars/Olympus"})
        assert refused.status_code == 422
        assert "Choose a time zone from the list." in refused.get_data(as_text=True)
        assert owner.post(f"{shop.url}/settings", values).status_code == 303  # what is not sent stays
        assert info().timezone == "Europe/Berlin"


def test_days_of_filters_and_dates_of_orders_are_the_stores(shop: Shop, owner: Person) -> None:
    """Ordered at 23:30 UTC on 30 June: the day is 1 July in Berlin, in lists, on pages and in mails."""
    with tenant_scope(shop.world.id), unit_of_work():
        update_store(shop.world.id, shop.world.store.id, timezone="Europe/Berlin")
    with clock.frozen(datetime(2026, 6, 30, 23, 30, tzinfo=UTC)):
        number = place(shop, [(shop.variant, 1)])
    with clock.frozen(datetime(2026, 7, 1, 10, tzinfo=UTC)):
        for day, is_found in (("2026-06-30", False), ("2026-07-01", True), ("2026-07-02", False)):
            listed = text_of(owner, f"{shop.url}/orders?from={day}&to={day}")
            assert (f"/orders/{number}" in listed) is is_found, day
        assert "today, 01:30" in text_of(owner, f"{shop.url}/orders/{number}").lower()
    with tenant_scope(shop.world.id), unit_of_work():
        order = orders.order_by_number(number)
        assert order is not None
        assert order_view(order).created == "1 July 2026"
        assert order_view(order).timeline[0].at == "1 July 2026, 01:30 UTC+2"
        assert order_row(order)["created_at"] == "2026-06-30T23:30:00Z"


def test_navigation_is_edited_with_plain_buttons(app: Flask, shop: Shop, owner: Person) -> None:
    url = f"{shop.url}/settings/navigation"
    form = {
        "announcement": "Sale until Sunday",
        "navigation-0-label": "All",
        "navigation-0-target": "/search",
        "navigation-1-label": "Blog",
        "navigation-1-target": "url",
        "navigation-1-url": "https://blog.example",
        "columns-0-title": "Help",
        "columns-0-links-0-label": "Home",
        "columns-0-links-0-target": "/",
        "lines": "Acme Ltd\n\nStreet 1",
    }
    moved = owner.post(url, {**form, "op": "navigation-1-up"}).get_data(as_text=True)
    assert "Not saved yet" in moved and moved.index('value="Blog"') < moved.index('value="All"')
    removed = owner.post(url, {**form, "op": "columns-0-links-0-remove"}).get_data(as_text=True)
    assert 'value="Home"' not in removed
    added = owner.post(url, {**form, "op": "columns-add"}).get_data(as_text=True)
    assert 'name="columns-1-title"' in added
    for nothing in (
        "",
        "x",
        "navigation-9-up",
        "columns-0-0-0-add",
        "lines-0-up",
        "announcement-add",
        "-" * 80,
    ):
        assert owner.post(url, {**form, "op": nothing or "add"}).status_code == 200
    assert "navigation" not in info().settings
    assert owner.post(url, form).status_code == 303
    page = app.test_client().get("/cart", base_url=SHOP_URL).get_data(as_text=True)
    for text in ("Sale until Sunday", 'href="https://blog.example"', ">Help</h2>", "Acme Ltd", "Street 1"):
        assert text in page
    again = text_of(owner, url)
    assert 'value="https://blog.example"' in again and '<option value="/search" selected>' in again


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"navigation-0-label": ""}, "navigation-0-label"),
        ({"navigation-0-target": "url", "navigation-0-url": "javascript:alert(1)"}, "navigation-0-url"),
        ({"navigation-0-target": "//evil.example"}, "navigation-0-url"),
        ({"columns-0-title": "x" * 61}, "columns-0-title"),
        ({"announcement": "x" * 121}, "announcement"),
        ({"lines": "x\n" * 7}, "lines"),
    ],
)
def test_links_that_cannot_be_are_refused(
    shop: Shop, owner: Person, changes: dict[str, str], field: str
) -> None:
    form = {
        "navigation-0-label": "All",
        "navigation-0-target": "/search",
        "columns-0-title": "Help",
        **changes,
    }
    answer = owner.post(f"{shop.url}/settings/navigation", form)
    assert answer.status_code == 422
    assert f'<a href="#{field}">' in answer.get_data(as_text=True)
    assert "navigation" not in info().settings


def test_a_legal_text_is_filled_in_and_published(app: Flask, shop: Shop, owner: Person) -> None:
    url, public = f"{shop.url}/settings/legal/terms", "/pages/terms"
    assert "[Your company name]" in text_of(owner, url)
    draft = legal_pages.template("terms", "en")[1]
    owner.post(url, {"title": "Terms of sale", "body": draft, "do": "publish"})
    page = text_of(owner, url)
    assert "not published: something is still to be filled in" in page
    assert app.test_client().get(public, base_url=SHOP_URL).status_code == 404
    filled = re.sub(r"\[([^\]]+)\]", "Acme", draft) + "\n<script>alert(1)</script>"
    owner.post(url, {"title": "Terms of sale", "body": filled, "do": "publish"})
    shown = app.test_client().get(public, base_url=SHOP_URL).get_data(as_text=True)
    assert "<h2>1. Your order</h2>" in shown and "alert(1)" not in shown
    assert f'<p><a href="{public}">Terms of sale</a></p>' in shown
    answer = owner.post(f"{url}/unpublish")
    assert answer.status_code == 409 and "Close the store first" in answer.get_data(as_text=True)
    assert owner.post(url, {"title": "", "body": "kept"}).status_code == 422
    assert owner.get(f"{shop.url}/settings/legal/nothing").status_code == 404
    assert owner.get(f"{url}?locale=xx").status_code == 404


def test_a_store_with_two_languages_has_texts_in_both(app: Flask, shop: Shop, owner: Person) -> None:
    with tenant_scope(shop.world.id), unit_of_work():
        update_store(shop.world.id, shop.world.store.id, locales=["en", "de"])
    url = f"{shop.url}/settings/legal/imprint?locale=de"
    assert "Impressum" in text_of(owner, url)
    form = {"locale": "de", "title": "Impressum", "body": "Acme", "do": "publish"}
    owner.post(f"{shop.url}/settings/legal/imprint", form)
    page = app.test_client().get("/pages/imprint?lang=de", base_url=SHOP_URL)
    assert "Impressum" in page.get_data(as_text=True)
    assert "DE" in text_of(owner, f"{shop.url}/settings/legal")


def test_the_store_is_set_up_previewed_opened_and_closed(app: Flask, shop: Shop, owner: Person) -> None:
    with tenant_scope(shop.world.id), unit_of_work():
        close_store(info())
    home = text_of(owner, f"{shop.url}/")
    assert "Set up your store" in home and home.count('data-done="yes"') == 1  # the product
    owner.post(f"{shop.url}/store/open")
    assert "Publish your terms of sale first" in text_of(owner, f"{shop.url}/settings")
    assert not info().is_open
    link = owner.get(f"{shop.url}/store/preview")
    assert link.status_code == 303 and link.headers["Location"].startswith(f"{SHOP_URL}/preview/")
    looker = app.test_client()
    assert looker.get(link.headers["Location"]).status_code == 303
    assert looker.get("/", base_url=SHOP_URL).status_code == 200
    with tenant_scope(shop.world.id), unit_of_work():
        legal_pages.save_draft(info(), "terms", "Terms", "Be kind.")
        legal_pages.publish(info(), "terms")
    owner.post(f"{shop.url}/store/open")
    assert info().is_open and "Set up your store" not in text_of(owner, f"{shop.url}/")
    assert owner.get(f"{shop.url}/store/preview").headers["Location"] == f"{SHOP_URL}/"
    owner.post(f"{shop.url}/store/close")
    assert not info().is_open
    log = text_of(owner, f"{shop.url}/audit")
    assert "Opened the store" in log and "Closed the store" in log


def test_others_change_nothing_here(shop: Shop, person: Any) -> None:
    below = ("look/theme", "look/colours", "look/pictures/logo", "navigation", "legal/terms")
    paths = [f"{shop.url}/settings/{one}" for one in (*below, "legal/terms/unpublish")]
    paths += [f"{shop.url}/store/open", f"{shop.url}/store/close"]
    for name, status in (("support", 403), ("stranger", 404)):
        visitor = person(name)
        assert {visitor.post(path).status_code for path in paths} == {status}
