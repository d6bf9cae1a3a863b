"""What both stores have beyond a fort, and the mark in everything that the rival has."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID, uuid4

from flask import Flask
from sqlalchemy import Connection, String, Table, Text, UniqueConstraint, select, update

from mtc.catalog.services import stock_file_uploads, stock_reservation
from mtc.checkout.models import CartLine
from mtc.core import clock
from mtc.core.db import Base, unit_of_work
from mtc.core.tenancy import platform_scope, tenant_scope
from mtc.identity.models import LoginSession, Passkey
from mtc.payments.models import Refund
from mtc.tasks.services import run_due
from mtc.testing.canaries import KNOWN, PRIVATE, PUBLIC, word
from mtc.testing.clients import Visitor
from tests.factories.imports import running_import
from tests.security.fort import Fort, People

# What the rival shows to everyone on its own host, and what the platform knows of its tenants.
SHOWN = {
    "collections", "collection_products", "media", "pricing_rules", "product_attributes", "product_search",
    "product_types", "product_variants", "products", "ui_components", "ui_layouts", "ui_templates",
    "ui_themes", "ui_widgets",
}  # fmt: skip
TOLD = {"audit_entries", "domains", "plugins", "stores", "tenant_users", "tenants", "user_roles", "users"}
# Texts that people write; all others are codes, addresses and hashes that the program reads.
WRITTEN = {
    "alt", "badge", "batch", "body_html", "body_text", "description", "error", "filename", "hint", "label",
    "name", "reason", "subject", "summary", "tagline", "title", "user_agent", "variant_title",
}  # fmt: skip
CODES = {"events", "tasks", "sequences"}
WRITTEN_ONCE = {"audit_entries"}


def host_of(base: str) -> str:
    """The name in an address, without the port."""
    return base.removeprefix("http://").partition(":")[0]


def furnish(app: Flask, fort: Fort) -> str:
    """What a fort does not have: a refund that failed, another session of its customer, batches of keys,

    and a cart with a line, whose cookie is returned.
    """
    with tenant_scope(fort.tenant_id), unit_of_work() as work:
        order, payment = UUID(fort.ids["order_id"]), UUID(fort.ids["payment_row"])
        refund = Refund(
            order_id=order, payment_id=payment, amount=1, currency="EUR", status="failed", lines=[]
        )
        now = clock.now()
        other = LoginSession(
            tenant_id=fort.tenant_id, customer_id=fort.customer, key_hash=uuid4().hex,
            last_seen_at=now, expires_at=now + timedelta(days=1),
        )  # fmt: skip
        work.add_all([refund, other])
        work.flush()
        for name in ("batch", "other_batch"):
            report = stock_reservation.add_keys(UUID(fort.ids["variant"]), _own(fort, f"batch-{name}"), name)
            fort.ids[name] = str(report.batch_id)
        begun = running_import(UUID(fort.ids["variant"]), _own(fort, "list.csv"))
        fort.ids |= {"refund": str(refund.id), "shopper_session": str(other.id), "import": str(begun)}
    run_due()  # what follows from more keys
    shopper = Visitor(app.test_client(), fort.base)
    shopper.post("/cart/add", {"variant_id": fort.ids["file_variant"]})
    with tenant_scope(fort.tenant_id, readonly=True), unit_of_work() as work:
        fort.ids["cart_line"] = str(work.scalars(select(CartLine)).one().id)
    cookie = shopper.client.get_cookie("mtc_cart", domain=host_of(fort.base))
    assert cookie is not None
    return cookie.value


def _own(fort: Fort, text: str) -> str:
    """A key, with a mark if it is the rival's."""
    return f"{word(PRIVATE)}-{text}" if fort.tail else f"acme-{text}"


def give_credentials(people: People, owners: dict[str, Fort]) -> None:
    """A passkey, a second session and a file of keys that was sent, for the owner of each store."""
    with platform_scope("passkeys for tests"), unit_of_work() as work:
        for role, fort in owners.items():
            user, now = people.users[role], clock.now()
            key = Passkey(user_id=user, name="Key", credential_id=word(KNOWN), public_key="x")
            other = LoginSession(
                user_id=user, key_hash=word(KNOWN), last_seen_at=now, expires_at=now + timedelta(days=1)
            )
            work.add_all([key, other])
            work.flush()
            fort.ids |= {"passkey": str(key.id), "session": str(other.id)}
    for role, fort in owners.items():
        with tenant_scope(fort.tenant_id), unit_of_work():
            keys = [f"Key,Note\n{_own(fort, 'sent-1')},x\n".encode()]
            kept = stock_file_uploads.keep(
                UUID(fort.ids["variant"]), people.users[role], keys, "keys.csv", "sent"
            )
            fort.ids["upload"] = str(kept)


def mark_of(table: Table) -> str:
    return PUBLIC if table.name in SHOWN else KNOWN if table.name in TOLD else PRIVATE


def mark(connection: Connection, tenant_id: UUID) -> None:
    """Put a mark behind every text that people wrote."""
    for table in Base.metadata.sorted_tables:
        owner = table.c.id if table.name == "tenants" else table.c.get("tenant_id")
        if owner is None or table.name in CODES | WRITTEN_ONCE:
            continue
        keyed = {c.name for k in table.constraints if isinstance(k, UniqueConstraint) for c in k.columns}
        for column in table.columns:
            free = isinstance(column.type, String | Text) and column.name in WRITTEN - keyed
            if free:
                more = f" {word(mark_of(table))}"
                connection.execute(
                    update(table).where(owner == tenant_id).values({column.name: column + more})
                )
