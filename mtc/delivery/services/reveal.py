"""Showing keys to their owner: on request only, and written down."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from mtc.catalog.services import stock_reservation
from mtc.core.errors import ConflictError, GoneError, NotFoundError
from mtc.core.events import emit, emit_many
from mtc.core.i18n import _l
from mtc.delivery.hooks import RevealDraft
from mtc.orders import queries as order_queries
from mtc.orders.events import OrderKeyRevealed, OrderKeysRevealed
from mtc.orders.models import Order, OrderItem
from mtc.orders.services import OWNED, get_order
from mtc.orders.services.reservations import remaining_quantity
from mtc.plugins.services import run_before


@dataclass(frozen=True, slots=True)
class LineKeys:
    """The keys of a line in clear, oldest first."""

    item: OrderItem
    keys: list[str]


def reveal(order_id: UUID, unit_id: UUID, ip: str = "") -> str:
    """The key in clear. From then on it counts as used. Call it for POST only, answer with no-store.

    Who may see the order is the caller's question. Raises NotFoundError (not a key of this order),
    GoneError (refunded or replaced), Reject.
    """
    order = get_order(order_id)
    row = order_queries.unit_of_order(order_id, unit_id)
    if row is None:
        raise NotFoundError(_l("This order has no such key."))
    unit, item = row
    if order.status not in OWNED or remaining_quantity(item) == 0:
        raise GoneError(_l("This item was refunded; its key is closed."))
    run_before("before_key_reveal", RevealDraft(order.id, item.id, unit.id, "key", ip))
    first = unit.revealed_at is None
    value = stock_reservation.reveal(unit)
    emit(_revealed(order, item, unit.id, ip, first=first))
    return value


def reveal_all(
    order_id: UUID, line_id: UUID | None = None, ip: str = "", how: str = "page"
) -> list[LineKeys]:
    """All keys of an order, or of one of its lines, in clear; from then on they count as used.

    Each that nobody had seen is written down as `reveal` does it, and all together once more as
    `order.keys_revealed`, with `how` they are handed out; a constant number of statements. Call it for POST
    only, answer with no-store. Who may see the order is the caller's question. Raises NotFoundError (not a
    line of this order), GoneError (refunded) and ConflictError (nothing was delivered yet).
    """
    order = get_order(order_id)
    items = [item for item in order.items if line_id in (None, item.id)]
    if not items:
        raise NotFoundError(_l("This order has no such item."))
    if order.status == "pending":
        raise ConflictError(_l("The keys are ready when the order is paid."))
    lines = {item.id: item for item in items if remaining_quantity(item)}
    if order.status not in OWNED or not lines:
        raise GoneError(_l("This was refunded or never paid; it has no keys."))
    run_before("before_key_reveal", RevealDraft(order.id, line_id, None, how, ip))
    opened = stock_reservation.reveal_many(lines)
    if not opened:
        raise ConflictError(_l("No key has been delivered yet. Look again in a minute."))
    _record(order, lines, opened, ip, how)
    keys: dict[UUID, list[str]] = {item_id: [] for item_id in lines}
    for key in opened:
        keys[key.order_item_id].append(key.value)
    return [LineKeys(item, keys[item.id]) for item in lines.values() if keys[item.id]]


def _record(
    order: Order, lines: dict[UUID, OrderItem], opened: list[stock_reservation.RevealedKey], ip: str, how: str
) -> None:
    first = [key for key in opened if key.first]
    several = len({key.order_item_id for key in opened}) > 1
    of_line = "" if several else f" of {lines[opened[0].order_item_id].title}"
    text = f"{len(opened)} {'key' if len(opened) == 1 else 'keys'}{of_line}"
    together = emit(
        OrderKeysRevealed(
            entity_id=order.id, count=len(opened), first=len(first), how=how, ip=ip, text=text
        )
    )
    emit_many(
        _revealed(order, lines[key.order_item_id], key.id, ip, first=True, together=together.event_id)
        for key in first
    )


def _revealed(
    order: Order, item: OrderItem, unit_id: UUID, ip: str, *, first: bool, together: UUID | None = None
) -> OrderKeyRevealed:
    return OrderKeyRevealed(
        entity_id=order.id, order_item_id=item.id, unit=unit_id, first=first, ip=ip, text=item.title,
        together=together,
    )  # fmt: skip
