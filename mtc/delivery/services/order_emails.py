"""The mails of an order: the receipt, and what was delivered, in the store's look."""

from __future__ import annotations

import hashlib
import logging
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any
from uuid import UUID

from mtc.core import clock
from mtc.core.errors import AppError, ConflictError
from mtc.core.events import emit
from mtc.core.i18n import _, _l, use_locale
from mtc.core.ids import uuid7
from mtc.core.template_engine import render
from mtc.delivery import queries
from mtc.delivery.events import DeliveryResent
from mtc.delivery.models import Delivery
from mtc.delivery.services.email_context import facts_of, key_mark, post, write
from mtc.delivery.types import kinds
from mtc.emails.models import Email
from mtc.emails.services import RenderedEmail, send_rendered_email
from mtc.orders import queries as order_queries
from mtc.orders.models import Order
from mtc.orders.services import OWNED, get_order
from mtc.orders.services.hook_views import ask_about_order
from mtc.orders.services.progress import progress_of
from mtc.orders.services.reservations import remaining_quantity
from mtc.tasks.services import enqueue

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Due:
    """The mails that are due for an order, written from the state that `mark` stands for.

    `receipt` is None where it cannot be written, `goods` where there is nothing to mail; that one covers the
    deliveries of `covered` and is posted once under `goods_key`.
    """

    mark: str
    receipt: RenderedEmail | None
    goods: RenderedEmail | None = None
    goods_key: str = ""
    covered: frozenset[UUID] = frozenset()


def write_due(order_id: UUID) -> Due | None:
    """Write the receipt and what was delivered and not mailed yet; reads only. None for no or a demo order.

    Writing takes longer than everything else about these mails, so that it is done before the order is held.
    """
    order = order_queries.order_by_id(order_id)
    if order is None or order.is_demo:
        return None
    return _write(order, queries.deliveries_of(order.id))


def post_due(order_id: UUID, due: Due) -> None:
    """Post what was written, in the running transaction; what has changed meanwhile is written anew.

    The order is held, so that two lines that finish together make one mail.
    """
    order = order_queries.lock_order(order_id)
    if order is None:
        return
    deliveries = queries.deliveries_of(order.id)
    if due.mark != _mark(order, deliveries):
        due = _write(order, deliveries)
    if due.receipt is not None:
        send_rendered_email(due.receipt, entity=order, dedupe_key=_receipt_key(order))
    else:
        # The keys are not to wait for a receipt that cannot be written.
        enqueue("delivery.receipt", {"entity_id": str(order_id)}, entity_id=order_id)
    if due.goods is None:
        return
    send_rendered_email(due.goods, entity=order, dedupe_key=due.goods_key)
    for delivery in deliveries:
        if delivery.id in due.covered:
            data = {**delivery.delivery_data, "mailed_at": clock.now().isoformat()}
            delivery.delivery_data = {**data, "keys_mailed": True} if _with_keys(delivery) else data


def mail_receipt(order: Order) -> Email | None:
    """Thank for a paid order, once: lines, totals, link, and what was agreed to."""
    return send_rendered_email(_receipt(order, facts_of(order)), entity=order, dedupe_key=_receipt_key(order))


def mail_instructions(order: Order) -> Email | None:
    """Say where to send the money of an order that is to be paid by bank transfer, once to each address.

    The first address may have been mistyped: whoever corrects it has got no mail.
    """
    facts = facts_of(order)
    if facts["order"].transfer is None:
        return None
    subject = _l("How to pay your order %(number)s", number=order.order_number)
    mark = hashlib.sha256(order.email_lc.encode()).hexdigest()[:16]
    return post(order, "transfer", subject, facts, f"transfer:{order.id}:{mark}")


def _write(order: Order, deliveries: Sequence[Delivery]) -> Due:
    mark, facts = _mark(order, deliveries), facts_of(order)
    try:
        receipt = _receipt(order, facts)
    except Exception:
        log.warning("the receipt of order %s is tried again by itself", order.id, exc_info=True)
        receipt = None
    fresh = _unmailed(order, deliveries)
    if not fresh:
        return Due(mark, receipt)
    digest = hashlib.sha256("".join(sorted(str(delivery.id) for delivery in fresh)).encode()).hexdigest()[:32]
    goods = _goods(order, fresh, facts)
    return Due(
        mark, receipt, goods, f"delivered:{order.id}:{digest}", frozenset(delivery.id for delivery in fresh)
    )


