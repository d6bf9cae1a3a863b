"""A tenant that was opened a moment ago publishes and sells a product of each starter type."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any
from uuid import UUID

import pytest
from flask import Flask

from mtc.catalog import queries
from mtc.catalog.services import variants
from mtc.catalog.services.starter_types import starter_types
from mtc.core.db import unit_of_work
from mtc.core.tenancy import platform_scope, tenant_scope
from mtc.identity.services import add_member, create_user
from mtc.media.services import media
from mtc.orders.hooks import OrderDraft
from mtc.orders.queries import order_by_number
from mtc.orders.services import create_order
from mtc.payments.services import mark_paid
from mtc.tasks.services import run_due
from mtc.tenants.services import store_lookup
from tests.admin.conftest import Shop
from tests.admin.people import PASSWORD, Person
from tests.servers.database import both_databases

# What a merchant types into the fields that a type requires.
TYPED: dict[str, dict[str, str]] = {
    "game-key": {"attr-platform": "steam", "attr-region": "global", "attr-release_year": "2023"},
    "software-licence": {"attr-os": "linux", "attr-category": "developer"},
    "download": {"attr-file_formats": "zip"},
    "ebook": {"attr-author": "Ines Roth", "attr-formats": "pdf", "attr-language": "english"},
    "course": {"attr-level": "beginner", "attr-formats": "video"},
    "gift-card": {"attr-region": "europe", "attr-valid_months": "24"},
    "event-ticket": {"attr-starts_at": "2030-05-01T19:00", "attr-place": "Town hall"},
    "design-asset": {"attr-category": "font", "attr-licence": "commercial", "attr-file_formats": "otf"},
}
NEW = {"name": "Green Seeds", "slug": "seeds", "email": "sam@seeds.example", "currency": "EUR",
       "theme": "slate", "country": "IE"}  # fmt: skip


@pytest.fixture
def merchant(app: Flask, shop: Shop, person: Callable[[str], Person]) -> Person:
    """The owner of a tenant that the super admin has just opened with every starter type."""
    answer = person("root").post("/platform/tenants/new", {**NEW, "starter_types": list(TYPED)})
    assert answer.status_code == 201, answer.get_data(as_text=True)
    store = store_lookup.by_slug("seeds")
    assert store is not None
    with platform_scope("make a person for a test"), unit_of_work():
        user = create_user("sam@seeds.example", "Sam", PASSWORD)
    with tenant_scope(store.tenant_id), unit_of_work():
        add_member(store.tenant_id, user.id, "owner")
    return Person(app, "sam@seeds.example").log_in()


def test_every_starter_type_is_tried() -> None:
    assert set(TYPED) == {one.slug for one in starter_types()}


@both_databases
def test_a_new_tenant_sells_one_of_each_starter_type(
    merchant: Person, subtests: pytest.Subtests
) -> None:
    store = store_lookup.by_slug("seeds")
    assert store is not None
    for slug, attributes in TYPED.items():
        with subtests.test(type=slug):
            page = merchant.get(f"/admin/seeds/products/new?type={slug}").get_data(as_text=True)
            source = re.findall(r'value="(\w+)" selected', page.partition("variants-0-stock_source")[2])[0]
            form: dict[str, Any] = {
                "type": slug, "name": f"First {slug}", "variants-0-price": "12.50", "variants-0-low_at": "1",
                "variants-0-stock_source": source, "variants-0-is_active": "1", **attributes,
            }  # fmt: skip
            made = merchant.post("/admin/seeds/products/new", form)
            assert made.status_code == 303, made.get_data(as_text=True)
            product = UUID(made.headers["Location"].rpartition("/")[2])
            with tenant_scope(store.tenant_id, readonly=True):
                (variant,) = queries.variants_of(product)
            if source == "pool":
                keys = {"keys": f"{slug}-0001\n{slug}-0002"}
                answer = merchant.post(f"/admin/seeds/stock/{variant.id}", keys)
                assert answer.status_code == 200
            else:
                with tenant_scope(store.tenant_id), unit_of_work():
                    file = media.save("part.zip", b"PK\x05\x06" + b"\x00" * 18, private=True)
                    variants.update(variant.id, {"delivery_data": {"files": [str(file.id)]}})
            answer = merchant.post(f"/admin/seeds/products/{product}/status", {"status": "active"})
            assert answer.status_code == 303, answer.get_data(as_text=True)
            with tenant_scope(store.tenant_id), unit_of_work():
                found = queries.product_by_slug(f"first-{slug}")
                assert found is not None and found.product.in_stock and found.product.price_from == 1250
                draft = OrderDraft(store_id=store.id, currency="EUR", email="bea@example.com", country="IE",
                                   name="Bea", lines=((variant.id, 1),))  # fmt: skip
                order = create_order(draft).order
                mark_paid(order.id, "test")
                number = order.order_number
            run_due()
            # Each is delivered by what the type says, without the product saying anything of it.
            with tenant_scope(store.tenant_id, readonly=True):
                sold = order_by_number(number)
                assert sold is not None and sold.status == "fulfilled"
