"""The cart and the checkout as plain data, the way pages show them."""

from __future__ import annotations

from typing import Any

from mtc.catalog.presenters import delivery_promise
from mtc.checkout import queries
from mtc.checkout.models import Cart
from mtc.checkout.services.carts import offered
from mtc.checkout.services.countries import country_names
from mtc.checkout.values import FREE_OFF, NO_PAYMENTS, terms_url, texts_of
from mtc.core.i18n import _, _l
from mtc.core.i18n.messages import translated
from mtc.core.money import format_money
from mtc.core.store_info import StoreInfo
from mtc.orders.models import Order
from mtc.orders.presenters import money
from mtc.orders.services.quotes import LARGEST_QUANTITY, Quote, QuoteLine, quote
from mtc.orders.services.reservations import is_sample
from mtc.payments.services import active_gateways, kind_of
from mtc.payments.services.methods import free_orders_on

TEST_MODE = _l("Test mode: no money is moved.")
BLOCKED = _l("Some of your items cannot be ordered as they are. Change your cart to go on.")


def quote_cart(cart: Cart) -> tuple[list[Any], Quote]:
    """The rows of the cart's lines and what they cost together; two or three statements."""
    rows = queries.lines_of(cart.id)
    wanted = [(row.variant_id, row.quantity) for row in rows]
    known = offered(cart, [row.variant_id for row in rows])
    return rows, quote(wanted, cart.currency, cart.customer_id, known)


def cart_view(cart: Cart | None, locale: str = "en", currency: str = "EUR") -> dict[str, Any]:
    """The cart as components get it; `currency` is for a cart that does not exist yet."""
    if cart is None:
        rows: list[Any] = []
        quoted = Quote(currency, (), 0, 0)
    else:
        rows, quoted = quote_cart(cart)
    code = quoted.currency
    said = cart.data.get("notices", {}) if cart is not None else {}
    lines = [
        _line(row, one, code, locale, said.get(str(row.variant_id), ""))
        for row, one in zip(rows, quoted.lines, strict=True)
    ]
    return {
        "id": str(cart.id) if cart is not None else None,
        "lines": lines,
        "count": sum(line["quantity"] for line in lines),
        "subtotal": money(quoted.subtotal, code, locale),
        "discount": money(quoted.discount, code, locale),
        "total": money(quoted.total, code, locale),
        "empty": not lines,
        "blocked": bool(quoted.problems),
        "left_out": list(cart.data.get("left_out", [])) if cart is not None else [],
        "trace": _trace(quoted, locale),
    }


def _line(row: Any, one: QuoteLine, currency: str, locale: str, said: str = "") -> dict[str, Any]:
    found = one.sellable
    promise = delivery_promise(
        found.source if found is not None else "none",
        found.type_delivery if found is not None else {},
        found.variant_delivery if found is not None else {},
        available=found.available if found is not None else 0,
        on_sale=found is not None and found.on_sale,
    )
    slug = found.product_slug if found is not None else ""
    return {
        "id": str(row.id),
        "variant_id": str(row.variant_id),
        "product": {
            "name": found.product_name if found is not None else _("An item that is gone"),
            "url": f"/p/{slug}" if slug else "/cart",
            "image": (found.product_image if found is not None else None) or {},
        },
        "variant_name": found.name if found is not None else "",
        "options": found.options if found is not None else {},
        "quantity": row.quantity,
        "unit_price": money(one.priced.unit_price, currency, locale),
        "total": money(one.priced.total, currency, locale),
        "max_quantity": min(found.most, LARGEST_QUANTITY) if found is not None else row.quantity,
        "notice": one.problem or said or None,
        "delivery": promise.as_data(),
    }


def _trace(quoted: Quote, locale: str) -> list[dict[str, Any]]:
    """Why it costs what it costs: only worth a word where a rule changed something."""
    steps: list[dict[str, Any]] = []
    for one in quoted.lines:
        if one.sellable is None or len(one.priced.trace) < 2:
            continue
        for step in one.priced.trace:
            amount = step.get("change", step.get("amount", 0))
            label = f"{one.sellable.product_name}: {translated(str(step.get('label', '')))}"
            text = format_money(amount, quoted.currency, locale)
            steps.append({"label": label, "amount": amount, "formatted": text})
    return steps


def checkout_view(store: StoreInfo, cart: Cart | None, locale: str = "en") -> dict[str, Any]:
    """What the checkout page needs beside the page itself."""
    view = cart_view(cart, locale, store.currency)
    free = not view["empty"] and view["total"]["amount"] == 0
    texts, urls = texts_of(store), {"terms": terms_url(store)}
    methods = [] if free else [method_view(one) for one in active_gateways()]
    problem = ""
    if view["blocked"]:
        problem = str(BLOCKED)
    elif free and not free_orders_on():
        problem = str(FREE_OFF)
    elif not free and not methods:
        problem = str(NO_PAYMENTS)
    later = free or all(one["later"] for one in methods)
    return {
        "cart": view,
        "free": free,
        "problem": "" if view["empty"] else problem,
        "payment_methods": methods,
        "countries": [{"code": code, "name": name} for code, name in country_names(locale)],
        "consents": [
            {"name": name, "label": text, "required": True, "url": urls.get(name, "")}
            for name, text in texts.items()
        ],
        "hidden": [{"name": "expected_total", "value": str(view["total"]["amount"])}],
        "submit_label": _("Place the order") if later else None,
        "values": {"country": store.country},
    }


def ways_to_pay(order: Order) -> list[dict[str, Any]]:
    """The ways in which an order (loaded with its lines) that awaits payment may be paid, for its page."""
    if order.status != "pending":
        return []
    sample = is_sample(order.items)
    return [
        method_view(one)
        for one in active_gateways()
        if (one.is_test if sample else order.is_test or not one.is_test)
    ]


def method_view(gateway: Any) -> dict[str, Any]:
    """A way to pay as forms offer it; `later` says that the money is sent after ordering."""
    kind = kind_of(gateway.type)
    return {
        "id": gateway.slug,
        "label": gateway.name,
        "description": str(TEST_MODE) if gateway.is_test else kind.about(gateway.config),
        "icon": kind.icon,
        "later": kind.pays_later,
    }
