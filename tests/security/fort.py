"""Two complete stores to attack: goods, orders, keys, files, mails, people, and who is logged in."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import timedelta
from urllib.parse import urlsplit
from uuid import UUID, uuid4

from flask import Flask
from sqlalchemy import select

from mtc.audit.services import AuditedAction, record
from mtc.catalog.models import StockItem
from mtc.catalog.services import collections, product_types, products, stock_reservation
from mtc.core import clock
from mtc.core.change_tracking import Change
from mtc.core.context import Actor
from mtc.core.crypto import sign
from mtc.core.db import session, unit_of_work
from mtc.core.permissions import permissions
from mtc.core.tenancy import platform_scope, tenant_scope
from mtc.delivery.models import Download
from mtc.delivery.services import save_method
from mtc.delivery.services.downloads import download_token
from mtc.emails.models import Email
from mtc.identity.models import Customer, User
from mtc.identity.services import add_member, create_default_roles, open_session
from mtc.identity.services.email_tokens import JOIN, RESET, proof_token
from mtc.identity.services.passwords import hash_password
from mtc.integrations.services import create_api_key
from mtc.media.services import media
from mtc.orders.hooks import OrderDraft
from mtc.orders.models import Order, OrderItem
from mtc.orders.services import create_order, order_path
from mtc.orders.services.access import remember_device
from mtc.pages.services import sync_all
from mtc.payments.models import Payment
from mtc.payments.services import ensure_test_gateway, get_gateway, mark_paid, start_payment
from mtc.payments.types.test import PAGE
from mtc.plugins.services import install_plugin, sync_plugins
from mtc.tasks.models import Task
from mtc.tasks.services import run_due
from mtc.team.models import SupportSession
from mtc.team.services import invite, token_of
from mtc.tenants.models import Store
from mtc.tenants.services import bump_content_version
from mtc.testing.clients import Visitor
from tests.catalog.conftest import GAME_FIELDS
from tests.factories.factors import give_app
from tests.factories.tenants import World

PICTURE = b'<svg xmlns="http://www.w3.org/2000/svg" width="30" height="40"></svg>'
ARCHIVE = bytes(range(256)) * 40
PLATFORM = "http://localhost:8000"
PASSWORD = "correct horse battery"
SCOPES = sorted(name for name in permissions if not name.startswith("api_keys:"))


@dataclass
class Fort:
    """One store with everything that an attacker may want; texts are ids as they stand in addresses."""

    tenant_id: UUID
    slug: str
    base: str
    ids: dict[str, str] = field(default_factory=dict)
    customer: UUID | None = None
    order: str = ""
    order_url: str = ""
    pending: str = ""
    pending_url: str = ""
    download: str = ""
    pay: str = ""
    invitation: str = ""
    picture: str = ""
    secret: str = ""
    keys: tuple[str, ...] = ()
    tail: str = ""
    email: str = ""
    reset: str = ""
    join: str = ""
    device: str = "d" * 32


def build(world: World, *, extra: str = "", tail: str = "") -> Fort:
    """Fill a store: goods, one delivered order of a customer, one that awaits payment, a dead task.

    `extra` ends what people read, `tail` ends slugs, so that those of two stores can differ.
    """
    fort = Fort(world.id, world.store.slug, f"http://{world.store.slug}.localhost:8000", tail=tail)
    fort.email = f"ada@{world.tenant.slug}.example"
    with tenant_scope(world.id), unit_of_work():
        _shelves(world, fort, extra)
    with tenant_scope(world.id), unit_of_work():
        _orders(world, fort)
        fort.ids["api_key"] = str(create_api_key("Bookkeeping", ["orders:read"])[0].id)
    run_due()
    with tenant_scope(world.id), unit_of_work():
        _look(fort)
    sync_plugins()
    with tenant_scope(world.id), unit_of_work():
        install_plugin(world.id, "order_guard", {})
    return fort


def _shelves(world: World, fort: Fort, extra: str) -> None:
    row = session.get_one(Store, (world.id, world.store.id))
    row.tagline = f"Things for tests{extra}"
    row.settings = {
        "pages": [
            {"slug": f"about{fort.tail}", "title": f"About{extra}", "html": f"<p>Two people.{extra}</p>"}
        ]
    }
    create_default_roles(world.id)
    ensure_test_gateway()
    save_method("email", "keys", "Key by e-mail", {"include_keys": True})
    save_method("file", "files", "Download", {"max_downloads": 5, "days": 30})
    kind = product_types.create(
        {"name": f"Game{extra}", "slug": f"game{fort.tail}", "schema": {"fields": GAME_FIELDS}}
    )
    cover = media.save("cover.svg", PICTURE, trusted=True)
    archive = media.save("guide.zip", ARCHIVE, private=True)
    shelf = collections.create(
        {"name": f"Worlds{extra}", "slug": f"worlds{fort.tail}", "description": f"Places{extra}"}
    )
    fort.picture = media.url(cover)
    made = {}
    for slug, status, variant in (
        ("game", "active", {"price": 2999, "stock_source": "pool"}),
        (
            "guide",
            "active",
            {"price": 1200, "delivery_data": {"method": "files", "files": [str(archive.id)]}},
        ),
        ("draft", "draft", {"price": 900}),
    ):
        product = products.create(
            {
                "name": f"{slug.title()}{extra}", "slug": slug + fort.tail, "type": kind.slug,
                "status": status, "currency": "EUR", "summary": f"About {slug}{extra}",
                "description": f"<p>All of it.{extra}</p>",
                "attributes": {"platform": "steam"}, "collections": [shelf.slug],
                "is_featured": True,
                "image": media.as_image(cover),
                "variants": [{"stock_source": "unlimited", "sku": f"SKU-{slug}{fort.tail}", **variant}],
            }
        )  # fmt: skip
        session.refresh(product, ["variants"])
        made[slug] = (str(product.id), str(product.variants[0].id))
    keys = tuple(f"{world.tenant.slug.upper()}-{number:04d}-SECRETKEY" for number in range(6))
    stock_reservation.add_keys(UUID(made["game"][1]), "\n".join(keys))
    fort.keys = keys
    fort.ids = {
        "product": made["game"][0], "variant": made["game"][1], "file_variant": made["guide"][1],
        "draft": made["draft"][0], "draft_variant": made["draft"][1], "type": str(kind.id),
        "file_product": made["guide"][0], "file": str(archive.id),
    }  # fmt: skip
    bump_content_version(world.id)


def _orders(world: World, fort: Fort) -> None:
    address = fort.email
    customer = Customer(tenant_id=world.id, email=address, email_lc=address, name="Ada", locale="en")
    customer.password_hash = hash_password(PASSWORD)
    session.add(customer)
    session.flush()
    fort.customer = customer.id
    guest = Customer(tenant_id=world.id, email=f"guest-{address}", email_lc=f"guest-{address}", name="Guest")
    session.add(guest)
    session.flush()
    fort.reset, fort.join = proof_token(customer, RESET), proof_token(guest, JOIN)
    lines = tuple((UUID(fort.ids[name]), 1) for name in ("variant", "file_variant"))

    def draft(customer_id: UUID | None) -> OrderDraft:
        return OrderDraft(
            store_id=world.store.id, currency="EUR", email=address, country="IE", name="Ada",
            lines=lines, customer_id=customer_id, is_sandbox=customer_id is None,
        )  # fmt: skip

    paid, waiting = create_order(draft(customer.id)).order, create_order(draft(None)).order
    mark_paid(paid.id, "test")
    payment = start_payment(waiting, get_gateway("test"), base_url=fort.base)
    dead = Task(tenant_id=world.id, name="mail.send", payload={"mail_id": str(paid.id)}, status="dead")
    dead.next_at = dead.dead_at = clock.now()
    dead.error = "It did not work."
    session.add(dead)
    entry = record(
        AuditedAction("admin.save_settings", f"Changed the store's settings of {world.tenant.slug}"),
        Actor("staff", uuid4(), "Olga Owner", address),
        world.id,
        [Change("store", "changed", str(world.store.id), "Acme", {"name": ["Before", "After"]})],
    )
    fort.ids["entry"] = str(entry.id)
    fort.ids |= {"order_id": str(paid.id), "pending_id": str(waiting.id), "payment": str(payment.id)}


def _look(fort: Fort) -> None:
    paid, waiting = (
        session.get_one(Order, (fort.tenant_id, UUID(fort.ids[n]))) for n in ("order_id", "pending_id")
    )
    fort.order, fort.pending = paid.order_number, waiting.order_number
    fort.order_url, fort.pending_url = order_path(paid), order_path(waiting)
    remember_device(paid, fort.device)
    fort.secret = urlsplit(fort.order_url).query.removeprefix("t=")
    row = session.scalars(select(Download)).one()
    fort.download = download_token(row)
    fort.pay = sign({"payment": fort.ids["payment"]}, PAGE, 3600)
    items = session.scalars(select(OrderItem).where(OrderItem.order_id == paid.id)).all()
    unit = session.scalars(select(StockItem).where(StockItem.status == "delivered")).one()
    idle = session.scalars(select(StockItem).where(StockItem.status == "available").limit(1)).one()
    task = session.scalars(select(Task).where(Task.status == "dead")).one()
    fort.ids |= {
        "unit": str(unit.id), "idle": str(idle.id), "item": str(items[0].id), "download_id": str(row.id),
        "mail": str(session.scalars(select(Email).order_by(Email.id).limit(1)).one().id),
        "task": str(task.id),
        "payment_row": str(session.scalars(select(Payment).limit(1)).one().id),
    }  # fmt: skip


@dataclass
class People:
    """Who works at Acme, who at the rival, and who runs the platform, by role."""

    app: Flask
    fort: Fort
    users: dict[str, UUID] = field(default_factory=dict)

    def staff(self, role: str, second_factor: str | None = None) -> Visitor:
        """Somebody on the platform's host: owner, manager, support, stranger, root, or "" for nobody."""
        visitor = Visitor(self.app.test_client(), PLATFORM)
        if role:
            with platform_scope("log in for a test"), unit_of_work():
                how = "totp" if role == "root" else second_factor
                visitor.key = open_session(user_id=self.users[role], auth_epoch=0, second_factor=how)
            visitor.client.set_cookie("mtc_staff", visitor.key, domain="localhost")
        return visitor

    def shopper(self, fort: Fort | None = None, *, logged_in: bool = False) -> Visitor:
        """Somebody on a store's host."""
        fort = fort or self.fort
        visitor = Visitor(self.app.test_client(), fort.base)
        if logged_in:
            with tenant_scope(fort.tenant_id), unit_of_work():
                visitor.key = open_session(tenant_id=fort.tenant_id, customer_id=fort.customer, auth_epoch=0)
            visitor.client.set_cookie("mtc_shop", visitor.key, domain=f"{fort.slug}.localhost")
        return visitor

    def program(self, fort: Fort | None = None, scopes: Iterable[str] = SCOPES) -> Visitor:
        """A program on the platform's host with a new API key of the store."""
        fort = fort or self.fort
        with tenant_scope(fort.tenant_id), unit_of_work():
            _, key = create_api_key("Program", list(scopes))
        return Visitor(self.app.test_client(), PLATFORM, bearer=key)


