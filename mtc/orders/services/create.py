"""Making an order: number, lines, totals and reserved stock, in one transaction."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from mtc.core import clock
from mtc.core.bank_accounts import make_reference
from mtc.core.db import scope_tenant, session
from mtc.core.email_addresses import address_key
from mtc.core.errors import ConflictError, ValidationError
from mtc.core.events import emit
from mtc.core.fields.formats import scrub
from mtc.core.i18n import _l
from mtc.core.ids import uuid7
from mtc.core.retry import keep
from mtc.orders.events import OrderCreated
from mtc.orders.hooks import NumberDraft, OrderDraft
from mtc.orders.models import Order, OrderItem
from mtc.orders.queries import order_by_number
from mtc.orders.services.access_links import give_secret
from mtc.orders.services.purchase_limits import check_share
from mtc.orders.services.quotes import Quote, QuoteLine, quote
from mtc.orders.services.reservations import reserve_for_order
from mtc.orders.services.search_index import index_order
from mtc.plugins.services import run_before
from mtc.tenants.services import next_number

FIRST_NUMBER = 1001
LONGEST_NUMBER = 20
TEST_PREFIX, OTHER_TEST_PREFIX = "T-", "TEST-"  # the second for stores whose own begins like the first
SAMPLE = "sample"
"""The stock source of the lines of a test order in a live store: nothing is taken, a sample is delivered."""


@dataclass(frozen=True, slots=True)
class Created:
    """A new order with its lines, and the secret of its link in clear."""

    order: Order
    items: list[OrderItem]
    secret: str


def create_order(
    draft: OrderDraft, *, prefix: str = "", payment_data: dict[str, Any] | None = None
) -> Created:
    """Write the order. Totals come from the calculator alone; `payment_data` is how paying begins.

    Raises ValidationError (empty), ConflictError with details by variant id (sold out, no longer sold, more
    than one buyer may keep unpaid) or under `total` (the price has changed since the shopper saw it), and
    Reject from a plugin.
    """
    draft = run_before("before_order_create", draft)
    if not draft.lines:
        raise ValidationError(_l("Your cart is empty. Put something into it first."))
    quoted = quote(draft.lines, draft.currency, draft.customer_id)
    if quoted.problems:
        problem = _l("Some items cannot be bought as they are. Look at your cart.")
        raise ConflictError(problem, quoted.problems)
    if draft.expected_total is not None and draft.expected_total != quoted.total:
        message = _l("The price has changed since you looked. Check the new total.")
        raise ConflictError(message, {"total": [message]})
    order = _order(draft, quoted)
    secret = give_secret(order)
    sample = order.is_test and not draft.is_sandbox
    items = [_item(order, line, position, sample) for position, line in enumerate(quoted.lines)]
    order.items_data = [_summary(item) for item in items]
    # The counter's row is locked until the end: late, so that orders of a store wait little for each other.
    reserve_for_order(items, order.expires_at)
    check_share(order, items)
    _number(order, prefix, sample)
    session.add(order)
    session.add_all(items)
    order.payment_data = dict(payment_data or {})
    session.flush()
    index_order(order, items)
    created = OrderCreated(
        entity_id=order.id,
        number=order.order_number,
        total=order.total,
        currency=order.currency,
        lines=len(items),
    )
    emit(created)
    return Created(order, items, secret)


def _number(order: Order, prefix: str, sample: bool) -> None:
    """Number the order; test orders of a live store have a sequence of their own, and no reference.

    The reference is unique in the tenant because the number in it is: of the prefix only letters go in.
    """
    if sample:
        own = TEST_PREFIX if not prefix.upper().startswith(TEST_PREFIX) else OTHER_TEST_PREFIX
        number = next_number(order.tenant_id, "test_order", start=FIRST_NUMBER)
        order.order_number = _named(f"{own}{number}", is_test=True)
        return
    number = next_number(order.tenant_id, "order", start=FIRST_NUMBER)
    order.order_number = _named(f"{prefix}{number}", is_test=order.is_test)
    letters = "".join(sign for sign in prefix.upper() if sign.isascii() and sign.isalpha())
    order.reference = make_reference(f"{letters}{number}")


def _named(number: str, *, is_test: bool) -> str:
    """The number as plugins leave it. Raises ValidationError (too long), ConflictError (taken), Reject."""
    named = run_before("before_order_number", NumberDraft(number, is_test)).number
    if named == number:
        return number
    cleaned = scrub(named, multiline=False)
    if not 1 <= len(cleaned) <= LONGEST_NUMBER or any(sign in cleaned for sign in "/?#%\\"):
        raise ValidationError(_l("An order's number has 1 to 20 characters that may stand in an address."))
    if order_by_number(cleaned) is not None:
        raise ConflictError(_l("There is an order of this number already. Try again."))
    return cleaned


def _order(draft: OrderDraft, quoted: Quote) -> Order:
    now = clock.now()
    return Order(
        id=keep(("order", draft.cart_id), uuid7) if draft.cart_id else uuid7(),
        tenant_id=scope_tenant(),
        store_id=draft.store_id,
        customer_id=draft.customer_id,
        user_id=draft.user_id,
        cart_id=draft.cart_id,
        status="pending",
        email=draft.email,
        email_lc=address_key(draft.email),
        country=draft.country,
        locale=draft.locale,
        currency=draft.currency,
        subtotal=quoted.subtotal,
        discount=quoted.discount,
        total=quoted.total,
        paid_amount=0,
        refunded_amount=0,
        pricing_data={"trace": quoted.trace},
        payment_data={},
        customer_data={"name": draft.name, **draft.customer_data},
        is_demo=draft.is_demo,
        is_test=draft.is_sandbox or (draft.pays_in_test and quoted.total > 0),
        created_at=now,
        updated_at=now,
        expires_at=now + timedelta(minutes=draft.hold_minutes),
    )


def _item(order: Order, line: QuoteLine, position: int, sample: bool) -> OrderItem:
    sellable = line.sellable
    assert sellable is not None
    return OrderItem(
        id=uuid7(),
        tenant_id=order.tenant_id,
        order_id=order.id,
        product_id=sellable.product_id,
        variant_id=sellable.variant_id,
        position=position,
        title=sellable.product_name,
        variant_title=sellable.name,
        sku=sellable.sku,
        quantity=line.quantity,
        unit_price=line.priced.unit_price,
        total=line.priced.total,
        refunded_quantity=0,
        refunded_amount=0,
        price_trace=line.priced.trace,
        snapshot={
            "slug": sellable.product_slug,
            "image": sellable.product_image,
            "options": sellable.options,
            "type": sellable.type_slug,
            "source": SAMPLE if sample else sellable.source,
            "delivery": {**(sellable.type_delivery or {}), **(sellable.variant_delivery or {})},
        },
        delivery_status="pending",
    )


def _summary(item: OrderItem) -> dict[str, Any]:
    return {
        "name": item.title,
        "variant": item.variant_title,
        "quantity": item.quantity,
        "total": item.total,
    }
