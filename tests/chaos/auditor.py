"""Reads the books with statements of its own, beside the house, and says what does not add up."""

from __future__ import annotations

import json
import sqlite3
from collections import Counter, defaultdict
from typing import Any
from uuid import UUID

from tests.chaos.provider import Provider

ONCE = (
    "order.created",
    "order.paid",
    "order.fulfilled",
    "order.cancelled",
    "order.expired",
    "order.refunded",
)
PAID = ("paid", "fulfilled", "partially_refunded", "refunded")
Rows = list[sqlite3.Row]


class Auditor:
    """Holds a database file against the ledger of the provider."""

    def __init__(self, file: str, keys: Any) -> None:
        self._connection = sqlite3.connect(file, isolation_level=None)
        self._connection.row_factory = sqlite3.Row
        self._pool = keys.hex  # the variant with a pool

    def close(self) -> None:
        """Let the file go."""
        self._connection.close()

    def rows(self, statement: str, *values: Any) -> Rows:
        """What a statement finds."""
        return self._connection.execute(statement, values).fetchall()

    def check(self, provider: Provider, loaded: int, *, settled: bool) -> None:
        """The invariants; `settled` once nothing is due and the provider is kind. Raises AssertionError."""
        orders = self.rows("SELECT * FROM orders")
        lines, payments = self._by_order("order_items"), self._by_order("payments")
        refunds, events = self._by_order("refunds"), self._events()
        units = self.rows("SELECT * FROM stock_items")
        held: dict[str, Counter[str]] = defaultdict(Counter)
        for unit in units:
            held[unit["order_item_id"]][unit["status"]] += 1
        for order in orders:
            mine = (lines[order["id"]], payments[order["id"]], refunds[order["id"]])
            self._money(order, *mine)
            self._provider(order, mine[1], mine[2], provider)
            self._facts(order, mine[1], events)
            for line in mine[0]:
                if line["variant_id"] == self._pool:
                    self._keys(order, line, held[line["id"]], settled=settled)
        carts = [order["cart_id"] for order in orders]
        assert len(carts) == len(set(carts)), "a cart became two orders"
        self._stock(units, loaded, {line["id"] for some in lines.values() for line in some})
        if settled:
            self._settled(orders, lines, refunds, provider)

    def _by_order(self, table: str) -> dict[str, Rows]:
        found: dict[str, Rows] = defaultdict(list)
        for row in self.rows(f"SELECT * FROM {table}"):
            found[row["order_id"]].append(row)
        return found

    def _events(self) -> Counter[tuple[str, str]]:
        rows = self.rows("SELECT entity_id, name, count(*) AS n FROM events GROUP BY entity_id, name")
        return Counter({(row["entity_id"], row["name"]): row["n"] for row in rows})

    def _money(self, order: sqlite3.Row, lines: Rows, payments: Rows, refunds: Rows) -> None:
        back = sum(one["amount"] for one in refunds)
        assert order["total"] == sum(line["total"] for line in lines) == order["subtotal"] - order["discount"]
        assert order["paid_amount"] == sum(one["captured"] for one in payments)
        assert order["refunded_amount"] == back == sum(one["refunded"] for one in payments)
        assert 0 <= order["refunded_amount"] <= order["paid_amount"]
        by_lines = sum(line["refunded_amount"] for line in lines)
        surplus = order["paid_amount"] - order["total"]
        assert by_lines <= order["refunded_amount"] <= by_lines + max(0, surplus)
        for line in lines:
            left, amount = line["quantity"] - line["refunded_quantity"], line["refunded_amount"]
            assert left >= 0
            assert amount == line["total"] * line["refunded_quantity"] // line["quantity"]
        left = sum(line["quantity"] - line["refunded_quantity"] for line in lines)
        assert (order["status"] == "refunded") == (left == 0)
        assert (order["status"] in PAID) == (order["paid_amount"] >= order["total"])

    def _provider(self, order: sqlite3.Row, payments: Rows, refunds: Rows, provider: Provider) -> None:
        for payment in payments:
            assert payment["captured"] <= provider.collected.get(payment["provider_ref"], 0)
            assert payment["captured"] in (0, payment["amount"])
        for refund in refunds:
            given = provider.given_back.get(UUID(refund["id"]), 0)
            assert given in (0, refund["amount"])
            if refund["status"] == "succeeded":
                assert given == refund["amount"]

    def _facts(self, order: sqlite3.Row, payments: Rows, events: Counter[tuple[str, str]]) -> None:
        for name in ONCE:
            assert events[order["id"], name] <= 1, f"{name} of {order['order_number']} happened twice"
        assert events[order["id"], "order.created"] == 1
        assert events[order["id"], "order.paid"] == (order["status"] in PAID)
        assert events[order["id"], "order.refunded"] == (order["status"] == "refunded")
        assert events[order["id"], "order.fulfilled"] == (order["fulfilled_at"] is not None)
        assert events[order["id"], "payment.started"] == len(payments)
        captured = sum(one["captured"] > 0 for one in payments)
        assert events[order["id"], "payment.succeeded"] == captured

    def _keys(self, order: sqlite3.Row, line: sqlite3.Row, held: Counter[str], *, settled: bool) -> None:
        if order["status"] == "pending":
            assert held == {"reserved": line["quantity"]}
        elif order["status"] in ("cancelled", "expired"):
            assert not held
        else:
            assert held["reserved"] == 0
            assert held["delivered"] <= line["quantity"]
            if settled:
                kept = line["quantity"] - line["refunded_quantity"]
                assert held["delivered"] == kept or line["delivery_status"] == "failed"

    def _stock(self, units: Rows, loaded: int, lines: set[str]) -> None:
        assert len(units) == loaded, "keys came from nowhere or are gone"
        assert len({unit["value_hash"] for unit in units}) == loaded
        for unit in units:
            assert unit["status"] == "quarantined" or (unit["order_item_id"] is None) == (
                unit["status"] == "available"
            )
            assert unit["order_item_id"] is None or unit["order_item_id"] in lines
        [variant] = self.rows("SELECT available FROM product_variants WHERE id = ?", self._pool)
        assert variant["available"] == sum(unit["status"] == "available" for unit in units)

    def _settled(
        self, orders: Rows, lines: dict[str, Rows], refunds: dict[str, Rows], provider: Provider
    ) -> None:
        """Nothing is under way: both ledgers say the same, and what was told once was done once."""
        captured = self.rows("SELECT provider_ref, captured FROM payments WHERE captured > 0")
        assert {row["provider_ref"]: row["captured"] for row in captured} == provider.collected
        ours = {UUID(one["id"]): one["amount"] for some in refunds.values() for one in some}
        assert provider.given_back.items() <= ours.items()
        paid = [order["id"] for order in orders if order["status"] in PAID and not order["is_test"]]
        pieces = sum(line["quantity"] for order_id in paid for line in lines[order_id])
        [sold] = self.rows("SELECT sum(sold_count) AS n FROM products")
        assert (sold["n"] or 0) == pieces
        done = self.rows("SELECT data FROM events WHERE name = 'delivery.done'")
        delivered = [json.loads(row["data"])["order_item_id"] for row in done]
        assert len(delivered) == len(set(delivered)), "a line was delivered twice"
        assert self.rows("SELECT 1 FROM emails WHERE status <> 'sent'") == []
        twice = "SELECT 1 FROM emails GROUP BY kind, entity_id, dedupe_key HAVING count(*) > 1"
        assert self.rows(twice) == []
