"""Taking back what a refunded line had, and replacing what was faulty."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import update

from mtc.catalog.services import stock_reservation
from mtc.core import clock
from mtc.core.db import session
from mtc.core.errors import ConflictError, NotFoundError
from mtc.core.events import emit
from mtc.core.fields.formats import scrub
from mtc.core.i18n import _l
from mtc.delivery import queries
from mtc.delivery.events import DeliveryRevoked
from mtc.delivery.hooks import KeyReplacement
from mtc.delivery.models import Download
from mtc.delivery.services.deliver import settle_order
from mtc.orders import queries as order_queries
from mtc.orders.events import OrderKeyReplaced
from mtc.orders.models import Order, OrderItem
from mtc.orders.services import OWNED, get_order
from mtc.orders.services.reservations import remaining_quantity
from mtc.plugins.services import run_before


def revoke_order(order_id: UUID) -> None:
    """Bring every line in step with what was refunded of it; safe to run any number of times."""
    order = order_queries.lock_order(order_id)
    if order is None:
        return
    for item in order.items:
        if item.refunded_quantity:
            _revoke_line(order, item)
    session.flush()
    settle_order(order, queries.deliveries_of(order.id))


def _revoke_line(order: Order, item: OrderItem) -> None:
    delivery = queries.delivery_of(item.id)
    data = dict(delivery.delivery_data) if delivery is not None else {}
    returned = revoked = 0
    if item.snapshot.get("source") == "pool":
        held = [
            unit for unit in order_queries.units_of([item.id]) if unit.status in ("delivered", "reserved")
        ]
        surplus = len(held) - remaining_quantity(item)
        if surplus > 0:
            done = stock_reservation.revoke(item.id, surplus, to_pool=not data.get("keys_mailed"))
            returned, revoked = done.returned, done.revoked
    if remaining_quantity(item) == 0:
        closed = session.execute(
            update(Download)
            .where(
                Download.tenant_id == item.tenant_id,
                Download.order_item_id == item.id,
                Download.revoked_at.is_(None),
            )
            .values(revoked_at=clock.now())
            .returning(Download.id)
            .execution_options(synchronize_session=False)
        ).all()
        revoked += len(closed)
        if delivery is not None and delivery.status != "revoked":
            delivery.status = item.delivery_status = "revoked"
            _emit_revoked(order, item, returned, revoked)
            return
    if returned or revoked:
        _emit_revoked(order, item, returned, revoked)


def _emit_revoked(order: Order, item: OrderItem, returned: int, revoked: int) -> None:
    emit(
        DeliveryRevoked(
            entity_id=order.id, order_item_id=item.id, title=item.title, returned=returned, revoked=revoked
        )
    )


def replace_key(order_id: UUID, unit_id: UUID, reason: str = "") -> UUID:
    """Set a faulty key aside and give the line another one; returns the new key's id.

    Raises NotFoundError, ConflictError (not delivered, refunded) and SoldOutError (no key is left).
    """
    order = get_order(order_id)
    row = order_queries.unit_of_order(order_id, unit_id)
    if row is None:
        raise NotFoundError(_l("This order has no such key."))
    if order.status not in OWNED or remaining_quantity(row.OrderItem) == 0:
        raise ConflictError(_l("This line was refunded; its key cannot be replaced."))
    item = row.OrderItem
    draft = run_before("before_key_replace", KeyReplacement(order.id, item.id, unit_id, reason))
    new = stock_reservation.replace(unit_id)
    reason = scrub(draft.reason, multiline=False)[:300]
    emit(
        OrderKeyReplaced(
            entity_id=order.id, order_item_id=item.id, unit=unit_id, by=new, reason=reason
        )
    )
    return new
