"""An order of a thousand keys and hundreds of steps in the admin: a page of each at a time."""

from __future__ import annotations

import re
from datetime import timedelta
from html import unescape
from typing import Any

import pytest
from sqlalchemy import select

from mtc.catalog.models import StockItem
from mtc.catalog.services import stock_reservation
from mtc.core import clock
from mtc.core.db import session, unit_of_work
from mtc.core.ids import uuid7
from mtc.core.tenancy import tenant_scope
from mtc.events.models import Event
from mtc.orders import queries
from mtc.payments.services import mark_paid
from mtc.tasks.services import run_due
from tests.admin.conftest import Shop, place
from tests.admin.people import Person
from tests.servers.database import both_databases, counted
from tests.storefront.many import enlarge

KEY_LINKS = r'href="([^"]+)"[^>]*hx-get="([^"]+)"[^>]*hx-target="#keys-'


def large(shop: Shop, count: int = 1000) -> str:
    """An order of so many keys, besides one of another pool."""
    with tenant_scope(shop.world.id), unit_of_work():
        sold = select(StockItem).where(StockItem.tenant_id == shop.world.id, StockItem.status == "available")
        for item in session.scalars(sold.where(StockItem.variant_id == shop.variant)):
            session.delete(item)
        stock_reservation.add_keys(shop.variant, [f"LARGE-{number:05d}-ABCD" for number in range(count + 1)])
    number = place(shop, [(shop.variant, min(count, 100)), (shop.other_variant, 1)], paid=False)
    with tenant_scope(shop.world.id), unit_of_work():
        order = queries.order_by_number(number)
        assert order is not None
        mark_paid(order.id, "test")
        enlarge(order, {shop.variant: count, shop.other_variant: 1})
    run_due()
    return number


def order_of(shop: Shop, number: str) -> Any:
    with tenant_scope(shop.world.id, readonly=True):
        return queries.order_by_number(number)


