"""The cart and the checkout as plain data, the way pages show them."""

from __future__ import annotations

import hashlib
from typing import Any

from mtc.catalog.schemas import delivery_promise
from mtc.checkout import queries
from mtc.checkout.models import Cart
from mtc.checkout.services.carts import offered
from mtc.checkout.services.countries import COUNTRIES
from mtc.core.i18n import _
from mtc.core.money import format_money
from mtc.orders.services.quotes import LARGEST_QUANTITY, Quote, QuoteLine, quote
from mtc.orders.services.views import money
from mtc.payments.services import active_gateways, kind_of
from mtc.payments.services.methods import free_orders_on
from mtc.tenants.services import legal_links

CONSENT = (
    "I expressly agree that delivery of the digital content begins before the withdrawal period has ended, "
    "and I acknowledge that I lose my right of withdrawal once it has begun."
)
TERMS = "I have read and accept the terms of sale."
NO_PAYMENTS = "This store takes no payments yet. Please come back later."
TEST_MODE = "Test mode: no money is moved."
FREE_OFF = "Items that cost nothing cannot be ordered in this store at the moment."
BLOCKED = "Some of your items cannot be ordered as they are. Change your cart to go on."


def texts_of(store: Any) -> dict[str, str]:
    """What shoppers of the store agree to: `terms`, where it has any, and `consent`.

    The store's settings may word both otherwise.
    """
    own = (store.settings or {}).get("checkout") or {}
    terms = {"terms": str(own.get("terms_text") or TERMS)} if terms_url(store) else {}
    return {**terms, "consent": str(own.get("consent_text") or CONSENT)}


def text_hash(text: str) -> str:
    """What proves later which version of a text was agreed to: its SHA-256."""
    return hashlib.sha256(text.encode()).hexdigest()


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
            label = f"{one.sellable.product_name}: {step.get('label', '')}"
            text = format_money(amount, quoted.currency, locale)
            steps.append({"label": label, "amount": amount, "formatted": text})
    return steps


def checkout_view(store: Any, cart: Cart | None, locale: str = "en") -> dict[str, Any]:
    """What the checkout page needs beside the page itself."""
    view = cart_view(cart, locale, store.currency)
    free = not view["empty"] and view["total"]["amount"] == 0
    texts, urls = texts_of(store), {"terms": terms_url(store)}
    methods = [] if free else [method_view(one) for one in active_gateways()]
    problem = ""
    if view["blocked"]:
        problem = BLOCKED
    elif free and not free_orders_on():
        problem = FREE_OFF
    elif not free and not methods:
        problem = NO_PAYMENTS
    later = free or all(one["later"] for one in methods)
    return {
        "cart": view,
        "free": free,
        "problem": "" if view["empty"] else problem,
        "payment_methods": methods,
        "countries": [{"code": code, "name": name} for code, name in COUNTRIES.items()],
        "consents": [
            {"name": name, "label": text, "required": True, "url": urls.get(name, "")}
            for name, text in texts.items()
        ],
        "hidden": [{"name": "expected_total", "value": str(view["total"]["amount"])}],
        "submit_label": "Place the order" if later else None,
        "values": {"country": store.country},
    }


def method_view(gateway: Any) -> dict[str, Any]:
    """A way to pay as forms offer it; `later` says that the money is sent after ordering."""
    kind = kind_of(gateway.type)
    return {
        "id": gateway.slug,
        "label": gateway.name,
        "description": TEST_MODE if gateway.is_test else kind.about(gateway.config),
        "icon": kind.icon,
        "later": kind.pays_later,
    }


def terms_url(store: Any) -> str:
    """Where the terms of the store can be read; an empty text when it has published none."""
    if any(one["kind"] == "terms" for one in legal_links(store)):
        return "/pages/terms"
    pages = (store.settings or {}).get("pages") or []
    return "/pages/terms" if any(page.get("slug") == "terms" for page in pages) else ""