def hire(app: Flask, fort: Fort, rival: Fort | None = None) -> People:
    """Give the store its staff; the stranger owns the rival."""
    people = People(app, fort)
    with platform_scope("make people for tests"), unit_of_work():
        for role in ("owner", "manager", "support", "stranger", "root"):
            address = f"{role}@acme.example"
            user = User(email=address, email_lc=address, name=role.title(), is_super_admin=role == "root")
            user.password_hash = hash_password(PASSWORD)
            session.add(user)
            session.flush()
            people.users[role] = user.id
        give_app(people.users["root"])
    with tenant_scope(fort.tenant_id), unit_of_work():
        for role in ("owner", "manager", "support"):
            fort.ids["member"] = str(add_member(fort.tenant_id, people.users[role], role).id)
        _invite(fort, people.users["owner"])
    if rival is not None:
        with tenant_scope(rival.tenant_id), unit_of_work():
            rival.ids["member"] = str(add_member(rival.tenant_id, people.users["stranger"], "owner").id)
            _invite(rival, people.users["stranger"])
    return people


def _invite(fort: Fort, inviter: UUID) -> None:
    """Open invitations of people who have no log-in yet, and a visit of platform support."""
    actor = Actor("staff", inviter, "Olga Owner", permissions=frozenset({"*"}))
    row, other, third = (
        invite(fort.tenant_id, actor, f"{name}@{fort.slug}.example", "manager")
        for name in ("invited", "asked", "called")
    )
    visit = SupportSession(
        tenant_id=fort.tenant_id, user_id=uuid4(), user_name="Robin Root", session_id=uuid4(),
        reason="They asked", expires_at=clock.now() + timedelta(minutes=30),
    )  # fmt: skip
    session.add(visit)
    fort.ids["visit"] = str(visit.id)
    fort.ids |= {"invitation": str(other.id), "offer": str(third.id)}
    fort.invitation = token_of(row)


__all__ = ["PASSWORD", "PLATFORM", "Fort", "People", "Visitor", "build", "hire", "sync_all"]
