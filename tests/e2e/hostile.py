"""Makes a copy of the demo hostile: names without a blank, file-like names, the longest addresses, long keys.

Run as a program with the MTC_ settings of the copy: `python -m tests.e2e.hostile`.
"""

from __future__ import annotations

import json
import sqlite3
from typing import Any
from uuid import UUID

from sqlalchemy import select

from mtc import config as settings
from mtc.catalog.models import ProductVariant
from mtc.catalog.services import stock_reservation
from mtc.core.context import SYSTEM, Context, use
from mtc.core.db import session, unit_of_work
from mtc.core.tenancy import platform_scope, tenant_scope
from mtc.delivery.services import ensure_methods
from mtc.demo.welcome import PASSWORD
from mtc.identity.services import add_member, create_default_roles, create_user
from mtc.lifecycle import flask_app
from mtc.payments.services import ensure_test_gateway
from mtc.tenants.services import create_store, create_tenant, set_opened

# Every text that people write, with its most characters. Odd rows stay as they are, so that both meet.
COLUMNS = {
    "stores": {"name": 200, "tagline": 300, "email": 254},
    "tenants": {"name": 200},
    "products": {"name": 200, "summary": 500, "badge": 60},
    "product_variants": {"name": 200, "sku": 80},
    "product_types": {"name": 100, "description": 500},
    "collections": {"name": 100, "description": 400},
    "customers": {"name": 200, "email": 254, "email_lc": 254},
    "orders": {"email": 254, "email_lc": 254},
    "order_items": {"title": 200, "variant_title": 200, "sku": 80},
    "media": {"filename": 200, "alt": 300},
    "downloads": {"filename": 200},
    "delivery_methods": {"name": 100},
    "payment_gateways": {"name": 100},
    "refunds": {"reason": 300},
    "emails": {"recipient": 254, "subject": 300},
    "user_roles": {"name": 100},
    "legal_pages": {"title": 120, "body": 900, "published_title": 120, "published_body": 900},
    "stock_items": {"batch": 80},
    "tasks": {"error": 600},
}
JSON_COLUMNS = {
    "products": ("image", "gallery"),
    "product_types": ("schema",),
    "product_attributes": ("attribute_value",),
    "stores": ("settings",),
    "ui_widgets": ("props",),
    "orders": ("items_data", "customer_data"),
    "order_items": ("snapshot", "price_trace"),
}
WRITTEN = {
    "name", "label", "title", "text", "heading", "eyebrow", "question", "answer", "alt", "summary", "caption",
    "display", "message", "variant", "html", "badges", "points", "messages", "legal", "announcement",
}  # fmt: skip
WHOLE = {"stores", "tenants", "ui_widgets", "product_types"}
WORDS = (
    "Rindfleischetikettierungsüberwachungsaufgabensimulator",
    "Tom_Clancys_Ghost_Recon_Breakpoint_Ultimate_Edition_PC_EU_",
    "ÜbergrößenträgerschutzverordnungWWWWWWWWMMMMMMMM",
)
THEMES = ("arcade", "folio", "slate")
OWNER = "nobody@empty.example"
SKU = "QL-ECMB-01"
KEY = "MTC-" + "4F9KWQ7Z" * 30


def long(value: str, most: int, kind: int) -> str:
    """The text grown to its most characters by one word without a blank."""
    if "@" in value and " " not in value:
        return (
            (f"{kind}." + value.partition("@")[0] + "a" * 64)[:64]
            + "@"
            + ("mailhost" * 7 + ".") * 2
            + "example"
        )
    if value.endswith((".zip", ".pdf", ".svg", ".epub")):
        stem, _, end = value.rpartition(".")
        return f"{(stem.replace(' ', '_') + '_' + WORDS[1] * 9)[: most - len(end) - 1]}.{end}"
    return (value + "-" + WORDS[kind % len(WORDS)] * 20)[:most]


