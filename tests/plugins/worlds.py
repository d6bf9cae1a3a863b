"""Parts of a shop that operations on it need."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from mtc.catalog.queries import stock
from mtc.core.context import Actor
from mtc.core.db import unit_of_work
from mtc.core.tenancy import platform_scope, tenant_scope
from mtc.identity.models import TenantUser
from mtc.identity.services import add_member, create_default_roles, create_user
from mtc.infra.pictures import Cleaned
from tests.orders.shop import Shop

PASSWORD, OTHER = "a mild winter in Graz", "a warm summer in Linz"


@dataclass(frozen=True)
class World:
    """A tenant by its id."""

    id: UUID


def key_in_stock(shop: Shop) -> UUID:
    """One of the keys of the pool."""
    return UUID(str(stock.stock_items(shop.key).items[0].id))


def picture() -> Cleaned:
    """A picture that was cleaned."""
    return Cleaned(data=b"png", content_type="image/png", extension="png", width=1, height=1)


def members(shop: Shop) -> tuple[Actor, TenantUser]:
    """The owner, who acts, and a manager."""
    with platform_scope("make people for tests"), unit_of_work():
        users = [create_user(f"{name}@acme.example", name.title(), PASSWORD) for name in ("olga", "max")]
    with tenant_scope(shop.tenant_id), unit_of_work():
        create_default_roles(shop.tenant_id)
        add_member(shop.tenant_id, users[0].id, "owner")
        manager = add_member(shop.tenant_id, users[1].id, "manager")
    return Actor("staff", users[0].id, "Olga", "olga@acme.example", permissions=frozenset({"*"})), manager
