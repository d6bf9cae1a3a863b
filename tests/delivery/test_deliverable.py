"""Only what can be delivered goes on sale, and what is on sale stays so."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import UUID

import pytest

from mtc.catalog.models import ProductVariant
from mtc.catalog.services import products, variants
from mtc.core.db import session, unit_of_work
from mtc.core.errors import ConflictError, NotFoundError, ValidationError
from mtc.core.tenancy import tenant_scope
from mtc.delivery.services import save_method
from mtc.delivery.services.files import add_file, remove_file
from mtc.orders.models import Order
from tests.delivery.test_files import upload
from tests.orders.shop import Shop, add_media, bought

FILE, KEYS, HAND = "has no file", "Keys of a pool", "Told to the buyer"


@pytest.fixture
def draft(shop: Shop) -> Callable[..., Any]:
    """Make a draft with one variant of these values."""

    def build(**values: Any) -> Any:
        with tenant_scope(shop.tenant_id), unit_of_work():
            save_method("file", "files", "Download")
            save_method("manual", "by-hand", "By hand")
            save_method("email", "keys", "Keys")
            variant = {"name": "Solo", "price": 900, **values}
            return products.create({"name": "New", "type": "game", "currency": "EUR", "variants": [variant]})

    return build


CASES: list[tuple[dict[str, Any], str]] = [
    ({"stock_source": "pool"}, ""),  # an empty pool is sold out, not undeliverable
    ({"stock_source": "unlimited"}, FILE),
    ({"stock_source": "unlimited", "delivery_data": {"method": "files", "files": []}}, FILE),
    ({"stock_source": "unlimited", "delivery_data": {"files": ["no id"]}}, FILE),
    ({"stock_source": "unlimited", "delivery_data": {"files": [str(UUID(int=7))]}}, FILE),
    ({"stock_source": "unlimited", "delivery_data": {"method": "keys"}}, KEYS),
    ({"stock_source": "none"}, HAND),
    ({"stock_source": "none", "promise": "Within a day"}, ""),
    ({"stock_source": "unlimited", "delivery_data": {"method": "by-hand"}}, HAND),
    ({"stock_source": "unlimited", "delivery_data": {"method": "by-hand", "how_to": "Call us"}}, ""),
]


@pytest.mark.parametrize("number", range(len(CASES)))
def test_u2_publishing_refuses_what_cannot_be_delivered(
    shop: Shop, draft: Callable[..., Any], number: int
) -> None:
    values, sentence = CASES[number]
    product = draft(**values)
    with tenant_scope(shop.tenant_id):
        if not sentence:
            with unit_of_work():
                assert products.publish(product.id).status == "active"
            return
        for change in (
            lambda: products.publish(product.id),
            lambda: products.update(product.id, {"status": "active"}),
            lambda: products.create(
                {"name": "Two", "type": "game", "currency": "EUR", "status": "active",
                 "variants": [{"name": "Solo", "price": 1, **values}]}
            ),
        ):  # fmt: skip
            with pytest.raises(ValidationError) as refused, unit_of_work():
                change()
            [told] = [text for texts in refused.value.details.values() for text in texts]
            assert sentence in told
            assert "“Solo”" in told
        with unit_of_work():
            assert products.get(product.id).status == "draft"


def test_an_inactive_variant_needs_no_delivery(shop: Shop, draft: Callable[..., Any]) -> None:
    product = draft(stock_source="pool")
    with tenant_scope(shop.tenant_id), unit_of_work():
        products.publish(product.id)
        row = variants.create(product.id, {"price": 1, "stock_source": "unlimited", "is_active": False})
    with tenant_scope(shop.tenant_id), pytest.raises(ValidationError), unit_of_work():
        variants.update(row.id, {"is_active": True})
    with tenant_scope(shop.tenant_id), pytest.raises(ValidationError), unit_of_work():
        variants.create(product.id, {"price": 1, "stock_source": "unlimited"})


def test_the_last_file_of_what_is_on_sale_stays(shop: Shop, draft: Callable[..., Any]) -> None:
    product = draft(stock_source="unlimited")
    with tenant_scope(shop.tenant_id), unit_of_work():
        [variant] = variants.variants.variants_of(product.id)
    one, two = upload(shop, b"one"), upload(shop, b"two")
    with tenant_scope(shop.tenant_id), unit_of_work():
        first, second = add_file(variant.id, one), add_file(variant.id, two)
        products.publish(product.id)
        remove_file(variant.id, first.id)
    with tenant_scope(shop.tenant_id), pytest.raises(ConflictError) as refused, unit_of_work():
        remove_file(variant.id, second.id)
    assert "last file" in refused.value.message
    with tenant_scope(shop.tenant_id), unit_of_work():
        products.unpublish(product.id)
        remove_file(variant.id, second.id)


def test_what_has_no_file_does_not_sell(shop: Shop) -> None:
    """A product that was put on sale before this was checked."""
    with tenant_scope(shop.tenant_id), unit_of_work():
        row = session.get_one(ProductVariant, (shop.tenant_id, shop.file))
        row.delivery_data = {"method": "files", "files": []}
    with pytest.raises(NotFoundError, match="not for sale"):
        bought(shop, (shop.file, 1))


def test_a_file_that_an_open_order_waits_for_is_needed(shop: Shop) -> None:
    from mtc.delivery.queries import is_needed
    from tests.orders.shop import order_of

    with tenant_scope(shop.tenant_id), unit_of_work():
        media_id = add_media(shop.tenant_id, "other.zip", b"abc")
        assert not is_needed(media_id)
        row = session.get_one(ProductVariant, (shop.tenant_id, shop.file))
        row.delivery_data = {"files": [str(media_id)]}
        session.flush()
        assert is_needed(media_id)
    order: Order = order_of(shop, (shop.file, 1)).order
    assert order.status == "pending"
    with tenant_scope(shop.tenant_id), unit_of_work():
        row = session.get_one(ProductVariant, (shop.tenant_id, shop.file))
        row.delivery_data = {"files": []}
        session.flush()
        assert is_needed(media_id)
