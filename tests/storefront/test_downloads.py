"""Downloads over HTTP: what is asked in how many ways costs what goes out."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from sqlalchemy import select

from mtc.core import clock
from mtc.core.db import session, unit_of_work
from mtc.core.tenancy import tenant_scope
from mtc.delivery.models import Download
from mtc.delivery.services import download_token
from tests.fakes.ports import FakePorts
from tests.servers.kept import kept
from tests.storefront.conftest import ARCHIVE, BUYER, Browser, Shop, settle

SIZE = len(ARCHIVE)


def row_of(shop: Shop) -> Download:
    with tenant_scope(shop.tenant_id), unit_of_work():
        return session.scalars(select(Download)).one()


@pytest.fixture
@kept
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
PURPOSES = (
    ("Sec-Purpose", "prefetch"), ("Sec-Purpose", "prefetch;prerender"), ("Purpose", "prefetch"),
    ("X-Moz", "prefetch"), ("X-Purpose", "preview"),
)  # fmt: skip
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
def test_b14_one_download_is_counted_once(browser: Browser, shop: Shop, link: str, name: str) -> None:
    for ranges in ONCE[name]:
        assert ask(browser, link, ranges)[0] in (200, 206)
    row = row_of(shop)
    assert (row.used, row.progress["streams"]) == (1, {})


VARIANTS: dict[str, list[dict[str, str]]] = {
    # the headers of requests that follow each other; together they are one download
    "capitals and blanks": [{"Range": f"Bytes = 0 - {SIZE // 2 - 1}"}, {"Range": f"BYTES={SIZE // 2}-"}],
    "a probe, then no range": [{"Range": "bytes=0-0"}, {}],
    "a probe of the end, then no range": [{"Range": "bytes=-1"}, {}],
    "halves that overlap by a byte": [{"Range": f"bytes=0-{SIZE // 2}"}, {"Range": f"bytes={SIZE // 2}-"}],
    "an end beyond the file": [{"Range": "bytes=0-999999999999"}],
    "a range that is none": [{"Range": "bytes=9-2"}],
    "another unit": [{"Range": "items=0-5"}],
    "two probes at once": [{"Range": "bytes=0-0,-1"}],
    "another version": [{"Range": "bytes=5-", "If-Range": '"another"'}],
    "a date": [{"Range": "bytes=5-", "If-Range": "Sun, 29 Nov 2026 10:00:00 GMT"}],
}


@pytest.mark.parametrize("name", VARIANTS)
def test_b14_however_clients_ask_it_is_one_download(
    browser: Browser, shop: Shop, link: str, name: str
) -> None:
    for headers in VARIANTS[name]:
        assert browser.get(link, headers=headers).status_code in (200, 206)
    assert row_of(shop).used == 1


def test_b14_the_version_that_a_client_began_with_is_resumed_hours_later_by_another_link(
    browser: Browser, shop: Shop, link: str
) -> None:
    head = browser.client.head(link, base_url=browser.base).headers
    assert "Last-Modified" not in head  # a replaced file would keep it
    assert ask(browser, link, f"0-{SIZE // 2 - 1}") == (206, SIZE // 2)
    with clock.frozen(clock.now() + timedelta(hours=5)):
        with tenant_scope(shop.tenant_id), unit_of_work():
            other = f"/d/{download_token(session.scalars(select(Download)).one())}"
        assert other != link
        again = browser.get(other, headers={"Range": f"bytes={SIZE // 2}-", "If-Range": head["ETag"]})
    assert (again.status_code, len(again.data)) == (206, SIZE - SIZE // 2)
    assert row_of(shop).used == 1


def test_b13_heads_and_prefetches_cost_nothing(browser: Browser, shop: Shop, link: str) -> None:
    for _ in range(6):
        assert browser.client.head(link, base_url=browser.base).status_code == 200
        for name, said in PURPOSES:
            assert browser.get(link, headers={name: said}).status_code == 503
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


NAMES = {
    'Ünïcode "game", build #1 %20 – 日本.zip': (
        'attachment; filename="_n_code _game_, build #1 _20 _ __.zip"; '
        "filename*=UTF-8''%C3%9Cn%C3%AFcode%20%22game%22%2C%20build%20%231%20%2520%20%E2%80%93%20%E6%97%A5"
        "%E6%9C%AC.zip"
    ),
    "a\r\nX-Evil: 1.zip": 'attachment; filename="a X-Evil: 1.zip"',
    "../../etc/passwd": 'attachment; filename=".._.._etc_passwd"',
}


@pytest.mark.parametrize("name", NAMES)
def test_b22_odd_names_of_files_do_not_break_the_download(
    browser: Browser, shop: Shop, link: str, name: str
) -> None:
    with tenant_scope(shop.tenant_id), unit_of_work():
        session.scalars(select(Download)).one().filename = name
    for answer in (browser.client.head(link, base_url=browser.base), browser.get(link)):
        assert (answer.status_code, answer.headers["Content-Disposition"]) == (200, NAMES[name])
        assert "X-Evil" not in answer.headers
