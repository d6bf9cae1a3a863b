"""Pools of keys: the report by line, CSV, limits, warning levels, keys set aside."""

from __future__ import annotations

import io
import re
from html import unescape
from typing import Any

from mtc.catalog import queries
from mtc.catalog.services import stock_reservation
from mtc.core.db import unit_of_work
from mtc.core.tenancy import tenant_scope
from mtc.tasks.services import run_due
from tests.admin.conftest import Shop
from tests.admin.people import Person
from tests.servers.database import both_databases


def _text(answer: Any) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", answer.get_data(as_text=True)))


def _left(shop: Shop) -> int:
    with tenant_scope(shop.world.id, readonly=True):
        return queries.stock_counts([shop.variant])[shop.variant].get("available", 0)


@both_databases
def test_pasted_keys_are_reported_by_line(shop: Shop, owner: Person) -> None:
    before = _left(shop)
    lines = ["NEW-KEY-00001", "acme-SF-1-KEY-0003", "NEW-KEY-00002", "", "NEW-KEY-00001", "x1" * 10_001]
    answer = owner.post(f"{shop.url}/stock/{shop.variant}", {"keys": "\r\n".join(lines), "batch": "May"})
    page = _text(answer)
    assert answer.status_code == 200
    assert "2 added" in page
    assert "1 in stock or sold already" in page
    assert "1 twice in the upload" in page
    assert "Line 2 This key is in stock, or was sold, already." in page
    assert "Line 5 The same key as on line 1." in page
    assert "Line 6 A key has at most 20,000 characters." in page
    assert "NEW-KEY-00001" not in page
    assert _left(shop) == before + 2
    assert "May" in page


def test_what_cannot_be_added_is_said_and_kept(shop: Shop, owner: Person) -> None:
    url, before = f"{shop.url}/stock/{shop.variant}", _left(shop)
    assert owner.post(url, {"keys": "  \n "}).status_code == 422
    many = "\n".join(f"M{n:06}" for n in range(100_001))
    answer = owner.post(url, {"keys": many, "batch": "Too many"})
    assert answer.status_code == 422
    assert 'value="Too many"' in answer.get_data(as_text=True)
    for data in (b"\x00\x00\x01rubbish\x00\x00", b"PK\x03\x04rubbish", b"%PDF-1.7"):
        answer = owner.post(url, {"file": (io.BytesIO(data), "k.csv")}, content_type="multipart/form-data")
        assert answer.status_code == 422
    assert _left(shop) == before


def test_ten_thousand_keys_fit(shop: Shop, owner: Person) -> None:
    before = _left(shop)
    many = "\n".join(f"BULK-KEY-{n:06}" for n in range(10_000))
    assert owner.post(f"{shop.url}/stock/{shop.variant}", {"keys": many}).status_code == 303
    run_due()
    assert _left(shop) == before + 10_000


def test_the_warning_level_is_kept(shop: Shop, owner: Person) -> None:
    url = f"{shop.url}/stock/{shop.variant}"
    assert owner.post(f"{url}/level", {"low_at": "7"}).status_code == 303
    assert 'value="7"' in owner.get(url).get_data(as_text=True)
    for typed in ("-1", "many", "9" * 30):
        assert owner.post(f"{url}/level", {"low_at": typed}).status_code == 400
    assert "/stock/" + str(shop.variant) in owner.get(f"{shop.url}/stock?show=low").get_data(as_text=True)


def test_a_key_is_set_aside_once(shop: Shop, owner: Person) -> None:
    before, url = _left(shop), f"{shop.url}/stock/{shop.variant}"
    page = owner.get(url).get_data(as_text=True)
    item = re.findall(r"/keys/([0-9a-f-]{36})/aside", page)[0]
    assert owner.post(f"{url}/keys/{item}/aside").status_code == 303
    assert owner.post(f"{url}/keys/{item}/aside").status_code == 404
    assert _left(shop) == before - 1


@both_databases
def test_pools_are_found(shop: Shop, owner: Person) -> None:
    for query, found in (
        ("", True),
        ("?q=star", True),
        ("?q=sf-1", True),
        ("?q=%25", False),
        ("?q=zzz", False),
    ):
        page = owner.get(f"{shop.url}/stock{query}").get_data(as_text=True)
        assert (f"/stock/{shop.variant}" in page) is found, query


def test_batches_are_shown_a_page_at_a_time(shop: Shop, owner: Person) -> None:
    with tenant_scope(shop.world.id), unit_of_work():
        for number in range(45):
            stock_reservation.add_keys(
                shop.variant, [f"PAGED-{number:03d}-ABCD"], batch=f"Batch {number:03d}."
            )
    page, seen = owner.get(f"{shop.url}/stock/{shop.variant}").text, []
    while True:
        part = page.partition('id="batches"')[2]
        seen.append(re.findall(r"<strong>Batch (\d{3})\.</strong>", part))
        older = re.search(r'href="([^"]+)#batches"[^>]*>\s*<span>Show older', part)
        if older is None:
            break
        page = owner.get(unescape(older[1])).text
    assert [len(one) for one in seen] == [20, 20, 5]
    assert [name for one in seen for name in one] == [f"{number:03d}" for number in range(44, -1, -1)]
    assert "Back to the newest" in page
    assert owner.get(f"{shop.url}/stock/{shop.variant}?batches=rubbish").status_code == 400
