"""B08, an order of many keys: revealed at once, copied, fetched as files; for who may see them."""

from __future__ import annotations

import csv
import io
import re
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select

from mtc.catalog.models import StockItem
from mtc.catalog.services.stock_reservation import value_of
from mtc.core.db import session, unit_of_work
from mtc.core.i18n import use_locale
from mtc.core.tenancy import tenant_scope
from mtc.events.models import Event
from mtc.orders import queries
from mtc.orders.presenters import timeline_view
from mtc.payments.services import refund
from mtc.storefront.key_files import csv_of
from tests.servers.database import both_databases
from tests.storefront.conftest import Browser, Shop, add_product, settle
from tests.storefront.many import Bought, add_keys, empty, line_ids, many, placed
from tests.storefront.test_account import _register, _token

WAYS = ("reveal", "keys.txt", "keys.csv")


def keys_of(shop: Shop, order: Bought) -> list[str]:
    """What the order holds, in the order of delivery."""
    with tenant_scope(shop.tenant_id), unit_of_work():
        found = queries.order_by_number(order.number)
        assert found is not None
        return [value_of(unit) for unit in queries.units_of([item.id for item in found.items])]


def events(shop: Shop, name: str) -> list[dict[str, Any]]:
    with tenant_scope(shop.tenant_id), unit_of_work():
        return list(session.scalars(select(Event.data).where(Event.name == name).order_by(Event.id)))


def rows_of(text: str) -> list[list[str]]:
    assert text.startswith("\ufeff")
    return list(csv.reader(io.StringIO(text[1:], newline="")))


@both_databases
def test_b08_all_keys_are_revealed_at_once_and_each_is_written_down(browser: Browser, shop: Shop) -> None:
    order = many(browser, shop, 60)
    page = order.page()
    assert "Reveal all" in page and "60 keys" in page and "Keys 1 to 20 of 60" in page
    assert page.count('data-revealed="no"') == 20 and "MANY-" not in page
    browser.post(re.findall(r'action="(/orders/[^"]+/reveal/[^"]+)"', page)[3])
    assert "59 not revealed yet" in order.page()
    [line] = line_ids(page)
    shown = browser.post(order.below("reveal"), {"line": line})
    assert (shown.status_code, shown.location) == (303, f"{order.url.removeprefix(browser.base)}#line-{line}")
    page = order.page()
    assert "Reveal all" not in page and page.count('data-revealed="yes"') == 20
    keys = keys_of(shop, order)
    assert re.findall(r'<code class="key-value" translate="no">([^<]+)<', page) == keys[:20]
    assert [one["first"] for one in events(shop, "order.key_revealed")] == [True] * 60
    assert len({one["unit"] for one in events(shop, "order.key_revealed")}) == 60
    assert len(events(shop, "key.revealed")) == 60
    [act] = events(shop, "order.keys_revealed")
    assert (act["count"], act["first"], act["how"], act["ip"]) == (60, 59, "page", "127.0.0.1")
    browser.post(order.below("keys.txt"))
    assert len(events(shop, "order.key_revealed")) == 60
    assert [(one["first"], one["how"]) for one in events(shop, "order.keys_revealed")][1:] == [(0, "txt")]
    with tenant_scope(shop.tenant_id), unit_of_work():
        found = queries.order_by_number(order.number)
        assert found is not None
        steps = reversed(timeline_view(found.id).items)
        told = [(step.label, step.text) for step in steps if "evealed" in step.label]
    text = "60 keys of Star Harbour"
    assert told == [("Key revealed", "Star Harbour"), ("Keys revealed", text), ("Keys revealed", text)]


@both_databases
def test_b08_files_hold_exactly_the_keys(browser: Browser, shop: Shop) -> None:
    order = many(browser, shop, 25)
    text = browser.post(order.below("keys.txt"))
    assert text.status_code == 200 and text.mimetype == "text/plain"
    keys = keys_of(shop, order)
    assert text.text == "\n".join(keys) + "\n" and len(set(keys)) == 25
    table = browser.post(order.below("keys.csv"), {"line": line_ids(order.page())[0]})
    assert table.mimetype == "text/csv" and table.mimetype_params == {"charset": "utf-8"}
    assert rows_of(table.get_data(as_text=True)) == [
        ["product", "variant", "key"], *(["Star Harbour", "", key] for key in keys),
    ]  # fmt: skip
    names = (f"{order.number}-keys.txt", f"{order.number}-star-harbour-keys.csv")
    for answer, name in zip((text, table), names, strict=True):
        assert answer.headers["Content-Disposition"] == f'attachment; filename="{name}"'
        assert answer.headers["Cache-Control"] == "no-store"
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
    with tenant_scope(shop.tenant_id), unit_of_work():
        seen = select(func.count()).select_from(StockItem).where(StockItem.revealed_at.is_not(None))
        assert session.scalar(seen) == 25