def told(shop: Shop, number: str, count: int) -> None:
    """So many more steps of an order, each named by its number, the last one a minute from now."""
    order = order_of(shop, number)
    with tenant_scope(shop.world.id), unit_of_work():
        # Some of the same moment, so that the id decides.
        moment = clock.now() + timedelta(minutes=1)
        session.add_all(
            Event(
                id=uuid7(), tenant_id=shop.world.id, name="order.attention", entity_type="order",
                entity_id=order.id, actor={}, data={"text": f"step {step:03d}."},
                created_at=moment - timedelta(seconds=(count - 1 - step) // 10),
            )
            for step in range(count)
        )  # fmt: skip


@both_databases
def test_an_order_of_a_thousand_keys_shows_fifty_of_each_line(shop: Shop, owner: Person) -> None:
    small = f"{shop.url}/orders/{place(shop, [(shop.variant, 1), (shop.other_variant, 1)])}"
    path = f"{shop.url}/orders/{large(shop)}"
    owner.get(path)
    with counted() as few:
        assert owner.get(small).status_code == 200
    with counted() as many:
        answer = owner.get(path)
    assert len(many) == len(few) <= 15
    page = unescape(answer.text)
    assert page.count("admin-key") == 51
    assert "Keys 1 to 50 of 1000" in page and page.count('aria-label="Keys"') == 1
    assert len(answer.data) < 200_000


@both_databases
def test_every_key_is_on_one_page_with_and_without_scripts(
    shop: Shop, owner: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("mtc.admin.orders.parts.KEYS_SHOWN", 3)
    path = f"{shop.url}/orders/{large(shop, 7)}"
    page, seen, parts = unescape(owner.get(path).text), [], []
    while True:
        seen.append(re.findall(r'id="key-([0-9a-f-]{36})"', page))
        following = re.search('rel="next" ' + KEY_LINKS, page)
        if following is None:
            break
        part = owner.partial(following[2])
        assert part.status_code == 200 and "<html" not in part.text
        parts.append(re.findall(r'id="key-([0-9a-f-]{36})"', part.text))
        page = unescape(owner.get(following[1].partition("#")[0]).text)
    assert [len(one) for one in seen] == [4, 4, 2]  # one is the key of the other line
    assert [len(one) for one in parts] == [3, 1]
    assert set(parts[0]) < set(seen[1]) and set(parts[1]) < set(seen[2])
    assert len({key for one in seen for key in one}) == 8
    assert "Keys 7 to 7 of 7" in page
    back = re.search('rel="prev" ' + KEY_LINKS, page)
    assert back is not None
    assert re.findall(r'id="key-([0-9a-f-]{36})"', owner.get(back[1].partition("#")[0]).text) == seen[1]


@both_databases
def test_what_is_done_to_a_key_of_a_later_page_leads_back_to_it(
    shop: Shop, owner: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("mtc.admin.orders.parts.KEYS_SHOWN", 3)
    number = large(shop, 7)
    order, path = order_of(shop, number), f"{shop.url}/orders/{number}"
    query = f"?line={order.items[0].id}&page=2"
    page = unescape(owner.get(path + query).text)
    reveals = re.findall(r'action="([^"]+/reveal[^"]*)"', page)
    assert [one.endswith("/reveal" + query) for one in reveals] == [True, True, True, False]
    shown = owner.post(reveals[1])
    assert len(re.findall(r"LARGE-\d{5}-ABCD</code>", shown.text)) == 1
    assert "Keys 4 to 6 of 7" in shown.text
    [replace, *_] = re.findall(r'action="([^"]+/replace[^"]*)"', page)
    done = owner.post(replace, {"reason": "used"})
    assert (done.status_code, done.headers["Location"]) == (303, path + query)


def test_other_words_in_the_address_show_the_beginning(shop: Shop, owner: Person) -> None:
    path = f"{shop.url}/orders/{shop.order}"
    first = re.findall(r'id="key-([0-9a-f-]{36})"', owner.get(path).text)
    line, nobody = order_of(shop, shop.order).items[0].id, uuid7()
    for query in ("line=x&page=2", f"line={line}&page=0", f"line={line}&page=99", f"line={nobody}&page=1"):
        assert re.findall(r'id="key-([0-9a-f-]{36})"', owner.get(f"{path}?{query}").text) == first, query
    assert owner.partial(f"{path}?line={nobody}&page=1").status_code == 404
    assert owner.get(f"{path}?before=rubbish").status_code == 400
    assert owner.partial(f"{path}?before=rubbish").status_code == 400


@both_databases
def test_the_timeline_shows_older_steps_without_end(shop: Shop, owner: Person) -> None:
    path = f"{shop.url}/orders/{shop.order}"
    told(shop, shop.order, 260)
    with counted() as statements:
        page = unescape(owner.get(path).text)
    steps = re.findall(r"step (\d{3})\.", page)
    assert steps == [f"{number:03d}" for number in range(259, 209, -1)]
    labels = page.count('class="timeline-label"')
    while following := re.search(r'href="([^"#]+)#timeline"[^>]*hx-get="([^"]+)"', page):
        assert following[1] == following[2]
        page = unescape(owner.partial(following[2]).text)
        assert "<html" not in page
        steps += re.findall(r"step (\d{3})\.", page)
        labels += page.count('class="timeline-label"')
        last = following[1]
    assert steps == [f"{number:03d}" for number in range(259, -1, -1)]
    assert "Ordered" in page and "Show older" not in page
    with tenant_scope(shop.world.id, readonly=True):
        assert labels == len(queries.timeline(order_of(shop, shop.order).id, limit=1000).items) > 260
    with counted() as fewer:
        whole = unescape(owner.get(last).text)
    assert "Ordered" in whole and f'href="{path}#timeline"' in whole
    assert len(fewer) == len(statements)
