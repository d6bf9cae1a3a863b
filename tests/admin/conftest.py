"""A tenant with people, a catalogue and an order, for the tests of the admin."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

import pytest
from flask import Flask

from mtc.catalog import queries
from mtc.catalog.services import product_types, products, stock_reservation
from mtc.core.db import unit_of_work
from mtc.core.tenancy import platform_scope, tenant_scope
from mtc.identity.services import add_member, create_default_roles, create_user
from mtc.orders.hooks import OrderDraft
from mtc.orders.services import create_order
from mtc.pages.services import sync_all
from mtc.payments.services import mark_paid
from mtc.tasks.services import run_due
from tests.admin.people import PASSWORD, Person
from tests.conftest import World
from tests.factories.factors import give_app
from tests.servers.kept import kept

SCHEMA = {
    "fields": [
        {"name": "platform", "type": "select", "label": "Platform", "required": True, "filterable": True,
         "options": ["steam", "epic"]},
        {"name": "size", "type": "number", "label": "Size", "unit": "GB", "validation": {"min": 0}},
        {"name": "coop", "type": "boolean", "label": "Co-op"},
    ]
}  # fmt: skip


@dataclass
class Shop:
    """The tenant with its product and a paid order of two lines."""

    world: World
    type_slug: str
    product: UUID
    variant: UUID
    other_variant: UUID
    order: str = ""
    users: dict[str, Any] = field(default_factory=dict)

    @property
    def url(self) -> str:
        return f"/admin/{self.world.tenant.slug}"


def fill(world: World) -> Shop:
    """Roles, a type, a product with two pools of keys."""
    with tenant_scope(world.id), unit_of_work():
        create_default_roles(world.id)
        kind = product_types.create({"name": "Game key", "schema": SCHEMA})
        made = products.create(
            {
                "name": "Star Field",
                "type": kind.slug,
                "summary": "Fly far.",
                "attributes": {"platform": "steam", "size": 12},
                "currency": "EUR",
                "status": "active",
                "variants": [
                    {"sku": "SF-1", "name": "Standard", "price": 2999, "stock_source": "pool"},
                    {"sku": "SF-2", "name": "Deluxe", "price": 4500, "stock_source": "pool"},
                ],
            }
        )
        rows = {one.sku: one.id for one in queries.variants_of(made.id)}
        for sku, variant in rows.items():
            stock_reservation.add_keys(
                variant, "\n".join(f"{world.tenant.slug}-{sku}-KEY-{n:04}" for n in range(8))
            )
        return Shop(world, kind.slug, made.id, rows["SF-1"], rows["SF-2"])


def place(shop: Shop, lines: list[tuple[UUID, int]], *, paid: bool = True) -> str:
    """An order of these lines; paid and delivered unless told otherwise. Returns its number."""
    with tenant_scope(shop.world.id), unit_of_work():
        draft = OrderDraft(
            store_id=shop.world.store.id,
            currency="EUR",
            email="buyer@example.com",
            country="IE",
            name="Bea Buyer",
            lines=tuple(lines),
        )
        made = create_order(draft)
        number, order_id = made.order.order_number, made.order.id
        if paid:
            mark_paid(order_id, "test")
    if paid:
        run_due()
    return number


def stored_product(shop: Shop, product: Any) -> Any:
    """The product as it is kept, and its attributes."""
    with tenant_scope(shop.world.id, readonly=True):
        found = queries.product_by_id(product, hidden=True)
        return found, queries.attributes_of([found.product.id])[found.product.id]  # type: ignore[union-attr]


@pytest.fixture
@kept
def shop(app: Flask, tenant: World) -> Shop:
    """Acme with an owner, a support person and a paid, delivered order."""
    filled = fill(tenant)
    with platform_scope("make people for tests"), unit_of_work():
        for role in ("owner", "support"):
            filled.users[role] = create_user(f"{role}@acme.example", role.title(), PASSWORD)
        filled.users["stranger"] = create_user("stranger@rival.example", "Stranger", PASSWORD)
        filled.users["root"] = create_user("root@mtc.example", "Root", PASSWORD, is_super_admin=True)
        give_app(filled.users["root"].id)
    with tenant_scope(tenant.id), unit_of_work():
        for role in ("owner", "support"):
            add_member(tenant.id, filled.users[role].id, role)
    filled.order = place(filled, [(filled.variant, 2), (filled.other_variant, 1)])
    return filled


@pytest.fixture
@kept
def rival(shop: Shop, other_tenant: World) -> Shop:
    """Another tenant with the same kinds of things, where only the stranger works."""
    filled = fill(other_tenant)
    with tenant_scope(other_tenant.id), unit_of_work():
        add_member(other_tenant.id, shop.users["stranger"].id, "owner")
    filled.order = place(filled, [(filled.variant, 1)])
    return filled


@pytest.fixture
def person(app: Flask, shop: Shop) -> Callable[[str], Person]:
    """`person("owner")` is that person, logged in; `person("")` is nobody."""

    def make(role: str) -> Person:
        if not role:
            return Person(app)
        return Person(app, shop.users[role].email).log_in()

    return make


@pytest.fixture
@kept
def owner(person: Callable[[str], Person]) -> Person:
    """The owner of Acme, logged in."""
    return person("owner")


@pytest.fixture
def themes(app: Flask) -> None:
    """The system's themes are there."""
    sync_all()
    app.extensions["mtc.page_cache"].clear()
