"""The cart and the checkout as read models, the way pages show them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import Row

from mtc.catalog.presenters import PromiseView, delivery_promise
from mtc.checkout import queries
from mtc.checkout.hooks import CartQuery
from mtc.checkout.models import Cart
from mtc.checkout.services.carts import offered
from mtc.checkout.services.countries import country_names
from mtc.checkout.values import FREE_OFF, NO_PAYMENTS, terms_url, texts_of
from mtc.core.i18n import _, _l, retold
from mtc.core.i18n.messages import translated
from mtc.core.money import ShownAmount, format_money
from mtc.core.store_info import StoreInfo
from mtc.orders.models import Order
from mtc.orders.presenters import WayToPay, money
from mtc.orders.services.quotes import LARGEST_QUANTITY, Quote, QuoteLine, quote
from mtc.orders.services.reservations import is_sample
from mtc.payments.models import PaymentGateway
from mtc.payments.services import active_gateways, kind_of
from mtc.payments.services.methods import free_orders_on
from mtc.plugins.services import ask_plugins, is_hooked

TEST_MODE = _l("Test mode: no money is moved.")
BLOCKED = _l("Some of your items cannot be ordered as they are. Change your cart to go on.")


@dataclass(frozen=True, slots=True)
class CartProduct:
    """The product of a line."""

    name: str
    url: str
    image: dict[str, Any]


@dataclass(frozen=True, slots=True)
class CartLineView:
    """A line of the cart; `notice` is what the shopper has to know of it."""

    id: str
    variant_id: str
    product: CartProduct
    variant_name: str
    options: dict[str, str]
    quantity: int
    unit_price: ShownAmount
    total: ShownAmount
    max_quantity: int
    notice: str | None
    delivery: PromiseView


@dataclass(frozen=True, slots=True)
class PriceStep:
    """A step of how a price came about."""

    label: str
    amount: int
    formatted: str


@dataclass(frozen=True, slots=True)
class CartView:
    """The cart; `blocked` says that it cannot be ordered as it is.

    `left_out` says what was not taken along, and what plugins have to say.
    """

    id: str | None
    lines: list[CartLineView]
    count: int
    subtotal: ShownAmount
    discount: ShownAmount
    total: ShownAmount
    empty: bool
    blocked: bool
    left_out: list[str]
    trace: list[PriceStep]


@dataclass(frozen=True, slots=True)
class CountryChoice:
    """A country that a shopper may choose."""

    code: str
    name: str


@dataclass(frozen=True, slots=True)
class ConsentField:
    """A text to agree to, and where to read what it is about."""

    name: str
    label: str
    url: str
    required: bool = True


@dataclass(frozen=True, slots=True)
class HiddenField:
    """A value that the form sends back."""

    name: str
    value: str


@dataclass(frozen=True, slots=True)
class CheckoutView:
    """Data of the checkout page beside the page itself; `problem` says why nothing can be ordered."""

    cart: CartView
    free: bool
    problem: str
    payment_methods: list[WayToPay]
    countries: list[CountryChoice]
    consents: list[ConsentField]
    hidden: list[HiddenField]
    submit_label: str | None
    values: dict[str, Any]


def quote_cart(cart: Cart) -> tuple[list[Row[UUID, UUID, int]], Quote]:
    """The rows of the cart's lines and what they cost together; two or three statements."""
    rows = queries.lines_of(cart.id)
    quantities = [(row.variant_id, row.quantity) for row in rows]
    sellable_by_id = offered(cart, [row.variant_id for row in rows])
    return rows, quote(quantities, cart.currency, cart.customer_id, sellable_by_id)


def cart_view(cart: Cart | None, locale: str = "en", currency: str = "EUR") -> CartView:
    """The cart as components get it; `currency` is for a cart that does not exist yet."""
    if cart is None:
        rows: list[Row[UUID, UUID, int]] = []
        quoted = Quote(currency, (), 0, 0)
    else:
        rows, quoted = quote_cart(cart)
    code = quoted.currency
    said = cart.data.get("notices", {}) if cart is not None else {}
    lines = [
        _line(row, line, code, locale, said.get(str(row.variant_id), ""))
        for row, line in zip(rows, quoted.lines, strict=True)
    ]
    return CartView(
        id=str(cart.id) if cart is not None else None,
        lines=lines,
        count=sum(line.quantity for line in lines),
        subtotal=money(quoted.subtotal, code, locale),
        discount=money(quoted.discount, code, locale),
        total=money(quoted.total, code, locale),
        empty=not lines,
        blocked=bool(quoted.problems),
        left_out=[*cart.data.get("left_out", []), *_notices(cart, quoted, rows)] if cart is not None else [],
        trace=_trace(quoted, locale),
    )


