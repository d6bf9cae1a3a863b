"""A small shop for tests: products with keys, files or nothing, a test gateway, carts and orders."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from flask import current_app
from werkzeug.datastructures import MultiDict

from mtc.catalog.models import Product, ProductType, ProductVariant
from mtc.catalog.services import stock_reservation
from mtc.checkout.services import add_line, ensure_cart, place_order
from mtc.checkout.services.order_placement import Placed
from mtc.checkout.values import BuyerDetails
from mtc.core import clock
from mtc.core.db import after_commit, session, unit_of_work
from mtc.core.ids import uuid7
from mtc.core.tenancy import tenant_scope
from mtc.media.models import Media
from mtc.orders import queries
from mtc.orders.models import Order
from mtc.payments.models import Payment, PaymentGateway
from mtc.payments.queries import payments_of
from mtc.payments.services import ensure_test_gateway, hosted_decide
from mtc.payments.services.methods import switch_method, update_method
from mtc.storefront.checkout_form import read_buyer
from mtc.tasks.services import run_due
from mtc.tenants.models import Store
from mtc.tenants.services import change_settings, update_store

FORM = {"email": "Ada@Example.org", "country": "DE", "name": "Ada", "terms": "on", "consent": "on"}


def buyer(**form: Any) -> BuyerDetails:
    """What the checkout reads from the form, filled in like this."""
    return read_buyer(MultiDict({**FORM, **form}))


@dataclass
class Shop:
    """One store with three things for sale."""

    tenant_id: UUID
    store: Any
    gateway: PaymentGateway
    key: UUID  # 29.99, a pool of keys
    file: UUID  # 12.00, one file
    manual: UUID  # 5.00, by hand
    free: UUID  # 0.00, one file
    extra: dict[str, UUID] = field(default_factory=dict)


def go_live(shop: Shop, mode: str = "live") -> None:
    """Take the store out of test mode, or back into it."""
    with tenant_scope(shop.tenant_id), unit_of_work():
        update_store(shop.tenant_id, shop.store.id, mode=mode)
        shop.store = session.get_one(Store, (shop.tenant_id, shop.store.id))


def open_shop(world: Any, keys: int = 10) -> Shop:
    """Fill a tenant (see tests/conftest.py) with terms, products and the test gateway."""
    with tenant_scope(world.id), unit_of_work():
        terms = {"en": {"title": "Terms of sale", "sha256": "0" * 64}}
        world.store = change_settings(world.id, world.store.id, {"legal": {"terms": terms}})
        kind = ProductType(
            tenant_id=world.id,
            slug="game",
            name="Game",
            schema={},
            ui_config={},
            workflows=[],
            delivery_data={},
        )
        session.add(kind)
        session.flush()
        media_id = add_media(world.id, "guide.zip", b"0123456789")
        shop = Shop(
            world.id,
            world.store,
            ensure_test_gateway(),
            key=add_variant(world.id, kind.id, "Star Harbour", 2999, "pool"),
            file=add_variant(world.id, kind.id, "Guide", 1200, "unlimited", files=[str(media_id)]),
            manual=add_variant(world.id, kind.id, "Portrait", 500, "none"),
            free=add_variant(world.id, kind.id, "Sample", 0, "unlimited", files=[str(media_id)]),
        )
        session.flush()
        if keys:
            stock_reservation.add_keys(
                shop.key, "\n".join(f"KEY-{number:05d}-ABCDEF" for number in range(keys))
            )
    return shop


def with_transfer(shop: Shop, **config: Any) -> str:
    """Switch bank transfer on; returns what a form chooses it by."""
    account = {"holder": "Acme Ltd", "iban": "DE89370400440532013000"}
    with tenant_scope(shop.tenant_id), unit_of_work():
        update_method("manual", config={**account, **config})
        return switch_method("manual", True).slug


def add_media(tenant_id: UUID, filename: str, data: bytes) -> UUID:
    """A private file in the store's storage."""
    media_id = uuid7()
    key = f"{tenant_id}/{media_id}.zip"
    storage = current_app.extensions["mtc.ports"].storage
    after_commit(lambda: storage.save(key, data, "application/zip"))
    session.add(
        Media(
            id=media_id,
            tenant_id=tenant_id,
            storage_key=key,
            filename=filename,
            content_type="application/zip",
            size=len(data),
            is_private=True,
        )
    )
    session.flush()
    return media_id


def add_variant(
    tenant_id: UUID,
    type_id: UUID,
    name: str,
    price: int,
    source: str,
    *,
    currency: str = "EUR",
    **delivery: Any,
) -> UUID:
    """A product that is on sale, with one variant."""
    slug = name.lower().replace(" ", "-")
    product = Product(
        tenant_id=tenant_id,
        product_type_id=type_id,
        name=name,
        slug=slug,
        status="active",
        currency=currency,
        price_from=price,
        price_to=price,
        published_at=clock.now(),
    )
    session.add(product)
    session.flush()
    variant = ProductVariant(
        tenant_id=tenant_id,
        product_id=product.id,
        sku=slug.upper(),
        name="Standard",
        price=price,
        price_data={"amount": price},
        inventory_data={"source": source},
        stock_source=source,
        delivery_data=delivery,
        attributes={},
    )
    session.add(variant)
    session.flush()
    return variant.id


def fill_cart(shop: Shop, *lines: tuple[UUID, int], token: str | None = None) -> str:
    """A cart with these lines; returns its cookie's text."""
    with tenant_scope(shop.tenant_id), unit_of_work():
        cart, token = ensure_cart(shop.store, token)
        for variant_id, quantity in lines:
            add_line(cart, variant_id, quantity)
    return token


def order_of(shop: Shop, *lines: tuple[UUID, int], **form: Any) -> Placed:
    """Fill a cart and place the order."""
    return place_again(shop, fill_cart(shop, *lines), **form)


def place_again(shop: Shop, token: str, **form: Any) -> Placed:
    """Place the order of a cart, which may have been placed before."""
    with tenant_scope(shop.tenant_id), unit_of_work():
        return place_order(shop.store, token, buyer(**form), ip="198.51.100.7")


def decide(shop: Shop, placed: Placed, choice: str = "pay", **more: Any) -> str:
    """Do something on the hosted page; the notifications wait as tasks."""
    token = placed.url.rpartition("/")[2]
    with tenant_scope(shop.tenant_id), unit_of_work():
        return hosted_decide(token, choice, **more)


def bought(shop: Shop, *lines: tuple[UUID, int], **form: Any) -> Order:
    """An order that is paid and delivered."""
    placed = order_of(shop, *lines, **form)
    if placed.order.total:
        decide(shop, placed)
    run_due()
    return look(shop, placed.order.id)


def look(shop: Shop, order_id: UUID) -> Order:
    """The order as the database has it now."""
    with tenant_scope(shop.tenant_id), unit_of_work():
        order = queries.order_by_id(order_id)
        assert order is not None
        return order


def payment_of(shop: Shop, order_id: UUID) -> Payment:
    """The only payment of an order."""
    with tenant_scope(shop.tenant_id), unit_of_work():
        [payment] = payments_of(order_id)
        return payment
