"""The mails of an order: the receipt, and what was delivered, in the store's look."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from typing import Any
from uuid import UUID

from mtc.core import clock
from mtc.core.errors import AppError, ConflictError
from mtc.core.ids import uuid7
from mtc.core.text import render
from mtc.delivery import queries
from mtc.delivery.kinds import kinds
from mtc.delivery.models import Delivery
from mtc.delivery.services.letters import facts_of, key_mark, post
from mtc.events.models import Mail
from mtc.events.services import emit
from mtc.orders.models import Order
from mtc.orders.services import OWNED, get_order
from mtc.orders.services.holding import kept


def mail_receipt(order: Order, facts: dict[str, Any] | None = None) -> Mail | None:
    """Thank for a paid order, once: lines, totals, link, and what was agreed to.

    `facts` are those of `facts_of`, where the caller has them already.
    """
    subject = f"Your order {order.order_number}"
    return post(order, "order-received", subject, facts or facts_of(order), f"receipt:{order.id}")


def mail_instructions(order: Order) -> Mail | None:
    """Say where to send the money of an order that is to be paid by bank transfer, once to each address.

    The first address may have been mistyped: whoever corrects it has got no mail.
    """
    facts = facts_of(order)
    if facts["order"]["transfer"] is None:
        return None
    subject = f"How to pay your order {order.order_number}"
    mark = hashlib.sha256(order.email_lc.encode()).hexdigest()[:16]
    return post(order, "transfer", subject, facts, f"transfer:{order.id}:{mark}")


def mail_finished(
    order: Order, deliveries: Sequence[Delivery], facts: dict[str, Any] | None = None
) -> Mail | None:
    """Mail what has been delivered and not mailed yet, once no automatic line is yet to be tried.

    The order has to be held by the running transaction, so that two lines that finish together make
    one mail; `deliveries` are all of it, as they are now, and `facts` those of `facts_of`, where the caller
    has them already.
    """
    if any(one.status == "pending" and _automatic(one) for one in deliveries):
        return None
    fresh = [one for one in deliveries if one.status == "delivered" and "mailed_at" not in one.delivery_data]
    if not fresh or order.status not in OWNED:
        return None
    mark = hashlib.sha256("".join(sorted(str(one.id) for one in fresh)).encode()).hexdigest()[:32]
    mail = _mail_deliveries(order, fresh, f"delivered:{order.id}:{mark}", facts)
    for one in fresh:
        data = {**one.delivery_data, "mailed_at": clock.now().isoformat()}
        one.delivery_data = {**data, "keys_mailed": True} if _with_keys(one) else data
    return mail


def _automatic(delivery: Delivery) -> bool:
    return kinds.get(delivery.delivery_data["kind"]).automatic


def _with_keys(delivery: Delivery) -> bool:
    return bool(delivery.delivery_data.get("include_keys"))


def _mail_deliveries(
    order: Order, deliveries: Sequence[Delivery], dedupe_key: str, facts: dict[str, Any] | None = None
) -> Mail | None:
    facts = dict(facts or facts_of(order))
    views = {line["id"]: line for line in facts["order"]["lines"]}
    items = {item.id: item for item in order.items}
    lines = []
    for one in deliveries:
        if kept(items[one.order_item_id]):
            line = dict(views[str(one.order_item_id)])
            units = line["units"] if _with_keys(one) else []
            keys = [key_mark(UUID(unit["id"])) for unit in units]
            lines.append({**line, "keys": keys, "all_keys": line.get("key_actions", {}).get("count", 0)})
    has_keys = any(line["units"] for line in lines)
    subject, intro = _words(order, deliveries, "keys" if has_keys else "items")
    facts |= {"lines": lines, "intro": intro, "with_keys": any(line["keys"] for line in lines)}
    return post(order, "keys" if has_keys else "files", subject, facts, dedupe_key)


def _words(order: Order, deliveries: Sequence[Delivery], what: str) -> tuple[str, str]:
    """Subject and first sentence: the merchant's own where there are any that work, else ours."""
    subject = f"Your {what} from order {order.order_number}"
    intro = f"Here is what you bought with order {order.order_number}."
    method_id = next((one.delivery_method_id for one in deliveries if one.delivery_method_id), None)
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


def resend(order_id: UUID) -> Mail:
    """Mail once more what was delivered. Raises NotFoundError, ConflictError when nothing was."""
    order = get_order(order_id)
    done = [one for one in queries.deliveries_of(order.id) if one.status == "delivered"]
    if not done or order.status not in OWNED:
        raise ConflictError("Nothing of this order has been delivered.")
    mail = _mail_deliveries(order, done, f"resent:{uuid7()}")
    assert mail is not None
    emit("delivery.resent", entity=order, data={"to": order.email, "text": f"To {order.email}"})
    return mail
