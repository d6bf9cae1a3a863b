"""Files of keys in the admin: looked at first, asked about, added, and taken back."""

from __future__ import annotations

import io
import re
from datetime import timedelta
from html import unescape
from typing import Any
from uuid import uuid4

import pytest

from mtc.catalog import queries
from mtc.catalog.services import stock_reservation
from mtc.catalog.services.stock_file_uploads import purge_uploads
from mtc.core import clock
from mtc.core.db import unit_of_work
from mtc.core.ids import uuid7
from mtc.core.tenancy import tenant_scope
from tests.admin.conftest import Shop
from tests.admin.people import Person
from tests.servers.database import both_databases


def _keys(shop: Shop) -> list[str]:
    """What a buyer of everything that is left would get, the newest first."""
    with tenant_scope(shop.world.id), unit_of_work() as work:
        left = queries.stock_counts([shop.variant])[shop.variant].get("available", 0)
        line = uuid7()
        taken = stock_reservation.take_many([stock_reservation.StockRequest(shop.variant, left, line)])[line]
        values = [stock_reservation.reveal(item) for item in taken]
        work.rollback()
    return values


def _send(shop: Shop, owner: Person, data: bytes, **more: Any) -> Any:
    return owner.post(
        f"{shop.url}/stock/{shop.variant}",
        {"file": (io.BytesIO(data), "list.csv"), "keys": "", **more},
        content_type="multipart/form-data",
    )


def _chosen(page: str) -> dict[str, str]:
    return dict(re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)">', page))


@both_databases
def test_b01_a_file_is_shown_and_only_then_added(shop: Shop, owner: Person) -> None:
    before = _keys(shop)
    rows = ["License Key,Product,Status", *(f"AAAA-BBBB-000{n},Header trap,available" for n in (1, 2))]
    data = "\n".join(rows).encode()
    answer = _send(shop, owner, data, batch="May")
    assert answer.status_code == 303
    assert _keys(shop) == before
    place = answer.headers["Location"]
    page = owner.get(place).get_data(as_text=True)
    assert "Add 2 keys" in page and "AAAA-BBBB-0001" in page and 'value="May"' in page
    form = _chosen(page)
    assert form == {
        "csrf_token": form["csrf_token"], "encoding": "utf-8", "separator": "comma", "quotes": "yes",
        "heading": "yes", "column": "1",
    }  # fmt: skip
    added = owner.post(place, {**form, "batch": "June"})
    assert added.status_code == 200
    assert "2 added" in added.get_data(as_text=True) and "June" in added.get_data(as_text=True)
    assert _keys(shop) == [*before, "AAAA-BBBB-0001", "AAAA-BBBB-0002"]
    assert owner.post(place, form).status_code == 404


@both_databases
def test_b01_a_column_that_is_not_clear_has_to_be_chosen(shop: Shop, owner: Person) -> None:
    before = _keys(shop)
    place = _send(shop, owner, b"TWO-1,note\nTWO-2,note\n").headers["Location"]
    page = owner.get(place).get_data(as_text=True)
    assert "none is headed like a key" in page and "Add 2 keys" not in page
    refused = owner.post(place, {"separator": "comma"})
    assert refused.status_code == 422 and "none is headed like a key" in refused.get_data(as_text=True)
    assert _keys(shop) == before
    chosen = owner.get(f"{place}?column=1&heading=no&separator=comma&quotes=yes&encoding=utf-8")
    assert "Add 2 keys" in chosen.get_data(as_text=True)
    assert owner.post(place, _chosen(chosen.get_data(as_text=True))).status_code == 200
    assert _keys(shop) == [*before, "TWO-1", "TWO-2"]


def test_b01_pasted_columns_are_shown_first(shop: Shop, owner: Person) -> None:
    for text in ("License Key\nPA-1\nPA-2", "Key\tNote\nPA-1\tx", '"PA-1\nPA-2', "A-1,x"):
        answer = owner.post(f"{shop.url}/stock/{shop.variant}", {"keys": text})
        assert answer.status_code == 303, text
        assert owner.get(answer.headers["Location"]).status_code == 200
    assert owner.post(f"{shop.url}/stock/{shop.variant}", {"keys": "PLAIN-1\nPLAIN-2"}).status_code == 200


@both_databases
def test_b02_lines_and_blanks_of_keys_are_kept_until_they_are_shown(shop: Shop, owner: Person) -> None:
    data = 'Key;Note\r\n"LINE-1\r\n  LINE-2";a\r\n"B  2";b\r\n;c\r\nC-3;d\r\n'.encode("utf-16")
    place = _send(shop, owner, data).headers["Location"]
    page = owner.get(place).get_data(as_text=True)
    assert "<code>LINE-1\n  LINE-2</code>" in page
    added = owner.post(place, _chosen(page)).get_data(as_text=True)
    assert "3 added" in added and "<strong>Line 5</strong> There is no key on this line." in added
    assert _keys(shop)[-3:] == ["LINE-1\n  LINE-2", "B  2", "C-3"]


