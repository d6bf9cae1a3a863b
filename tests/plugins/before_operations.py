"""What each before-hook is asked about: an operation by the hook's name, in a shop that is ready for it.

A preparation gets the shop and returns the operation, which is run in a transaction of the tenant.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from mtc.catalog.presenters import ListingParams, listing
from mtc.catalog.services import (
    collections,
    product_types,
    products,
    stock_batches,
    stock_import,
    stock_items,
    variants,
    warning_level_changes,
)
from mtc.checkout.queries import lines_of
from mtc.checkout.services import add_line, ensure_cart, place_order, set_line
from mtc.checkout.services.store_opening import close_store, open_store
from mtc.media.services import media
from mtc.orders.services import access, cancel_order
from mtc.payments.services import mark_paid, refund
from mtc.payments.services.methods import switch_method, update_method
from mtc.pricing.services import rules
from tests.orders.shop import Shop, bought, buyer, fill_cart, order_of, with_transfer
from tests.plugins.kit import at_work
from tests.plugins.worlds import World, key_in_stock, picture

Operation = Callable[[], Any]
Preparation = Callable[[Shop], Operation]
MODIFIER = {"type": "percent_off", "value": 5000}
RULE = {"name": "Half", "rule_type": "quantity", "conditions": {"min": 1}, "price_modifier": MODIFIER}
MOON = {"name": "Moon", "type": "game", "currency": "EUR", "variants": [{"price": 100}]}
EXTRA = {"price": 200, "options": {"size": "L"}}


def at_once(use: Operation) -> Preparation:
    """An operation that needs nothing before it."""
    return lambda shop: use


def after(make: Callable[[Shop], Any], use: Callable[[Any], Any]) -> Preparation:
    """Make something in a transaction of its own first; the operation is done with it."""

    def prepare(shop: Shop) -> Operation:
        with at_work(World(shop.tenant_id)):
            made = make(shop)
            made = getattr(made, "id", made)
        return lambda: use(made)

    return prepare


def ordered(use: Callable[[Shop, Any], Any], *, paid: bool = False, pieces: str = "key") -> Preparation:
    """Place an order first; the operation is done with it."""

    def prepare(shop: Shop) -> Operation:
        lines = (getattr(shop, pieces), 1)
        order = bought(shop, lines) if paid else order_of(shop, lines).order
        return lambda: use(shop, order)

    return prepare


def ready_to_pay(shop: Shop) -> Operation:
    token = fill_cart(shop, (shop.key, 1))
    return lambda: place_order(shop.store, token, buyer(), ip="198.51.100.7")


def changed_line(shop: Shop) -> Operation:
    token = fill_cart(shop, (shop.key, 1))

    def change() -> None:
        cart, _ = ensure_cart(shop.store, token)
        set_line(cart, lines_of(cart.id)[0].id, 2)

    return change


def transferred(shop: Shop) -> Operation:
    order = order_of(shop, (shop.key, 1), payment_method=with_transfer(shop)).order
    return lambda: mark_paid(order.id, "seen")


def searched() -> Any:
    return listing(ListingParams.read("/search", {"q": ["harbour"]}), title="", currency="EUR")


CATALOG: dict[str, Preparation] = {
    "before_product_create": at_once(lambda: products.create(MOON)),
    "before_product_update": after(
        lambda shop: products.create(MOON), lambda made: products.update(made, {"name": "Mars"})
    ),
    "before_product_publish": at_once(lambda: products.create({**MOON, "status": "active"})),
    "before_product_archive": after(lambda shop: products.create(MOON), lambda made: products.archive(made)),
    "before_variant_create": after(
        lambda shop: products.create({**MOON, "variants": [{"price": 1, "options": {"size": "S"}}]}),
        lambda made: variants.create(made, EXTRA),
    ),
    "before_variant_update": after(lambda shop: shop.key, lambda made: variants.update(made, {"price": 5})),
    "before_variant_delete": after(lambda shop: shop.free, variants.delete),
    "before_collection_create": at_once(lambda: collections.create({"name": "Old"})),
    "before_collection_update": after(
        lambda shop: collections.create({"name": "Old"}), lambda made: collections.set_products(made, [])
    ),
    "before_collection_delete": after(lambda shop: collections.create({"name": "Old"}), collections.delete),
    "before_product_type_create": at_once(lambda: product_types.create({"name": "Book"})),
    "before_product_type_update": after(
        lambda shop: product_types.create({"name": "Book"}),
        lambda made: product_types.update(made, {"name": "Books"}),
    ),
    "before_product_type_delete": after(
        lambda shop: product_types.create({"name": "Book"}), product_types.delete
    ),
    "before_search": at_once(searched),
    "before_stock_add": lambda shop: lambda: stock_import.add_keys(shop.key, ["NEW-KEY-1"], "b"),
    "before_stock_remove": lambda shop: after(
        lambda shop: stock_import.add_keys(shop.key, ["NEW-KEY-1"], "b").batch_id,
        lambda made: stock_batches.undo_batch(shop.key, made),
    )(shop),
    "before_stock_level_change": lambda shop: lambda: warning_level_changes.set_own_level(shop.key, 3),
    "before_key_quarantine": after(key_in_stock, stock_items.quarantine),
    "before_media_upload": at_once(lambda: media.reserve("a.png", picture())),
    "before_media_delete": after(
        lambda shop: media.save("a.bin", b"abc", private=True), lambda made: media.delete(made)
    ),
    "before_pricing_rule_create": at_once(lambda: rules.create(RULE)),
    "before_pricing_rule_update": after(
        lambda shop: rules.create(RULE), lambda made: rules.update(made, {"name": "Third"})
    ),
    "before_pricing_rule_delete": after(lambda shop: rules.create(RULE), rules.delete),
}
SALES: dict[str, Preparation] = {
    "before_cart_add": lambda shop: lambda: add_line(ensure_cart(shop.store, None)[0], shop.key, 2),
    "before_cart_update": changed_line,
    "before_checkout": ready_to_pay,
    "before_order_create": ready_to_pay,
    "before_order_number": ready_to_pay,
    "before_payment_process": ready_to_pay,
    "before_order_cancel": ordered(lambda shop, order: cancel_order(order.id)),
    "before_order_unlock": ordered(lambda shop, order: access.redeem_code(order, "000000")),
    "before_order_devices_forget": ordered(lambda shop, order: access.forget_devices(order)),
    "before_refund": ordered(lambda shop, order: refund(order.id), paid=True),
    "before_payment_book": transferred,
    "before_payment_method_change": at_once(lambda: update_method("test", name="Try it")),
    "before_payment_method_switch": at_once(lambda: switch_method("test", False)),
    "before_store_open": lambda shop: lambda: open_store(shop.store),
    "before_store_close": lambda shop: lambda: close_store(shop.store),
}