# A key, its cell, and what the note beside it says.
CELLS = [
    ("=1+1", "'=1+1", "apostrophe"),
    ("+49-AAAA", "'+49-AAAA", "apostrophe"),
    ("-----BEGIN", "'-----BEGIN", "apostrophe"),
    ("@SUM(A1)", "'@SUM(A1)", "apostrophe"),
    ("'QUOTED", "''QUOTED", "apostrophe"),
    ("'=QUOTED", "''=QUOTED", "apostrophe"),
    ("＝WIDE", "'＝WIDE", "apostrophe"),
    ("AB;=CD", "", ".txt"),
    ('A"B,C', 'A"B,C', ""),
    ("PLAIN=KEY+1", "PLAIN=KEY+1", ""),
    ("-12345", "-12345", ""),
    ("0012345678901234567", "0012345678901234567", ""),
    ("Ключ-日本", "Ключ-日本", ""),
]


def test_b08_no_key_of_a_file_is_a_formula_or_another_key(browser: Browser, shop: Shop) -> None:
    """In the .txt each is exact; in the .csv one apostrophe in front is ours, or the cell is empty."""
    empty(shop)
    add_keys(shop, [key for key, _, _ in CELLS])
    add_keys(shop, [f"SPARE-{number}" for number in range(20)])
    order = placed(browser, shop, (shop.key_variant, len(CELLS)))
    lines = browser.post(order.below("keys.txt")).text.splitlines()
    assert sorted(lines) == sorted(key for key, _, _ in CELLS)
    head, *rows = rows_of(browser.post(order.below("keys.csv")).get_data(as_text=True))
    assert head == ["product", "variant", "key", "note"]
    with use_locale("de"):
        assert csv_of([]) == '\ufeff"Produkt","Variante","Schlüssel"\r\n'
    written = {key: (row[2], row[3]) for key, row in zip(lines, rows, strict=True)}
    for key, cell, note in CELLS:
        assert written[key][0] == cell and note in written[key][1] and bool(note) == bool(written[key][1])
        assert cell in ("", key) or cell.removeprefix("'") == key


def test_b08_keys_of_several_lines_and_several_items(browser: Browser, shop: Shop) -> None:
    with tenant_scope(shop.tenant_id), unit_of_work():
        other = add_product("Licences", [], None, {"price": 500, "stock_source": "pool"})
    long = "-----BEGIN-----\nabc\n-----END-----"
    add_keys(shop, [long, "ONE\nTWO"], other)
    order = placed(browser, shop, (shop.key_variant, 2), (other, 2))
    page = order.page()
    assert "All keys of this order" in page and page.count("Reveal all") == 3
    first, second = keys_of(shop, order)[:2], keys_of(shop, order)[2:]
    if long in first:
        first, second = second, first
    text = browser.post(order.below("keys.txt")).get_data(as_text=True)
    assert text == "Star Harbour\n" + "\n".join(first) + "\n\nLicences\n" + "\n\n".join(second) + "\n"
    _head, *rows = rows_of(browser.post(order.below("keys.csv")).get_data(as_text=True))
    assert [row[0] for row in rows] == ["Star Harbour"] * 2 + ["Licences"] * 2
    assert [row[2] for row in rows] == [*first, *("" if one == long else one for one in second)]


def test_b08_every_key_of_many_can_be_opened_alone(browser: Browser, shop: Shop) -> None:
    """Whoever hands keys on one by one finds each, and comes back to the page of it."""
    order = many(browser, shop, 45)
    masks, url = [], order.url
    for first, last in ((1, 20), (21, 40), (41, 45)):
        page = browser.get(url).text
        assert f"Keys {first} to {last} of 45" in page
        masks += re.findall(r'id="key-([^"]+)"', page)
        forward = re.search(r'rel="next" href="([^"]+)"', page)
        url = forward[1].replace("&amp;", "&") if forward else ""
    assert len(set(masks)) == 45 and not url
    reveal = re.findall(r'action="(/orders/[^"]+/reveal/[^"]+)"', page)[0].replace("&amp;", "&")
    place = browser.post(reveal).location
    assert "page=3" in place and place.endswith(f"#key-{masks[40]}")
    assert re.search(rf'id="key-{masks[40]}" data-revealed="yes"', browser.get(place).text)
    [line] = line_ids(page)
    for odd in ("page=0", "page=-1", "page=x", "page=99999", "page=999999999", "page=2&line=x", "page=٣"):
        answer = browser.get(f"{order.url}&line={line}&{odd}" if "line" not in odd else f"{order.url}&{odd}")
        assert answer.status_code == 200 and "Keys 1 to 20 of 45" in answer.text


