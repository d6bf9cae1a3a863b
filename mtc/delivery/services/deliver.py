"""From a paid order to delivered lines: one row and one task per line, each done once."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from typing import Any
from uuid import UUID

from mtc.core import clock
from mtc.core.db import savepoint, session
from mtc.core.errors import AppError, ConflictError, NotFoundError
from mtc.core.events import emit
from mtc.core.fields.formats import scrub
from mtc.core.i18n import _l, source_text
from mtc.core.ids import uuid7
from mtc.delivery import queries
from mtc.delivery.events import DeliveryDone, DeliveryFailed
from mtc.delivery.hooks import DeliveryDraft, ManualDelivery
from mtc.delivery.models import Delivery, DeliveryMethod
from mtc.delivery.services.methods import ResolvedMethod, secrets_of, way_of
from mtc.delivery.types import DeliveryRequest, Outcome, kinds
from mtc.orders import queries as order_queries
from mtc.orders.events import OrderPaid
from mtc.orders.models import Order, OrderItem
from mtc.orders.services import OWNED, fulfil
from mtc.orders.services.reservations import remaining_quantity
from mtc.plugins.services import is_hooked, run_before
from mtc.tasks.services import enqueue

log = logging.getLogger(__name__)
OPEN = ("pending", "processing", "failed")
QUICK = 50
"""So many pieces are delivered together with the payment."""


def is_quick(event: OrderPaid) -> bool:
    """Return whether the order is delivered in a few milliseconds: it is small, and no plugin is asked."""
    return not is_hooked("before_delivery") and order_queries.piece_count(event.order_id) <= QUICK


def start_deliveries(order_id: UUID) -> int:
    """Make the delivery of every line of a paid order; returns how many are new.

    What MTC delivers itself is delivered at once; a line that fails, and one that another
    server delivers, gets a task of its own. The mails are posted by another task: nobody waits for them
    who has the order's page before them.
    """
    order = order_queries.lock_order(order_id)
    if order is None or order.status not in OWNED:
        return 0
    deliveries = queries.deliveries_of(order.id)
    started = {delivery.order_item_id for delivery in deliveries}
    methods = queries.methods()
    fresh = []
    for item in order.items:
        if item.id in started:
            continue
        way = way_of(item, methods)
        delivery = Delivery(
            id=uuid7(),
            tenant_id=order.tenant_id,
            order_id=order.id,
            order_item_id=item.id,
            delivery_method_id=way.method.id if way.method else None,
            status="pending",
            delivery_data={"kind": way.kind, **_shown(item, way)},
            error_log=[],
            attempts=0,
        )
        fresh.append((item, delivery, way))
    session.add_all(delivery for _, delivery, _ in fresh)
    session.flush()
    went_well = [_deliver_now(order, item, delivery, way) for item, delivery, way in fresh]
    if all(went_well):
        complete(order, [*deliveries, *(delivery for _, delivery, _ in fresh)])
    else:
        read_again = order_queries.lock_order(order_id)
        assert read_again is not None
        complete(read_again)
    return len(fresh)


def complete(order: Order, deliveries: Sequence[Delivery] | None = None) -> None:
    """Finish the order's part of a delivery once lines were tried: it may be fulfilled, mails are due.

    `deliveries` are all of it, as they are now; left out, they are read.
    """
    settle_order(order, queries.deliveries_of(order.id) if deliveries is None else deliveries)
    enqueue("delivery.mails", {"entity_id": str(order.id)}, entity_id=order.id)


def _deliver_now(order: Order, item: OrderItem, delivery: Delivery, way: ResolvedMethod) -> bool:
    """Return whether the rows are as they stand here: a line that breaks expires those that were read."""
    order_id, item_id = order.id, item.id
    is_outside = kinds.get(way.kind).outside
    if not is_outside:
        try:
            with savepoint():
                job = _begin(order, item, delivery, way.method)
                if job is not None:
                    _deliver(job)
            return True
        except Exception:
            # Anything may be wrong with one line; the others are not to wait for it.
            log.warning("line %s of order %s is tried again by itself", item_id, order_id, exc_info=True)
    _queue(order_id, item_id, way.kind)
    return is_outside


def _shown(item: OrderItem, way: ResolvedMethod) -> dict[str, Any]:
    """Return the texts of the order page beside the line."""
    own = dict(item.snapshot.get("delivery") or {})
    shown = {
        "how_to": own.get("how_to") or way.config.get("how_to") or "",
        "promise": own.get("promise") or way.config.get("promise") or "",
        "include_keys": kinds.get(way.kind).mails_keys(way.config),
    }
    return {key: value for key, value in shown.items() if value}


def _queue(order_id: UUID, item_id: UUID, delivery_type: str) -> None:
    name = "delivery.call" if kinds.get(delivery_type).outside else "delivery.deliver"
    enqueue(name, {"order_item_id": str(item_id)}, entity_id=order_id)


def begin_delivery(order_item_id: UUID) -> DeliveryRequest | None:
    """The job of a line that is still to be delivered, its order held, for `finish` and then `complete`.

    None when there is nothing to do: what follows for the order has been seen to.
    """
    item = queries.item_by_id(order_item_id)
    order = order_queries.lock_order(item.order_id) if item is not None else None
    delivery = queries.delivery_of(order_item_id)
    if order is None or delivery is None:
        return None
    item = next(line for line in order.items if line.id == order_item_id)
    method = queries.method_by_id(delivery.delivery_method_id) if delivery.delivery_method_id else None
    job = _begin(order, item, delivery, method)
    if job is None:
        complete(order)
    return job


def _begin(
    order: Order, item: OrderItem, delivery: Delivery, method: DeliveryMethod | None
) -> DeliveryRequest | None:
    if delivery.status not in OPEN or order.status not in OWNED:
        return None
    if remaining_quantity(item) == 0:
        _close(order, item, delivery, "revoked")
        return None
    delivery.attempts += 1
    delivery.status = "processing"
    config = dict(method.config) if method is not None else {}
    delivery_type = delivery.delivery_data["kind"]
    draft = DeliveryDraft(order.id, item.id, delivery_type, item.title, remaining_quantity(item), order.email)
    try:
        run_before("before_delivery", draft)
    except AppError as error:
        finish(
            DeliveryRequest(order, item, delivery, remaining_quantity(item), config, {}),
            Outcome(False, error=error.message),
        )
        return None
    return DeliveryRequest(order, item, delivery, remaining_quantity(item), config, secrets_of(method))


def _deliver(job: DeliveryRequest) -> None:
    finish(job, kinds.get(job.delivery.delivery_data["kind"]).deliver(job))


def deliver_line(order_item_id: UUID) -> None:
    """Deliver one line inside the running transaction; a line that is delivered stays as it is."""
    job = begin_delivery(order_item_id)
    if job is not None:
        _deliver(job)
        complete(job.order)


def finish(job: DeliveryRequest, outcome: Outcome) -> None:
    """Write down how it went; `complete` follows once, after the last line of a transaction."""
    delivery, order = job.delivery, job.order
    if outcome.data:
        delivery.delivery_data = {**delivery.delivery_data, **outcome.data}
    if outcome.done:
        delivery.delivered_at = clock.now()
        _close(order, job.item, delivery, "delivered")
        return
    if outcome.error:
        entry = {"at": clock.now().isoformat(), "error": source_text(outcome.error)[:500]}
        delivery.error_log = [*delivery.error_log, entry][-20:]
    if outcome.wait:
        delivery.status = "processing"
        session.flush()
        return
    delivery.status = job.item.delivery_status = "failed"
    session.flush()
    emit(
        DeliveryFailed(
            entity_id=order.id,
            order_item_id=job.item.id,
            title=job.item.title,
            reason=source_text(outcome.error),
        )
    )


def _close(order: Order, item: OrderItem, delivery: Delivery, status: str) -> None:
    delivery.status = item.delivery_status = status
    session.flush()
    if status == "delivered":
        delivery_type, quantity = delivery.delivery_data["kind"], remaining_quantity(item)
        done = DeliveryDone(
            entity_id=order.id, order_item_id=item.id, title=item.title, quantity=quantity, kind=delivery_type
        )
        emit(done)


def settle_order(order: Order, deliveries: Sequence[Delivery]) -> None:
    """Fulfil the order when no line of it is open any more and something was delivered."""
    states = [delivery.status for delivery in deliveries]
    if len(states) == len(order.items) and not set(states) & set(OPEN) and "delivered" in states:
        fulfil(order)


def retry_delivery(order_item_id: UUID) -> None:
    """Try a line again that failed; raises NotFoundError, ConflictError when it did not fail."""
    delivery = queries.delivery_of(order_item_id)
    if delivery is None:
        raise NotFoundError(_l("There is no such delivery."))
    if delivery.status not in ("failed", "processing"):
        raise ConflictError(_l("Only a delivery that failed or waits can be tried again."))
    _queue(delivery.order_id, order_item_id, delivery.delivery_data["kind"])


def complete_manual(order_item_id: UUID, message: str = "") -> Delivery:
    """A person has delivered the line; `message` is for the shopper. Raises NotFoundError, ConflictError."""
    item = queries.item_by_id(order_item_id)
    order = order_queries.lock_order(item.order_id) if item is not None else None
    delivery = queries.delivery_of(order_item_id)
    if order is None or delivery is None:
        raise NotFoundError(_l("There is no such delivery."))
    if order.status not in OWNED or delivery.status not in OPEN:
        raise ConflictError(_l("This line does not wait to be delivered."))
    line = next(item for item in order.items if item.id == order_item_id)
    draft = ManualDelivery(order.id, line.id, line.title, message)
    message = run_before("before_delivery_complete", draft).message
    message = scrub(message, multiline=True)[:2000]
    data = {"message": message} if message else {}
    finish(DeliveryRequest(order, line, delivery, remaining_quantity(line), {}, {}), Outcome(True, data))
    complete(order)
    return delivery
