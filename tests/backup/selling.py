"""Selling while something else happens, and what must be true of a shop at any moment."""

import threading
from collections import Counter, defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import count

from flask import Flask

from mtc.catalog.services import stock_reservation
from mtc.core.database_errors import DatabaseError, is_contention
from mtc.core.db import unit_of_work
from mtc.core.tenancy import tenant_scope
from mtc.media.services import media
from tests.backup.places import Rows
from tests.orders.shop import Shop, bought, order_of

SECONDS = 30


class Sales:
    """A thread that sells, adds keys and files, and deletes files until it is told to stop."""

    def __init__(self, app: Flask, shop: Shop) -> None:
        self._app, self._shop = app, shop
        self._numbers = count(1)
        self._done = threading.Condition()
        self._stopping = threading.Event()
        self.sold = 0
        self.failures: list[BaseException] = []

    def once(self) -> None:
        """A paid order, one not yet paid, five keys, a file in, every other file out again."""
        number, shop = next(self._numbers), self._shop
        bought(shop, (shop.key, 2), (shop.file, 1))
        order_of(shop, (shop.manual, 1))
        with tenant_scope(shop.tenant_id), unit_of_work():
            stock_reservation.add_keys(
                shop.key, "\n".join(f"MORE-{number:05d}-{letter * 6}" for letter in "ABCDE")
            )
        with tenant_scope(shop.tenant_id), unit_of_work():
            made = media.save(f"{number}.bin", f"file {number}".encode(), private=True)
        if number % 2:
            with tenant_scope(shop.tenant_id), unit_of_work():
                media.delete(made.id)

    def wait(self) -> None:
        """Return once something more has been sold than when this was called."""
        with self._done:
            wanted = self.sold + 1
            assert self._done.wait_for(lambda: self.sold >= wanted or self.failures, SECONDS)
        assert not self.failures

    def run(self) -> None:
        with self._app.app_context():
            while not self._stopping.is_set():
                try:
                    self.once()
                except DatabaseError as error:
                    if not is_contention(error):
                        self._fail(error)
                        return
                except BaseException as error:
                    self._fail(error)
                    return
                with self._done:
                    self.sold += 1
                    self._done.notify_all()

    def _fail(self, error: BaseException) -> None:
        with self._done:
            self.failures.append(error)
            self._done.notify_all()

    def stop(self) -> None:
        self._stopping.set()


@contextmanager
def selling(app: Flask, shop: Shop) -> Iterator[Sales]:
    """Sell in a thread of its own during the block."""
    sales = Sales(app, shop)
    thread = threading.Thread(target=sales.run)
    thread.start()
    try:
        yield sales
    finally:
        sales.stop()
        thread.join(SECONDS)
    assert not sales.failures, sales.failures


def broken_promises(rows: Rows) -> set[str]:
    """Which of the things that are always true of a shop are not true of these rows."""
    broken = set()
    items = defaultdict(list)
    for item in rows["order_items"]:
        items[item["order_id"]].append(item)
    orders = {order["id"]: order for order in rows["orders"]}
    created = {event["entity_id"] for event in rows["events"] if event["name"] == "order.created"}
    paid: Counter[object] = Counter()
    for payment in rows["payments"]:
        paid[payment["order_id"]] += payment["captured"]
    for order in orders.values():
        if len(items[order["id"]]) != len(order["items_data"]):
            broken.add("an order has all its lines")
        if order["id"] not in created:
            broken.add("an order has its event")
        if paid[order["id"]] != order["paid_amount"]:
            broken.add("what an order was paid is in its payments")
    numbers = sorted(
        int(order["order_number"].lstrip("#ABCDEFGHIJKLMNOPQRSTUVWXYZ-")) for order in orders.values()
    )
    counters = {row["value"] for row in rows["sequences"] if row["name"] == "order"}
    if numbers != list(range(1001, 1001 + len(numbers))) or (numbers and counters != {numbers[-1]}):
        broken.add("numbers of orders have no gap")
    available = Counter(unit["variant_id"] for unit in rows["stock_items"] if unit["status"] == "available")
    for variant in rows["product_variants"]:
        if variant["stock_source"] == "pool" and variant["available"] != available[variant["id"]]:
            broken.add("the counter of a pool counts its keys")
    held = Counter(unit["order_item_id"] for unit in rows["stock_items"] if unit["order_item_id"])
    for item in rows["order_items"]:
        if item["snapshot"]["source"] == "pool" and held[item["id"]] != item["quantity"]:
            broken.add("a line has as many keys as it sold")
    if set(held) - {item["id"] for item in rows["order_items"]}:
        broken.add("a key that is held has its line")
    events = {event["id"] for event in rows["events"]}
    if {task["event_id"] for task in rows["tasks"]} - events - {None}:
        broken.add("a task has its event")
    if {item["order_id"] for item in rows["order_items"]} - set(orders):
        broken.add("a line has its order")
    return broken