def test_b08_other_browsers_get_nothing_and_take_nothing(browser: Browser, shop: Shop, site: Flask) -> None:
    order = many(browser, shop, 12)
    stranger = Browser(site.test_client(), browser.base, shop.tenant_id)
    bare = order.url.partition("?")[0]
    for way in WAYS:
        asked = stranger.post(order.below(way))
        assert asked.status_code == 303 and asked.location.endswith("#unlock") and "MANY" not in asked.text
        assert stranger.partial(order.below(way)).status_code == 403
        fetched = stranger.post(order.below(way), headers={"Sec-Fetch-Mode": "cors"})
        assert fetched.status_code == 403 and "MANY" not in fetched.text
        for secret in ("", "?t=", "?t=guess"):
            assert stranger.post(f"{bare}/{way}{secret}").status_code == 404
        assert browser.get(order.below(way)).status_code == 405
    for other in ("keys.exe", "keys.", "keys.TXT", "keys.txt.csv"):
        assert browser.post(order.below(other)).status_code == 404
    codes = {stranger.post(order.below("keys.txt")).status_code for _ in range(130)}
    assert codes == {303, 429}  # a stranger is limited, and the buyer is not by that
    assert events(shop, "order.keys_revealed") == []
    assert {browser.post(order.below("keys.txt")).status_code for _ in range(60)} == {200}


def test_b08_an_honest_buyer_meets_no_limit(browser: Browser, shop: Shop) -> None:
    order = many(browser, shop, 100)
    for way in WAYS * 6:
        assert browser.post(order.below(way)).status_code in (200, 303)
    for _ in range(60):
        browser.post(order.below("keys.txt"))
    assert browser.post(order.below("keys.txt")).status_code == 429


def test_b08_refunded_keys_are_in_no_file(browser: Browser, shop: Shop) -> None:
    order = many(browser, shop, 10)
    with tenant_scope(shop.tenant_id), unit_of_work():
        found = queries.order_by_number(order.number)
        assert found is not None
        refund(found.id, [(found.items[0].id, 4)], "")
        order_id = found.id
    settle()
    assert len(browser.post(order.below("keys.txt")).text.splitlines()) == 6
    assert "6 keys" in order.page()
    with tenant_scope(shop.tenant_id), unit_of_work():
        refund(order_id, None, "")
    settle()
    assert {browser.post(order.below(way)).status_code for way in WAYS} == {410}
    assert "Reveal all" not in order.page()


@pytest.mark.parametrize("line", ["x", "0" * 32, "00000000-0000-0000-0000-000000000000", "\u0000"])
def test_b08_lines_of_others_are_none_of_this_order(browser: Browser, shop: Shop, line: str) -> None:
    order = many(browser, shop, 3)
    assert {browser.post(order.below(way), {"line": line}).status_code for way in WAYS} <= {400, 404, 422}
    assert events(shop, "order.keys_revealed") == []


def test_b08_an_unpaid_order_has_no_keys_yet(browser: Browser, shop: Shop) -> None:
    order = placed(browser, shop, (shop.key_variant, 2), pay=False)
    assert {browser.post(order.below(way)).status_code for way in WAYS} == {409}


def test_b08_the_library_has_the_buttons_and_few_keys(browser: Browser, shop: Shop) -> None:
    order = many(browser, shop, 30)
    _register(browser, "ada@example.org")
    page = browser.get("/account/library").text
    assert page.count('class="key"') == 5 and "5 of 30 keys are shown here" in page
    [line] = line_ids(page)
    form = {"line": line, "from": "library", **_token(browser)}
    assert browser.post(order.below("reveal"), form).location == f"/account/library#line-{line}"
    assert browser.get("/account/library").text.count('data-revealed="yes"') == 5
    assert len(browser.post(order.below("keys.txt"), form).text.splitlines()) == 30
