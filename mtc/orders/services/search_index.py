"""Keeping what orders are found by, in the transaction that makes or changes them."""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy import delete, insert

from mtc.core.db import session
from mtc.core.row_locking import insert_into
from mtc.orders.models import Order, OrderItem, order_search, sold_names
from mtc.orders.queries.search import sold_name, terms_of


def terms_of_order(order: Order) -> set[str]:
    """The terms of an order as it is now."""
    name = str(order.customer_data.get("name") or "")
    return terms_of(order.order_number, order.email, order.email_lc, name)


def index_order(order: Order, items: Iterable[OrderItem]) -> None:
    """Make a new order findable by its number, its buyer and what was sold."""
    _add(order, terms_of_order(order))
    names = {(item.variant_id, sold_name(item.title, item.variant_title, item.sku)) for item in items}
    # Sorted, so that two who sell the same for the first time wait for each other in one order.
    rows = [
        {"tenant_id": order.tenant_id, "variant_id": variant_id, "name": name}
        for variant_id, name in sorted(names)
    ]
    session.execute(insert_into(sold_names).on_conflict_do_nothing(), rows)


def index_buyer_again(order: Order, before: set[str]) -> None:
    """Replace the terms that a changed order had before."""
    now = terms_of_order(order)
    columns = order_search.c
    gone = delete(order_search).where(
        columns.tenant_id == order.tenant_id,
        columns.term.in_(sorted(before - now)),
        columns.order_id == order.id,
    )
    session.execute(gone)
    _add(order, now - before)


def _add(order: Order, terms: set[str]) -> None:
    own = {"tenant_id": order.tenant_id, "order_id": order.id}
    if terms:
        session.execute(insert(order_search), [{**own, "term": term} for term in sorted(terms)])