def _receipt(order: Order, facts: dict[str, Any]) -> RenderedEmail:
    subject = _l("Your order %(number)s", number=order.order_number)
    return write(order, "order-received", subject, facts)


def _receipt_key(order: Order) -> str:
    return f"receipt:{order.id}"


def _mark(order: Order, deliveries: Sequence[Delivery]) -> str:
    """Another one as soon as the mails of the order would be other ones."""
    lines = sorted(
        (str(delivery.id), delivery.status, repr(delivery.delivery_data)) for delivery in deliveries
    )
    return repr((progress_of(order).mark, order.email, lines))


def _unmailed(order: Order, deliveries: Sequence[Delivery]) -> list[Delivery]:
    """Return deliveries not mailed yet, once no automatic line is yet to be tried."""
    if order.status not in OWNED or any(
        delivery.status == "pending" and _automatic(delivery) for delivery in deliveries
    ):
        return []
    return [
        delivery
        for delivery in deliveries
        if delivery.status == "delivered" and "mailed_at" not in delivery.delivery_data
    ]


def _automatic(delivery: Delivery) -> bool:
    return kinds.get(delivery.delivery_data["kind"]).automatic


def _with_keys(delivery: Delivery) -> bool:
    return bool(delivery.delivery_data.get("include_keys"))


def _goods(order: Order, deliveries: Sequence[Delivery], facts: dict[str, Any]) -> RenderedEmail:
    views = {line.id: line for line in facts["order"].lines}
    items = {item.id: item for item in order.items}
    lines = []
    for delivery in deliveries:
        if remaining_quantity(items[delivery.order_item_id]):
            line = views[str(delivery.order_item_id)]
            keys = [key_mark(UUID(unit.id)) for unit in line.units] if _with_keys(delivery) else []
            held = line.key_actions.count if line.key_actions is not None else 0
            lines.append(replace(line, keys=keys, all_keys=held))
    has_keys = any(line.units for line in lines)
    with use_locale(order.locale):
        subject, intro = _words(order, deliveries, has_keys)
    context = {**facts, "lines": lines, "intro": intro, "with_keys": any(line.keys for line in lines)}
    return write(order, "keys" if has_keys else "files", subject, context)


def _words(order: Order, deliveries: Sequence[Delivery], has_keys: bool) -> tuple[str, str]:
    """Subject and first sentence: the merchant's own where there are any that work, else ours."""
    number = order.order_number
    subject = (
        _("Your keys from order %(number)s", number=number)
        if has_keys
        else _("Your items from order %(number)s", number=number)
    )
    intro = _("Here is what you bought with order %(number)s.", number=number)
    method_id = next(
        (delivery.delivery_method_id for delivery in deliveries if delivery.delivery_method_id), None
    )
    method = queries.method_by_id(method_id) if method_id else None
    if method is None:
        return subject, intro
    facts = {
        "order": {"number": order.order_number, "email": order.email},
        "name": order.customer_data.get("name", ""),
    }
    try:
        own = [render(str(method.template.get(key) or ""), facts, html=False) for key in ("subject", "intro")]
    except AppError:
        return subject, intro
    return own[0].strip() or subject, own[1].strip() or intro


def resend(order_id: UUID) -> Email:
    """Mail once more what was delivered. Raises NotFoundError, ConflictError when nothing was."""
    order = get_order(order_id)
    done = [delivery for delivery in queries.deliveries_of(order.id) if delivery.status == "delivered"]
    if not done or order.status not in OWNED:
        raise ConflictError(_l("Nothing of this order has been delivered."))
    ask_about_order("before_delivery_resend", order)
    mail = send_rendered_email(
        _goods(order, done, facts_of(order)), entity=order, dedupe_key=f"resent:{uuid7()}"
    )
    assert mail is not None
    emit(DeliveryResent(entity_id=order.id, to=order.email, text=f"To {order.email}"))
    return mail
