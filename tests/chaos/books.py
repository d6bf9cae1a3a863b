"""What must be true of every acknowledged order, read from the database and from the files of the run."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from sqlalchemy import func, select

from mtc.catalog.models import Product, StockItem
from mtc.core import clock
from mtc.core.db import session
from mtc.core.tenancy import tenant_scope
from mtc.emails.models import Email
from mtc.events.models import Event
from mtc.orders.models import Order, OrderItem
from mtc.payments.models import Payment
from mtc.tasks.models import Task
from mtc.tenants.models import Sequence as Number
from tests.orders.shop import Shop

ONCE = (
    "order.created",
    "payment.started",
    "payment.succeeded",
    "order.paid",
    "delivery.done",
    "order.fulfilled",
)
POISON = ("chaos.fails", "chaos.kills")


def pending(shop: Shop) -> int:
    """Tasks that are not done and not given up."""
    with tenant_scope(shop.tenant_id, readonly=True):
        query = select(func.count()).select_from(Task).where(Task.status == "pending")
        return int(session.execute(query).scalar_one())


@dataclass
class Books:
    """What is lost and what is there twice."""

    lost: list[str] = field(default_factory=list)
    doubled: list[str] = field(default_factory=list)
    executions: float = 0.0
    tasks: int = 0
    dead: Counter[str] = field(default_factory=Counter)
    messages_lost: int = 0

    def expect(self, what: str, found: int, wanted: int = 1) -> None:
        """Fewer than wanted are lost, more are doubled."""
        if found != wanted:
            (self.lost if found < wanted else self.doubled).append(f"{what}: {found} instead of {wanted}")


def audit(shop: Shop, folder: Path, paid: dict[int, str], keys: int) -> Books:
    """Compare the books with what the shoppers were told."""
    books = Books()
    with tenant_scope(shop.tenant_id, readonly=True):
        orders = {order.order_number: order for order in session.scalars(select(Order))}
        numbers = [url.partition("/orders/")[2].partition("?")[0] for url in paid.values()]
        books.expect("orders", len(orders), len(paid))
        books.expect("order numbers that shoppers hold", len(set(numbers)), len(paid))
        for number in numbers:
            if number not in orders:
                books.lost.append(f"order {number}")
        _each_order(books, list(orders.values()))
        _stock(books, shop, len(orders), keys)
        books.dead = Counter(session.scalars(select(Task.name).where(Task.status == "dead")))
        books.tasks = session.execute(select(func.count()).select_from(Task)).scalar_one()
    _files(books, folder, {str(order.id) for order in orders.values()})
    return books


def _tally(*columns: Any) -> Counter[tuple[Any, ...]]:
    query = select(*columns, func.count()).group_by(*columns)
    return Counter({tuple(row[:-1]): row[-1] for row in session.execute(query)})


def _each_order(books: Books, orders: list[Order]) -> None:
    events = _tally(Event.entity_id, Event.name)
    mails = _tally(Email.entity_id, Email.kind, Email.status)
    kinds = {kind for _, kind, _ in mails}
    captured = {row[0]: row[1] for row in session.execute(select(Payment.order_id, Payment.captured))}
    effects = {row[0]: row[1] for row in session.execute(select(Number.name, Number.value))}
    for order in orders:
        name = order.order_number
        books.expect(f"{name} fulfilled", int(order.status == "fulfilled"))
        books.expect(f"{name} money booked", order.paid_amount, order.total)
        books.expect(f"{name} money captured", captured.get(order.id, 0), order.total)
        books.expect(f"{name} effect", effects.get(f"run {order.id.hex}", 0))
        for event in ONCE:
            books.expect(f"{name} {event}", events[order.id, event])
        for kind in kinds:
            books.expect(f"{name} mail {kind}", mails[order.id, kind, "sent"])


def _stock(books: Books, shop: Shop, orders: int, keys: int) -> None:
    units = list(session.execute(select(StockItem.status, StockItem.order_item_id)))
    status = Counter(unit.status for unit in units)
    books.expect("keys", len(units), keys)
    books.expect("delivered keys", status["delivered"], orders)
    books.expect("free keys", status["available"], keys - orders)
    owners = Counter(unit.order_item_id for unit in units if unit.status == "delivered")
    for item_id in session.scalars(select(OrderItem.id)):
        books.expect(f"key of line {item_id}", owners[item_id])
    sold = session.scalars(select(Product.sold_count).where(Product.slug == "star-harbour")).one()
    books.expect("pieces counted as sold, of tests", sold, 0)


def _files(books: Books, folder: Path, orders: set[str]) -> None:
    runs = (line.split() for line in _lines(folder / "ran"))
    ran = Counter(task_id for task_id, _, name in runs if name not in POISON)
    books.executions = ran.total() / max(1, len(ran))
    books.messages_lost = len(orders - set(_lines(folder / "messages")))


def _lines(file: Path) -> list[str]:
    return file.read_text().splitlines() if file.exists() else []


def poison(shop: Shop) -> None:
    """Two tasks that can never be done: one fails, one ends its process. Needs a unit of work."""
    for name in POISON:
        row = Task(tenant_id=shop.tenant_id, name=name, payload={}, max_attempts=2, next_at=clock.now())
        session.add(row)
