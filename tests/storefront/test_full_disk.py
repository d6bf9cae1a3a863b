"""The disk is full: an order is refused in a sentence and leaves nothing behind, wherever room gives out."""

import errno
import re
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import Engine, event
from sqlalchemy.exc import OperationalError

from mtc.core.database_errors import is_full
from tests.backup.places import Rows, rows_now
from tests.storefront.conftest import BUYER, Browser, Shop

SENTENCE = "Nothing can be saved here just now: nothing was changed, ordered or paid."


class Disk:
    """A disk that ends so many small pages behind what the database's file takes now."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._most = 0

    def tidy(self) -> None:
        """Write the file anew in small pages, without a free one."""
        self._engine.dispose()
        with closing(sqlite3.connect(str(self._engine.url.database))) as connection:
            connection.execute("PRAGMA journal_mode=DELETE")
            connection.execute("PRAGMA page_size=512")
            connection.execute("VACUUM")
            self._pages = connection.execute("PRAGMA page_count").fetchone()[0]

    def ends_after(self, pages: int) -> None:
        """New connections find so many pages more, and then no room."""
        self._most = self._pages + pages
        self._engine.dispose()

    def limit(self, connection: Any, _record: Any) -> None:
        """What every new connection is told."""
        connection.execute(f"PRAGMA max_page_count={self._most}")


@pytest.fixture
def disk(browser: Browser, database: Engine) -> Iterator[Disk]:
    """The disk under the shop's database."""
    found = Disk(database)
    event.listen(database, "connect", found.limit)
    yield found
    event.remove(database, "connect", found.limit)
    database.dispose()


def changed(before: Rows, after: Rows) -> set[str]:
    return {name for name in before if before[name] != after[name]}


def test_an_order_that_finds_no_room_leaves_nothing(
    browser: Browser, shop: Shop, disk: Disk, database: Engine
) -> None:
    """Room gives out at the first page, at the second, and so on until the order fits."""
    browser.post("/cart/add", {"variant_id": str(shop.key_variant), "quantity": "2"})
    total = re.search(r'name="expected_total" value="(\d+)"', browser.get("/checkout").text)
    assert total is not None
    order = {**BUYER, "payment_method": "test", "expected_total": total[1]}
    disk.tidy()
    before = rows_now()
    written: list[set[str]] = []
    seen: set[str] = set()

    def note(_connection: Any, _cursor: Any, sql: str, *_: Any) -> None:
        seen.add(sql.partition("(")[0].strip())

    event.listen(database, "after_cursor_execute", note)
    for pages in range(40):
        disk.ends_after(pages)
        seen.clear()
        answer = browser.post("/checkout", order)
        if answer.status_code == 303:
            break
        written.append({sql for sql in seen if sql.startswith("INSERT")})
        assert (answer.status_code, answer.headers["Retry-After"]) == (503, "600")
        assert SENTENCE in answer.text
        assert changed(before, rows_now()) == set()
    event.remove(database, "after_cursor_execute", note)
    # Room gave out in the middle of the order too, when its row had been written: that is what was undone.
    assert len(written) >= 2
    assert any("INSERT INTO orders" in one for one in written)
    assert answer.location.startswith(f"{browser.base}/pay/test/")
    after = rows_now()
    assert {"orders", "order_items", "payments", "stock_items", "events"} <= changed(before, after)
    assert (len(after["orders"]), len(after["order_items"])) == (1, 1)


def test_a_full_disk_is_told_from_other_failures(browser: Browser, site: Flask) -> None:
    class Said(Exception):
        sqlstate = "53100"

    assert is_full(OperationalError("INSERT", {}, Said("could not extend file")))
    assert not is_full(OperationalError("INSERT", {}, Exception("no such table: x")))
    storage = site.extensions["mtc.ports"].storage

    def full(*_: Any) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    # A picture of the shop is only a way to the storage here; an upload ends the same way.
    storage.read_range = full
    [key] = [key for key in storage.files if key.endswith(".svg")]
    answer = browser.get(f"/media/{key}")
    assert (answer.status_code, SENTENCE in answer.text) == (503, True)