@both_databases
def test_b06_unseen_signs_make_no_second_copy(shop: Shop, owner: Person) -> None:
    url = f"{shop.url}/stock/{shop.variant}"
    assert owner.post(url, {"keys": "SAME-0001"}).status_code == 200
    answer = owner.post(url, {"keys": "SA\u200bME-0001\n\ufeffSAME-0001\nSAME\u00ad-0001"})
    page = answer.get_data(as_text=True)
    assert "0 added" in page and "1 in stock or sold already" in page and "2 twice in the upload" in page


def test_a_file_that_is_read_in_another_way_is_shown_again(shop: Shop, owner: Person) -> None:
    place = _send(shop, owner, "Schlüssel;Größe\nK-1;ä\nK-2;ö\n".encode("cp1252")).headers["Location"]
    page = owner.get(place).get_data(as_text=True)
    assert "Say which encoding it has" in page
    assert "Größe" in owner.get(f"{place}?encoding=windows-1252").get_data(as_text=True)
    wrong = owner.get(f"{place}?encoding=utf-8")
    assert wrong.status_code == 200 and "not written in UTF-8" in unescape(wrong.get_data(as_text=True))
    for hostile in ("encoding=x", "column=0", "column=99", "separator=%22", "heading=2", "column=%3Cb%3E"):
        assert owner.get(f"{place}?{hostile}").status_code == 200, hostile
    assert owner.post(place, {"column": "99"}).status_code == 422


def test_a_file_is_its_senders_alone_and_goes_after_an_hour(
    shop: Shop, rival: Shop, owner: Person, person: Any
) -> None:
    place = _send(shop, owner, b"Key,Note\nK-1,x\n").headers["Location"]
    assert owner.get(place).status_code == 200
    for other in ("support", "stranger"):
        assert person(other).get(place).status_code in (403, 404)
    assert owner.get(place.replace(str(shop.variant), str(shop.other_variant))).status_code == 404
    assert owner.get(f"{shop.url}/stock/{shop.variant}/imports/{uuid4()}").status_code == 404
    with clock.frozen(clock.now() + timedelta(minutes=61)), tenant_scope(shop.world.id), unit_of_work():
        assert purge_uploads() == 1
    assert owner.get(place).status_code == 404


@both_databases
def test_a_batch_is_taken_back_while_nothing_of_it_is_sold(shop: Shop, owner: Person) -> None:
    url, before = f"{shop.url}/stock/{shop.variant}", _keys(shop)
    owner.post(url, {"keys": "WRONG-1\nWRONG-2", "batch": "Wrong"})
    [undo] = re.findall(r'action="([^"]+/batches/\d+/undo)"', owner.get(url).get_data(as_text=True))
    assert owner.post(undo).status_code == 303
    assert _keys(shop) == before
    assert owner.post(undo).status_code == 404
    owner.post(url, {"keys": "WRONG-1\nWRONG-2", "batch": "Wrong"})
    [undo] = re.findall(r'action="([^"]+/batches/\d+/undo)"', owner.get(url).get_data(as_text=True))
    with tenant_scope(shop.world.id), unit_of_work():
        stock_reservation.take_many([stock_reservation.StockRequest(shop.variant, len(before) + 1, uuid7())])
    assert owner.post(undo).status_code == 409
    assert _keys(shop) == ["WRONG-2"]
    assert owner.post(f"{url}/batches/{'9' * 60}/undo").status_code == 404


def test_undo_is_not_offered_for_what_was_sold(shop: Shop, owner: Person) -> None:
    """The first batch of the shop has two keys with a buyer."""
    assert "/undo" not in owner.get(f"{shop.url}/stock/{shop.variant}").get_data(as_text=True)


@pytest.mark.parametrize("heading", ["Serial Key", "license__license_key", "Clé", "Ключ", "產品金鑰"])
def test_b01_no_heading_reaches_a_pool(shop: Shop, owner: Person, heading: str) -> None:
    before = _keys(shop)
    for separator in ",;\t|":
        text = f"{heading}{separator}Product\nK{ord(separator)}-1{separator}x\n"
        place = _send(shop, owner, text.encode()).headers["Location"]
        owner.post(place, _chosen(owner.get(place).get_data(as_text=True)))
    assert _keys(shop)[len(before) :] == [f"K{ord(one)}-1" for one in ",;\t|"]
