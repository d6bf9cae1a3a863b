"""B21: files beyond 4 GiB are sent from any byte, in pieces, and counted by what was sent."""

from __future__ import annotations

import os
import re
from pathlib import Path
from uuid import UUID

import pytest
from sqlalchemy import select, update

from mtc.core.crypto import unsign
from mtc.core.db import session, unit_of_work
from mtc.core.tenancy import tenant_scope
from mtc.delivery.models import Download
from mtc.delivery.services.downloads import PURPOSE
from mtc.infra.storage.base import CHUNK
from mtc.infra.storage.local import LocalStorage
from mtc.media.models import Media
from tests.fakes.ports import FakePorts
from tests.servers.database import both_databases
from tests.storefront.conftest import Browser, Shop
from tests.storefront.many import buy

pytestmark = both_databases
SIZE = 5_000_000_000 + 300_000
# The borders of 31, 32 and 33 bits, where the report began, and the end.
MARKS = (0, 2**31 - 4, 2**32 - 4, 4_999_999_996, SIZE - 8)
MARK = b"-marked-"


@pytest.fixture
def link(
    browser: Browser, shop: Shop, ports: FakePorts, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> str:
    """The link of a bought file that is 5 GB long, all zeros but its marks; it takes no room on the disk."""
    order = buy(browser, (shop.file_variant, 1))
    found = re.search(r'href="(/d/[^"]+)"', order.page())
    assert found is not None
    with tenant_scope(shop.tenant_id), unit_of_work():
        key = session.scalars(select(Media.storage_key).where(Media.is_private)).one()
        session.execute(
            update(Media).where(Media.tenant_id == shop.tenant_id, Media.is_private).values(size=SIZE)
        )
    path = tmp_path / key
    path.parent.mkdir(parents=True)
    with path.open("wb") as file:
        for at in MARKS:
            os.pwrite(file.fileno(), MARK, at)
    assert path.stat().st_size == SIZE and path.stat().st_blocks * 512 < 10**6
    local = LocalStorage(tmp_path)
    for name in ("read_range", "stat", "open", "exists"):
        monkeypatch.setattr(ports.storage, name, getattr(local, name))
    return found[1]


def used(shop: Shop, link: str) -> int:
    with tenant_scope(shop.tenant_id), unit_of_work():
        query = select(Download.used).where(
            Download.id == UUID(unsign(link.removeprefix("/d/"), PURPOSE)["d"])
        )
        return int(session.scalars(query).one())


def received(shop: Shop) -> list[list[int]]:
    """Which bytes of the copy in progress were recorded."""
    with tenant_scope(shop.tenant_id), unit_of_work():
        pieces: list[list[int]] = session.scalars(select(Download.progress)).one()["received"]
        return pieces


RANGES = {
    # what is asked for: the first byte and the one behind the last
    "bytes=5000000000-": (5_000_000_000, SIZE),
    "bytes=5000000000-5000000099": (5_000_000_000, 5_000_000_100),
    "bytes=4999999996-5000000003": (4_999_999_996, 5_000_000_004),
    f"bytes={2**31 - 4}-{2**31 + 3}": (2**31 - 4, 2**31 + 4),
    f"bytes={2**32 - 4}-{2**32 + 3}": (2**32 - 4, 2**32 + 4),
    "bytes=-8": (SIZE - 8, SIZE),
    "bytes=-300000": (5_000_000_000, SIZE),
    "bytes=0-7": (0, 8),
    f"bytes={SIZE - 8}-99999999999": (SIZE - 8, SIZE),
}


@pytest.mark.parametrize("asked", RANGES)
def test_b21_any_range_of_a_big_file_is_sent(browser: Browser, link: str, asked: str) -> None:
    start, end = RANGES[asked]
    answer = browser.get(link, headers={"Range": asked})
    assert (answer.status_code, len(answer.data)) == (206, end - start)
    assert answer.headers["Content-Range"] == f"bytes {start}-{end - 1}/{SIZE}"
    assert answer.headers["Content-Length"] == str(end - start)
    for at in MARKS:
        if start <= at and at + len(MARK) <= end:
            assert answer.data[at - start : at - start + len(MARK)] == MARK
    assert answer.data.count(MARK) == sum(start <= at and at + len(MARK) <= end for at in MARKS)


def test_b21_a_big_file_is_told_without_being_read_and_nothing_is_behind_it(
    browser: Browser, shop: Shop, link: str
) -> None:
    head = browser.client.head(link, base_url=browser.base)
    assert (head.status_code, head.headers["Content-Length"], head.data) == (200, str(SIZE), b"")
    assert head.headers["Accept-Ranges"] == "bytes"
    for beyond in (SIZE, 2**40, 10**17):
        assert browser.get(link, headers={"Range": f"bytes={beyond}-"}).status_code == 416
    assert used(shop, link) == 0


def test_b21_the_whole_goes_out_in_small_pieces_and_can_be_left(
    browser: Browser, shop: Shop, link: str
) -> None:
    """The first 300 MB of the whole: no piece is larger than a chunk, and what was sent is recorded."""
    answer = browser.get(link, buffered=False)
    assert (answer.status_code, answer.headers["Content-Length"]) == (200, str(SIZE))
    sent = 0
    for piece in answer.response:
        assert len(piece) <= CHUNK
        sent += len(piece)
        if sent >= 300_000_000:
            break
    answer.close()
    assert (used(shop, link), received(shop)) == (0, [[0, sent]])
    again = browser.get(link, headers={"Range": f"bytes={SIZE - 8}-", "If-Range": answer.headers["ETag"]})
    assert (again.status_code, again.data) == (206, MARK)
    assert received(shop) == [[0, sent], [SIZE - 8, SIZE]]
