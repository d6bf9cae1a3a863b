"""The queries that run all the time, each as its code asks it."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import ExitStack
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest

from mtc.audit import queries as audit
from mtc.catalog.models import StockItem
from mtc.catalog.queries import Filters, product_by_slug, products
from mtc.catalog.queries.stock import in_pool
from mtc.catalog.queries.stock_search import not_indexed
from mtc.catalog.services.stock_search_index import search_keys
from mtc.checkout import queries as checkout
from mtc.core import clock
from mtc.core.context import Context, use
from mtc.core.row_locking import Pick, claim_each
from mtc.core.tenancy import platform_scope, tenant_scope
from mtc.emails import queries as emails_queries
from mtc.identity import queries as identity
from mtc.orders import queries as orders
from mtc.orders.queries import OrderFilters, search
from mtc.tasks import queries as tasks_queries
from mtc.tasks.models import Task
from mtc.tasks.services.worker import picks_of
from mtc.tenants import queries as tenants
from tests.plans.data import Ids

TENANT = 7


def hot(tenant_id: UUID, ids: Ids) -> dict[str, Callable[[], Any]]:
    """Name to question, in the scope of the tenant; `host` and `work` need the platform's."""
    page = [""]

    def deep() -> Any:
        page[0] = page[0] or products(Filters(), limit=24).next or ""
        return products(Filters(), after=page[0], limit=24)

    return {
        "host": lambda: tenants.store_by_host(f"host-{TENANT}-0"),
        "work": lambda: tasks_queries.tenants_with_work(clock.now()),
        "session": lambda: identity.customer_session(f"{TENANT:04d}{5:060d}", tenant_id),
        "listing": lambda: products(Filters(), limit=24),
        "listing, filtered": lambda: products(Filters(attributes={"color": ("red",)}), limit=24),
        "listing, by price": lambda: products(Filters(), sort="price", limit=24),
        "listing, deep": deep,
        "search": lambda: products(Filters(text="term7"), sort="relevance", limit=24),
        "product": lambda: product_by_slug(f"slug-{TENANT}-5"),
        "cart": lambda: checkout.cart_by_hash([f"token_hash-{TENANT}-5"]),
        "lines of a cart": lambda: checkout.lines_of(ids["carts"][5]),
        "order": lambda: orders.order_by_number("1005"),
        "orders": lambda: orders.list_orders(),
        "orders of a customer": lambda: orders.customer_orders(ids["customers"][5]),
        "orders, searched": lambda: orders.list_orders(_searched("Ada Love")),
        "orders, by a piece of an address": lambda: orders.list_orders(_searched("ada@shop.ex")),
        "orders, searched for what many have": lambda: _walked(_searched("Ada Love")),
        "orders, by the beginning of an address": lambda: orders.list_orders(OrderFilters(email="ada@")),
        "orders, by the beginning of a number": lambda: orders.list_orders(OrderFilters(number="Q-11")),
        "test orders": lambda: orders.list_orders(OrderFilters(is_test=True)),
        "share of a pool": lambda: orders.unpaid_shares(
            ids["product_variants"][4:6], None, "a@acme.example", "192.0.2.7"
        ),
        "emails": lambda: emails_queries.emails(tenant_id),
        "audit": lambda: audit.entries(audit.Filters(tenant_id), "", 50),
        "taking a key": lambda: _take_key(ids["product_variants"][4]),
        "search for keys": lambda: search_keys("ABCD-EFGH"),
        "keys not indexed": lambda: not_indexed(100),
        "leasing tasks": lambda: _lease(tenant_id),
    }


def _searched(text: str) -> OrderFilters:
    return OrderFilters(text=text, numbers=("Q-11", "11"), lines=(uuid4(),))


def _walked(filters: OrderFilters) -> Any:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(search, "MANY", -1)
        return orders.list_orders(filters)


def _take_key(variant_id: UUID) -> Any:
    return claim_each(
        StockItem, [Pick(in_pool(variant_id), 1)], order_by=[StockItem.id], values={"status": "reserved"},
        returning=[StockItem.id],
    )  # fmt: skip


def _lease(tenant_id: UUID) -> Any:
    now = clock.now()
    return claim_each(
        Task, picks_of(tenant_id, "", now), order_by=[Task.priority, Task.next_at, Task.id],
        values={"attempts": Task.attempts + 1, "next_at": now + timedelta(seconds=60)}, returning=[Task.id],
    )  # fmt: skip


def scope_of(name: str, tenant_id: UUID) -> ExitStack:
    """The scope in which the question is asked."""
    stack = ExitStack()
    platform = name in ("host", "work")
    stack.enter_context(platform_scope("explain") if platform else tenant_scope(tenant_id))
    stack.enter_context(use(Context(tenant_id=None if platform else tenant_id)))
    return stack
