"""Downloads over HTTP: what is asked in how many ways costs what goes out."""

from __future__ import annotations

import re

import pytest
from sqlalchemy import select

from mtc.core.db import session, unit_of_work
from mtc.core.tenancy import tenant_scope
from mtc.delivery.models import Download
from tests.fakes.ports import FakePorts
from tests.storefront.conftest import ARCHIVE, BUYER, Browser, Shop, settle

SIZE = len(ARCHIVE)


def row_of(shop: Shop) -> Download:
    with tenant_scope(shop.tenant_id), unit_of_work():
        return session.scalars(select(Download)).one()


@pytest.fixture
def link(browser: Browser, shop: Shop) -> str:
    """The link of a bought file, which may be downloaded twice."""
    browser.post("/cart/add", {"variant_id": str(shop.file_variant), "quantity": "1"})
    placed = browser.post("/checkout", {**BUYER, "payment_method": "test"})
    paid = browser.post(placed.location, {"choice": "pay", "card_number": "4242 4242 4242 4242"})
    settle()
    page = browser.get(paid.location).text
    assert "2 of 2 downloads left, until" in page
    found = re.search(r'href="(/d/[^"]+)"', page)
    assert found is not None
    return found[1]


def ask(browser: Browser, link: str, ranges: str = "", ip: str = "203.0.113.7") -> tuple[int, int]:
    """Status and length of the answer to a request for bytes."""
    headers = {"Range": f"bytes={ranges}"} if ranges else {}
    answer = browser.get(link, headers=headers, environ_base={"REMOTE_ADDR": ip})
    return answer.status_code, len(answer.data)


QUARTER = SIZE // 4
ONCE = {
    "probes": ["0-0", "0-1", "0-"],
    "segments out of order": [
        f"{2 * QUARTER}-{3 * QUARTER - 1}", f"0-{QUARTER - 1}", f"{QUARTER}-{2 * QUARTER - 1}",
        f"{3 * QUARTER}-",
    ],
    "from the end": [f"-{QUARTER}", f"0-{3 * QUARTER - 1}"],
    "many ranges at once, answered with the whole": ["0-1,5-9"],
}  # fmt: skip


@pytest.mark.parametrize("name", ONCE)
def test_one_download_is_counted_once(browser: Browser, shop: Shop, link: str, name: str) -> None:
    for ranges in ONCE[name]:
        assert ask(browser, link, ranges)[0] in (200, 206)
    row = row_of(shop)
    assert (row.used, row.progress["streams"]) == (1, {})


def test_heads_and_prefetches_cost_nothing(browser: Browser, shop: Shop, link: str) -> None:
    for _ in range(6):
        assert browser.client.head(link, base_url=browser.base).status_code == 200
        for name in ("Sec-Purpose", "Purpose", "X-Moz"):
            assert browser.get(link, headers={name: "prefetch"}).status_code == 503
    row = row_of(shop)
    assert (row.used, row.progress, row.last_used_at) == (0, {}, None)


def test_thirty_addresses_without_the_first_byte_are_counted(browser: Browser, shop: Shop, link: str) -> None:
    answers = [ask(browser, link, "1-", f"198.51.100.{number}") for number in range(30)]
    assert [status for status, _ in answers] == [206, 206] + [410] * 28
    row = row_of(shop)
    assert (row.used, row.max_downloads) == (2, 2)


def test_a_broken_stream_costs_what_went_out(browser: Browser, shop: Shop, link: str) -> None:
    answer = browser.get(link, buffered=False)
    next(answer.iter_encoded())
    answer.close()
    row = row_of(shop)
    assert (row.progress["streams"], row.used) == ({}, 1)  # it was one chunk: all of it went out


def test_a_missing_object_costs_nothing(browser: Browser, shop: Shop, link: str, ports: FakePorts) -> None:
    ports.storage.files.clear()
    assert browser.get(link).status_code == 404
    row = row_of(shop)
    assert (row.used, row.progress["streams"]) == (0, {})


def test_the_storage_is_asked_outside_of_transactions(
    browser: Browser, shop: Shop, link: str, ports: FakePorts, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A slow storage must not keep the one writer of SQLite, nor a connection."""
    from mtc.core.db import current_scope, running_session

    asked = []
    read_range = ports.storage.read_range

    def watched(*args: object) -> object:
        asked.append(current_scope() is not None and running_session().in_transaction())
        return read_range(*args)  # type: ignore[arg-type]

    monkeypatch.setattr(ports.storage, "read_range", watched)
    assert ask(browser, link) == (200, SIZE)
    assert asked == [False]
