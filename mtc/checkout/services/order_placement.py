"""From a cart to an order and a payment: once, however often the button is pressed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from uuid import UUID

from sqlalchemy import ColumnElement, update

from mtc.checkout import queries
from mtc.checkout.hooks import CheckoutDraft
from mtc.checkout.models import Cart
from mtc.checkout.services.buyer_details import Buyer, check_buyer
from mtc.checkout.services.cart_merging import take_out_paid
from mtc.checkout.services.carts import find_cart, token_hashes
from mtc.checkout.services.store_opening import check_open
from mtc.checkout.services.superseded_orders import cancel_superseded
from mtc.checkout.values import FREE_OFF, NO_PAYMENTS, BuyerDetails
from mtc.core import clock
from mtc.core.db import savepoint, scope_tenant, session
from mtc.core.email_addresses import address_key
from mtc.core.errors import ConflictError, NotFoundError, ValidationError
from mtc.core.i18n import _l, current_locale
from mtc.core.store_info import StoreInfo
from mtc.identity.models import Customer
from mtc.orders import queries as order_queries
from mtc.orders.hooks import OrderDraft
from mtc.orders.models import Order
from mtc.orders.services import correct_buyer, create_order, order_path, pay_free
from mtc.payments import queries as payment_queries
from mtc.payments.models import Payment, PaymentGateway
from mtc.payments.services import active_gateways, hold_minutes, redirect_url, start_payment
from mtc.payments.services.methods import free_orders_on
from mtc.payments.services.payment_start import beginning
from mtc.plugins.services import run_before

EMPTY = _l("Your cart is empty. Put something into it first.")


@dataclass(frozen=True, slots=True)
class Placed:
    """The order and where to send the browser; `created` is False for a repeated press.

    The provider of the payment `starting` is to be asked where to pay once all is committed; until then
    `url` is the order's page.
    """

    order: Order
    url: str
    created: bool
    starting: UUID | None = None


def place_order(
    store: StoreInfo,
    cart_token: str | None,
    details: BuyerDetails,
    customer: Customer | None = None,
    ip: str = "",
    base_url: str = "",
) -> Placed:
    """Make the order of a cart and start its payment; the same cart gives the same order ever after.

    Raises ValidationError with details by field, NotFoundError (no such cart), ConflictError (sold out,
    another price) and Reject; nothing is written then, whatever the caller does with the transaction.
    """
    buyer = check_buyer(store, details, ip)
    with savepoint():
        cart = _claim_cart(store, cart_token, customer)
        if cart is None:
            return _placed_before(store, cart_token, buyer, customer, base_url)
        check_open(store)
        paid = take_out_paid(cart)
        if paid is not None and not queries.lines_of(cart.id):
            cart.status = "open"
            return Placed(paid, f"{base_url}{order_path(paid)}", False)
        draft = _checked(store, cart, buyer)
        cancel_superseded(
            cart, customer.id if customer is not None else None, [variant_id for variant_id, _ in draft.lines]
        )
        gateways = active_gateways()
        likely = next(
            (gateway for gateway in gateways if gateway.slug == buyer.gateway or len(gateways) == 1), None
        )
        created = create_order(
            replace(
                _order_draft(store, cart, buyer, draft, customer),
                hold_minutes=hold_minutes(likely),
                is_sandbox=store.is_sandbox,
                pays_in_test=likely is not None and likely.is_test,
            ),
            prefix=str((store.settings or {}).get("order_prefix") or ""),
            # Written with the order: what the payment adds then needs no statement of its own.
            payment_data=beginning(likely) if likely is not None else None,
        )
        order = created.order
        if order.total == 0:
            _pay_free(order)
            return Placed(order, f"{base_url}{order_path(order)}", True)
        payment = start_payment(order, _chosen(gateways, buyer.gateway), base_url=base_url, fresh=True)
    return _to_pay(order, payment, base_url, created=True)


def _pay_free(order: Order) -> None:
    order.payment_data = {"state": "free"}
    if not free_orders_on():
        raise ConflictError(FREE_OFF)
    pay_free(order)


def _to_pay(order: Order, payment: Payment | None, base_url: str, *, created: bool) -> Placed:
    page = f"{base_url}{order_path(order)}"
    if payment is None:
        return Placed(order, page, created)
    starting = payment.id if payment.status == "starting" else None
    return Placed(order, redirect_url(payment) or page, created, starting)


def _checked(store: StoreInfo, cart: Cart, buyer: Buyer) -> CheckoutDraft:
    """Return the lines and the buyer of the order, as far as the hooks let it pass."""
    lines = tuple((row.variant_id, row.quantity) for row in queries.lines_of(cart.id))
    if not lines:
        raise ValidationError(EMPTY)
    typed = CheckoutDraft(store.id, cart.id, buyer.email, buyer.country, buyer.name, lines, buyer.facts)
    return run_before("before_checkout", typed)


def _order_draft(
    store: StoreInfo, cart: Cart, buyer: Buyer, draft: CheckoutDraft, customer: Customer | None
) -> OrderDraft:
    """Return the draft of the order, from the form and the hooks."""
    return OrderDraft(
        store_id=store.id,
        currency=store.currency,
        email=buyer.email,
        country=buyer.country,
        name=buyer.name,
        lines=draft.lines,
        locale=current_locale(),
        customer_id=customer.id if customer is not None else None,
        cart_id=cart.id,
        customer_data=draft.customer_data,
        expected_total=buyer.expected_total,
    )


def _claim_cart(store: StoreInfo, cart_token: str | None, customer: Customer | None) -> Cart | None:
    """Close the open cart and return it, or None when it is not open: of two who press, one gets it."""
    if customer is None:
        if not cart_token:
            raise NotFoundError(EMPTY)
        this: ColumnElement[bool] = Cart.token_hash.in_(token_hashes(cart_token))
    else:
        cart = find_cart(cart_token, customer.id, store.id)
        if cart is None:
            return None
        this = Cart.id == cart.id
    statement = (
        update(Cart)
        .where(Cart.tenant_id == scope_tenant(), this, Cart.status == "open")
        .values(status="ordered", updated_at=clock.now())
        .returning(Cart)
        .execution_options(synchronize_session=False, populate_existing=True)
    )
    return session.scalars(statement).first()


def _chosen(gateways: Sequence[PaymentGateway], slug: str) -> PaymentGateway:
    if not gateways:
        raise ConflictError(NO_PAYMENTS)
    if not slug and len(gateways) == 1:
        return gateways[0]
    for gateway in gateways:
        if gateway.slug == slug:
            return gateway
    sentence = _l("Choose how to pay.")
    raise ValidationError(sentence, {"payment_method": [sentence]})


def _placed_before(
    store: StoreInfo, cart_token: str | None, buyer: Buyer, customer: Customer | None, base_url: str
) -> Placed:
    """Return the order that the cart has become. Who went back and typed something else gets it corrected.

    So does who chose another way to pay: pressing the button again must not lead to the page of the first.
    """
    cart = _ordered_cart(store.id, cart_token, customer.id if customer is not None else None)
    order = order_queries.order_by_cart(cart.id) if cart is not None else None
    if cart is None or order is None:
        raise NotFoundError(EMPTY)
    payment = None
    if order.status == "pending":
        if _is_another(order, buyer):
            correct_buyer(order, _order_draft(store, cart, buyer, _checked(store, cart, buyer), customer))
        payment = _payment_under_way(order, buyer.gateway, base_url)
    return _to_pay(order, payment, base_url, created=False)


def _is_another(order: Order, buyer: Buyer) -> bool:
    """Return whether the form differs from the order in the buyer; capitals of the address aside."""
    stored = (order.email_lc, order.country, order.customer_data.get("name", ""))
    return stored != (address_key(buyer.email), buyer.country, buyer.name)


def _payment_under_way(order: Order, gateway_slug: str, base_url: str) -> Payment | None:
    """The undecided payment of the order, by the way that was chosen; None where there is none any more."""
    payment = payment_queries.open_payment(order.id)
    if payment is None or not gateway_slug:
        return payment
    gateway = _chosen(active_gateways(), gateway_slug)
    if gateway.id == payment.gateway_id:
        return payment
    return start_payment(order, gateway, base_url=base_url)


def _ordered_cart(store_id: UUID, cart_token: str | None, customer_id: UUID | None) -> Cart | None:
    """The cart of the text that has become an order, or the one that the customer ordered last."""
    cart = queries.cart_by_hash(token_hashes(cart_token)) if cart_token else None
    if cart is not None and cart.status == "ordered" and cart.customer_id in (None, customer_id):
        return cart
    if customer_id is None:
        return cart if cart is not None and cart.status == "ordered" else None
    return next(iter(queries.carts_of_customer(customer_id, store_id, "ordered")), None)


def unpaid_order(store_id: UUID, cart_token: str | None, customer_id: UUID | None = None) -> Order | None:
    """Return the order that the visitor's cart has become, as long as nobody has paid it; or None."""
    if customer_id is not None and find_cart(cart_token, customer_id, store_id) is not None:
        return None
    cart = _ordered_cart(store_id, cart_token, customer_id)
    if cart is None:
        return None
    order = order_queries.order_by_cart(cart.id)
    return order if order is not None and order.status == "pending" else None


def pay_again(order: Order, gateway_slug: str = "", base_url: str = "") -> Placed:
    """Start another payment of an order that awaits one.

    Raises ConflictError when it does not, ValidationError for an unknown way to pay.
    """
    gateway = _chosen(active_gateways(), gateway_slug)
    payment = start_payment(order, gateway, base_url=base_url)
    return _to_pay(order, payment, base_url, created=False)
