"""Lists of orders: filters, paging both ways, history and library, with constant statements."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from mtc.core import clock
from mtc.core.context import Actor, acting
from mtc.core.db import session, unit_of_work
from mtc.core.errors import ValidationError
from mtc.core.tenancy import tenant_scope
from mtc.identity.services.customers import guest_customer, verify_address
from mtc.orders import components, queries
from mtc.orders.presenters import LineView
from mtc.orders.queries import OrderFilters
from mtc.orders.services import claim_orders
from mtc.payments.services import refund
from mtc.tasks.services import run_due
from tests.orders.shop import Shop, bought, open_shop, order_of


def numbers(shop: Shop, cursor: str = "", limit: int = 25, **filters: Any) -> list[str]:
    with tenant_scope(shop.tenant_id, readonly=True), unit_of_work():
        page = queries.list_orders(OrderFilters(**filters), cursor, limit)
        return [row.order_number for row in page.items]


def test_filters(shop: Shop) -> None:
    bought(shop, (shop.file, 1), email="bob_1@example.org")
    order_of(shop, (shop.file, 1), email="bobx1@example.org")
    assert numbers(shop) == ["1002", "1001"]
    assert numbers(shop, status="fulfilled") == ["1001"]
    assert numbers(shop, email="BOB_1") == ["1001"]
    assert numbers(shop, email="bob") == ["1002", "1001"]
    assert numbers(shop, email="%") == []
    assert numbers(shop, number="1002") == ["1002"]
    assert numbers(shop, since=clock.now() + timedelta(minutes=1)) == []
    assert numbers(shop, until=clock.now() + timedelta(minutes=1)) == ["1002", "1001"]
    with pytest.raises(ValidationError):
        numbers(shop, status="nothing")
    with tenant_scope(shop.tenant_id), unit_of_work():
        assert queries.status_counts() == {"fulfilled": 1, "pending": 1}


def test_paging_forward_and_back(shop: Shop) -> None:
    for _ in range(5):
        order_of(shop, (shop.file, 1))
    with tenant_scope(shop.tenant_id, readonly=True), unit_of_work():
        first = queries.list_orders(limit=2)
        second = queries.list_orders(cursor=first.next or "", limit=2)
        third = queries.list_orders(cursor=second.next or "", limit=2)
        back = queries.list_orders(cursor=third.previous or "", limit=2)
        start = queries.list_orders(cursor=back.previous or "", limit=2)
    pages = [[row.order_number for row in page.items] for page in (first, second, third, back, start)]
    assert pages == [["1005", "1004"], ["1003", "1002"], ["1001"], ["1003", "1002"], ["1005", "1004"]]
    assert (first.previous, third.next, start.previous) == (None, None, None)
    for bad in ("x", "-x", "W10", "-" * 50):
        with pytest.raises(ValidationError):
            numbers(shop, bad)


def test_history_and_library(shop: Shop, queries: Any, other_tenant: Any) -> None:
    open_shop(other_tenant)
    orders = [bought(shop, (shop.key, 1), (shop.file, 1)) for _ in range(3)]
    order_of(shop, (shop.file, 1))
    with tenant_scope(shop.tenant_id), unit_of_work():
        ada = guest_customer(shop.tenant_id, "ada@example.org")
        verify_address(ada)
        assert claim_orders(ada) == 4
        refund(orders[0].id, [(orders[0].items[1].id, 1)])
    run_due()
    actor = Actor(kind="customer", id=ada.id)
    with acting(actor=actor), tenant_scope(shop.tenant_id, readonly=True), unit_of_work(), queries() as seen:
        [history] = components.history([{"limit": 50}], {})
        [library] = components.library([{}], {})
    assert [row.number for row in history] == ["1004", "1003", "1002", "1001"]
    assert history[1].summary == "Star Harbour, Guide"
    assert [(line.order.number, line.name) for line in library["lines"]] == [
        ("1003", "Star Harbour"),
        ("1003", "Guide"),
        ("1002", "Star Harbour"),
        ("1002", "Guide"),
        ("1001", "Star Harbour"),
    ]
    assert [len(line.units) + len(line.files) for line in library["lines"]] == [1] * 5
    assert len(seen) == 7, "\n".join(seen)  # one of them for the time zone of the store
    with tenant_scope(shop.tenant_id), unit_of_work():
        ends = {"previous_url": None, "next_url": None}
        assert components.history([{}], {}) == [[]]
        assert components.pages([{}], {}) == [{"orders": [], **ends}]
        assert components.library([{}], {}) == [{"lines": [], **ends}]
        session.flush()


def test_a_customer_reaches_every_order_and_every_line(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(components, "PAGE", 3)
    for _ in range(4):
        bought(shop, (shop.key, 1), (shop.file, 1))
    with tenant_scope(shop.tenant_id), unit_of_work():
        ada = guest_customer(shop.tenant_id, "ada@example.org")
        verify_address(ada)
        claim_orders(ada)
    seen = {"orders": [], "lines": []}
    with acting(actor=Actor(kind="customer", id=ada.id)), tenant_scope(shop.tenant_id, readonly=True):
        for source, name in ((components.pages, "orders"), (components.library, "lines")):
            after = ""
            while True:
                page = {"path": "/here", "params": {"after": [after]}}
                with unit_of_work():
                    [shown] = source([{}], page)
                seen[name].append([one.number if name == "orders" else _line(one) for one in shown[name]])
                assert (shown["previous_url"] is None) is (after == "")
                if shown["next_url"] is None:
                    break
                after = shown["next_url"].removeprefix("/here?after=")
            with pytest.raises(ValidationError), unit_of_work():
                source([{}], {"path": "/here", "params": {"after": ["rubbish"]}})
    assert seen["orders"] == [["1004", "1003", "1002"], ["1001"]]
    assert seen["lines"] == [
        [("1004", "Star Harbour"), ("1004", "Guide"), ("1003", "Star Harbour")],
        [("1003", "Guide"), ("1002", "Star Harbour"), ("1002", "Guide")],
        [("1001", "Star Harbour"), ("1001", "Guide")],
    ]


def _line(line: LineView) -> tuple[str, str]:
    return line.order.number, line.name


def test_one_order_takes_the_same_statements_however_many_lines(shop: Shop, queries: Any) -> None:
    from mtc.orders.queries import order_by_id

    small, large = bought(shop, (shop.file, 1)), bought(shop, (shop.key, 5), (shop.file, 3), (shop.free, 1))
    for order in (small, large):
        with tenant_scope(shop.tenant_id, readonly=True), unit_of_work(), queries() as seen:
            [view] = components.order([{}], {"order": order_by_id(order.id)})
        assert view.number == order.order_number
        assert len(seen) == 7, "\n".join(seen)  # one of them for the time zone of the store
