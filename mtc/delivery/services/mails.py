"""The mails of an order: the receipt, and what was delivered, in the store's look."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from typing import Any
from uuid import UUID

from flask import current_app
from jinja2 import TemplateNotFound

from mtc.core import clock
from mtc.core.crypto import open_sealed
from mtc.core.errors import AppError, ConflictError
from mtc.core.ids import uuid7
from mtc.core.text import render
from mtc.delivery import queries
from mtc.delivery.kinds import kinds
from mtc.delivery.models import Delivery, DeliveryMethod
from mtc.events.models import Mail
from mtc.events.services import emit, post_mail
from mtc.orders import queries as order_queries
from mtc.orders.models import Order, OrderItem
from mtc.orders.services import OWNED, get_order, order_path, order_view
from mtc.orders.services.holding import kept
from mtc.tenants import queries as tenant_queries
from mtc.tenants.services import StoreInfo, store_url
from mtc.tenants.services.directory import store_info

MAX_KEYS_IN_MAIL = 50


def store_of(order: Order) -> StoreInfo:
    """The store that an order was made in."""
    rows = tenant_queries.stores_of(order.tenant_id)
    return next(store_info(row) for row in rows if row.store_id == order.store_id)


def _frame(order: Order) -> dict[str, Any]:
    """What every mail about an order knows."""
    store = store_of(order)
    url = store_url(store, current_app.config["MTC"].public_url)
    view = order_view(order, order.locale)
    return {
        "store": {
            "name": store.name,
            "slug": store.slug,
            "tagline": store.tagline,
            "email": store.email,
            "url": url,
            "branding": store.branding,
            "theme": store.theme_slug,
        },
        "order": {**view, "url": url + order_path(order)},
        "customer_name": order.customer_data.get("name", ""),
    }


def _post(
    order: Order, name: str, subject: str, text: str, frame: dict[str, Any], dedupe: str
) -> Mail | None:
    try:
        html = current_app.jinja_env.get_template(f"mail/{name}.html").render(**frame, subject=subject)
    except TemplateNotFound:
        html = ""
    store = frame["store"]
    sender = f"{store['name']} <{store['email']}>" if store["email"] else ""
    return post_mail(
        name,
        to=order.email,
        subject=subject,
        text=text,
        html=html,
        sender=sender,
        entity=order,
        dedupe_key=dedupe,
    )


def mail_receipt(order: Order) -> Mail | None:
    """Thank for a paid order, once: lines, totals, link, and what was agreed."""
    frame = _frame(order)
    store, view = frame["store"], frame["order"]
    lines = [f"- {_title(line)}: {line['total']['formatted']}" for line in view["lines"]]
    totals = [f"{one['label']}: {one['formatted']}" for one in view["totals"]]
    consent = view["consent"].get("text", "")
    parts = [
        f"Thank you for your order {order.order_number} at {store['name']}.",
        "\n".join(lines),
        "\n".join(totals),
        f"Your order, with everything you bought:\n{view['url']}",
        f"You agreed: {consent}" if consent else "",
    ]
    subject = f"Your order {order.order_number}"
    return _post(order, "order-received", subject, _text(parts, store), frame, f"receipt:{order.id}")


def _title(line: dict[str, Any]) -> str:
    name = f"{line['name']} ({line['variant_name']})" if line["variant_name"] else line["name"]
    return f"{line['quantity']} × {name}" if line["quantity"] > 1 else name


def _text(parts: Sequence[str], store: dict[str, Any]) -> str:
    contact = f"\nQuestions? {store['email']}" if store["email"] else ""
    return "\n\n".join([part for part in parts if part] + [f"{store['name']}\n{store['url']}{contact}"])


def mail_finished(order: Order) -> Mail | None:
    """Mail what has been delivered and not mailed yet, once no automatic line is yet to be tried.

    The order has to be held by the running transaction, so that two lines that finish together make
    one mail.
    """
    deliveries = queries.deliveries_of(order.id)
    if any(one.status == "pending" and _automatic(one) for one in deliveries):
        return None
    fresh = [one for one in deliveries if one.status == "delivered" and "mailed_at" not in one.delivery_data]
    if not fresh or order.status not in OWNED:
        return None
    mark = hashlib.sha256("".join(sorted(str(one.id) for one in fresh)).encode()).hexdigest()[:32]
    mail = _mail_deliveries(order, fresh, f"delivered:{order.id}:{mark}")
    for one in fresh:
        data = {**one.delivery_data, "mailed_at": clock.now().isoformat()}
        one.delivery_data = {**data, "keys_mailed": True} if _with_keys(one) else data
    return mail


def _automatic(delivery: Delivery) -> bool:
    return kinds.get(delivery.delivery_data["kind"]).automatic


def _with_keys(delivery: Delivery) -> bool:
    return bool(delivery.delivery_data.get("include_keys"))


def _keys(item: OrderItem) -> list[str]:
    units = [unit for unit in order_queries.units_of([item.id]) if unit.status == "delivered"]
    return [
        open_sealed(unit.value, tenant_id=unit.tenant_id, table="stock_items", column="value", row_id=unit.id)
        for unit in units[:MAX_KEYS_IN_MAIL]
    ]


def _mail_deliveries(order: Order, deliveries: Sequence[Delivery], dedupe: str) -> Mail | None:
    frame = _frame(order)
    store, url = frame["store"], frame["order"]["url"]
    views = {line["id"]: line for line in frame["order"]["lines"]}
    items = {item.id: item for item in order.items}
    listed = []
    for one in deliveries:
        item = items[one.order_item_id]
        if kept(item):
            listed.append(
                {
                    **views[str(item.id)],
                    "keys": _keys(item) if _with_keys(one) else [],
                    "message": one.delivery_data.get("message", ""),
                }
            )
    has_keys = any(line["units"] for line in listed)
    name = "keys" if has_keys else "files"
    subject, intro = _words(order, deliveries, has_keys)
    frame |= {"lines": listed, "intro": intro}
    text = _text([intro, *[_line_text(line) for line in listed], f"Open your order:\n{url}"], store)
    return _post(order, name, subject, text, frame, dedupe)


def _line_text(line: dict[str, Any]) -> str:
    rows = [_title(line), *[f"  {key}" for key in line["keys"]]]
    rows += [f"  {file['name']} ({file['size']})" for file in line["files"]]
    rows += [f"  {line['message']}"] if line["message"] else []
    rows += [f"  {line['how_to']}"] if line["how_to"] else []
    return "\n".join(rows)


def _words(order: Order, deliveries: Sequence[Delivery], has_keys: bool) -> tuple[str, str]:
    """Subject and first sentence: the merchant's own where there are any that work, else ours."""
    what = "keys" if has_keys else "items"
    subject = f"Your {what} from order {order.order_number}"
    intro = f"Here is what you bought with order {order.order_number}."
    method_id: UUID | None = next(
        (one.delivery_method_id for one in deliveries if one.delivery_method_id), None
    )
    method: DeliveryMethod | None = queries.method_by_id(method_id) if method_id else None
    if method is None:
        return subject, intro
    facts = {
        "order": {"number": order.order_number, "email": order.email},
        "name": order.customer_data.get("name", ""),
    }
    try:
        return (
            render(method.template.get("subject") or "", facts, html=False).strip() or subject,
            render(method.template.get("intro") or "", facts, html=False).strip() or intro,
        )
    except AppError:
        return subject, intro


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