def _notices(cart: Cart, quoted: Quote, rows: list[Row[UUID, UUID, int]]) -> list[str]:
    """Return the sentences of plugins about the cart."""
    if not is_hooked("provide_cart_notices"):
        return []
    lines = tuple((row.variant_id, row.quantity) for row in rows)
    query = CartQuery(cart.id, quoted.total, quoted.currency, lines, cart.customer_id)
    return [notice.text for some in ask_plugins("provide_cart_notices", query) for notice in some]


def _line(
    row: Row[UUID, UUID, int], line: QuoteLine, currency: str, locale: str, said: str = ""
) -> CartLineView:
    sellable = line.sellable
    promise = delivery_promise(
        sellable.source if sellable is not None else "none",
        sellable.type_delivery if sellable is not None else {},
        sellable.variant_delivery if sellable is not None else {},
        available=sellable.available if sellable is not None else 0,
        on_sale=sellable is not None and sellable.on_sale,
    )
    slug = sellable.product_slug if sellable is not None else ""
    return CartLineView(
        id=str(row.id),
        variant_id=str(row.variant_id),
        product=CartProduct(
            name=sellable.product_name if sellable is not None else _("An item that is gone"),
            url=f"/p/{slug}" if slug else "/cart",
            image=(sellable.product_image if sellable is not None else None) or {},
        ),
        variant_name=sellable.name if sellable is not None else "",
        options=sellable.options if sellable is not None else {},
        quantity=row.quantity,
        unit_price=money(line.priced.unit_price, currency, locale),
        total=money(line.priced.total, currency, locale),
        max_quantity=min(sellable.most, LARGEST_QUANTITY) if sellable is not None else row.quantity,
        notice=line.problem or said or None,
        delivery=promise.view(),
    )


def _trace(quoted: Quote, locale: str) -> list[PriceStep]:
    """Return why it costs what it costs: only worth a word where a rule changed something."""
    steps: list[PriceStep] = []
    for line in quoted.lines:
        if line.sellable is None or len(line.priced.trace) < 2:
            continue
        for step in line.priced.trace:
            amount = step.get("change", step.get("amount", 0))
            label = f"{line.sellable.product_name}: {translated(str(step.get('label', '')))}"
            steps.append(PriceStep(label, amount, format_money(amount, quoted.currency, locale)))
    return steps


def checkout_view(store: StoreInfo, cart: Cart | None, locale: str = "en") -> CheckoutView:
    """Return the data of the checkout page beside the page itself."""
    view = cart_view(cart, locale, store.currency)
    free = not view.empty and view.total.amount == 0
    texts, urls = texts_of(store), {"terms": terms_url(store)}
    methods = [] if free else [method_view(gateway) for gateway in active_gateways()]
    problem = ""
    if view.blocked:
        problem = str(BLOCKED)
    elif free and not free_orders_on():
        problem = str(FREE_OFF)
    elif not free and not methods:
        problem = str(NO_PAYMENTS)
    later = free or all(method.later for method in methods)
    return CheckoutView(
        cart=view,
        free=free,
        problem="" if view.empty else problem,
        payment_methods=methods,
        countries=[CountryChoice(code, name) for code, name in country_names(locale)],
        consents=[ConsentField(name, text, urls.get(name, "")) for name, text in texts.items()],
        hidden=[HiddenField("expected_total", str(view.total.amount))],
        submit_label=_("Place the order") if later else None,
        values={"country": store.country},
    )


def ways_to_pay(order: Order) -> list[WayToPay]:
    """The ways in which an order (loaded with its lines) that awaits payment may be paid, for its page."""
    if order.status != "pending":
        return []
    sample = is_sample(order.items)
    return [
        method_view(gateway)
        for gateway in active_gateways()
        if (gateway.is_test if sample else order.is_test or not gateway.is_test)
    ]


def method_view(gateway: PaymentGateway) -> WayToPay:
    """A way to pay as forms offer it."""
    gateway_type = kind_of(gateway.type)
    return WayToPay(
        id=gateway.slug,
        label=retold(gateway.name),
        description=str(TEST_MODE) if gateway.is_test else gateway_type.about(gateway.config),
        icon=gateway_type.icon,
        later=gateway_type.pays_later,
    )