def longer(value: Any, kind: int, key: str = "") -> Any:
    """A JSON value whose written texts have grown."""
    if isinstance(value, dict):
        return {name: longer(one, kind, name) for name, one in value.items()}
    if isinstance(value, list):
        return [longer(one, kind + at, key) for at, one in enumerate(value)]
    if isinstance(value, str) and value and key in WRITTEN and not value.startswith(("/", "http")):
        if value.startswith("<p"):
            return value.replace("<p>", f"<p>{WORDS[kind % 3] * 4} <code>{WORDS[1] * 3}</code> ", 1)
        return long(value, 200, kind)
    return value


def spoil(database: sqlite3.Connection) -> None:
    """Grow the texts of every other row."""
    for table in sorted({*COLUMNS, *JSON_COLUMNS}):
        plain, packed = COLUMNS.get(table, {}), JSON_COLUMNS.get(table, ())
        names = [*plain, *packed]
        rows = database.execute(f"SELECT rowid, {', '.join(names)} FROM {table}").fetchall()
        for rowid, *values in rows:
            if rowid % 2 and table not in WHOLE:
                continue
            grown = [
                long(value, plain[name], rowid // 2)
                if name in plain and value
                else json.dumps(longer(json.loads(value), rowid // 2))
                if name in packed and value
                else value
                for name, value in zip(names, values, strict=True)
            ]
            changes = ", ".join(f"{name} = ?" for name in names)
            database.execute(f"UPDATE {table} SET {changes} WHERE rowid = ?", [*grown, rowid])
    database.execute("UPDATE users SET name = ? WHERE email LIKE 'm%' OR email LIKE 't%'", [WORDS[0] * 3])
    database.execute("UPDATE tasks SET status = 'dead' WHERE rowid % 50 = 0")
    database.execute("UPDATE tasks SET error = ? WHERE status = 'dead'", [f"SomeError: {WORDS[1] * 9}"])


def add_empty_stores() -> None:
    """An open store of each theme with nothing in it, and keys that are longer than a phone."""
    with platform_scope("make empty stores"), unit_of_work():
        owner = create_user(OWNER, "Nobody", PASSWORD)
        made = [(theme, create_tenant(f"empty-{theme}", theme.title())) for theme in THEMES]
        for _, tenant in made:
            create_default_roles(tenant.id)
            add_member(tenant.id, owner.id, "owner")
    for theme, tenant in made:
        with tenant_scope(tenant.id), unit_of_work():
            store = create_store(
                tenant.id,
                tenant.slug,
                theme.title(),
                currency="EUR",
                email=OWNER,
                theme_slug=theme,
                mode="test",
            )
            ensure_test_gateway()
            ensure_methods()
            set_opened(tenant.id, store.id, True)


def add_keys(tenant_id: UUID, sku: str) -> None:
    """Keys of this variant that are longer than a phone is wide: the next ones to be delivered."""
    with tenant_scope(tenant_id), unit_of_work():
        variant = session.execute(select(ProductVariant).where(ProductVariant.sku == sku)).scalar_one()
        stock_reservation.add_keys(variant.id, "\n".join(f"{KEY}-{n}" for n in range(20)), batch="Long keys")


def main() -> None:
    """Spoil the database of the settings in the environment, which nothing else may have open."""
    path = settings.load().database_url.removeprefix("sqlite:///")
    with sqlite3.connect(path) as database:
        database.execute(
            "UPDATE stock_items SET status = 'quarantined' WHERE status = 'available' AND variant_id IN"
            " (SELECT id FROM product_variants WHERE sku = ?)",
            (SKU,),
        )
        (tenant,) = database.execute(
            "SELECT tenant_id FROM product_variants WHERE sku = ?", (SKU,)
        ).fetchone()
    app = flask_app()
    with app.app_context(), use(Context(tenant_id=UUID(tenant), actor=SYSTEM)):
        add_keys(UUID(tenant), SKU)
        add_empty_stores()
    with sqlite3.connect(path) as database:
        spoil(database)
    database.close()


if __name__ == "__main__":
    main()
