"""Keys: the database itself refuses a row that points into another tenant, without any other lock."""

from collections.abc import Iterator

import pytest
from flask import Flask
from sqlalchemy import ForeignKeyConstraint, Table, text, update
from sqlalchemy.exc import IntegrityError

from mtc.core.db import Base, session, unit_of_work
from mtc.core.tenancy import platform_scope
from mtc.testing.two_tenants import make_two
from tests.servers.database import both_databases

SHARED = {"ui_themes", "ui_layouts", "ui_components", "ui_templates"}


def tenant_tables() -> set[str]:
    """Tables whose rows all belong to a tenant."""
    return {name for name, table in Base.metadata.tables.items() if "tenant_id" in table.c} - SHARED


def references() -> Iterator[tuple[Table, ForeignKeyConstraint]]:
    """Every reference from a tenant table to a tenant table."""
    names = tenant_tables()
    for table in Base.metadata.sorted_tables:
        for constraint in table.foreign_key_constraints:
            if table.name in names and constraint.referred_table.name in names:
                yield table, constraint


def test_references_between_tenant_tables_are_composite(app: Flask) -> None:
    loose = [
        f"{table.name}.{constraint.column_keys}"
        for table, constraint in references()
        if constraint.column_keys[0] != "tenant_id" or len(constraint.elements) != 2
    ]
    assert loose == []


def test_no_column_is_called_like_a_reference_and_is_none(app: Flask) -> None:
    """A column x_id without a foreign key is a decision; each is listed with its reason."""
    decided = {
        "audit_entries.actor_id": "a user of the platform, who may leave; the entry stays",
        "audit_entries.object_id": "of any table",
        "audit_entries.request_id": "a number of the program, not a row",
        "audit_entries.visit_id": "the entry outlives the visit",
        "carts.customer_id": "a cart outlives the customer",
        "events.entity_id": "of any table",
        "invitations.inviter_id": "a user of the platform, who may leave",
        "emails.entity_id": "of any table",
        "emails.provider_id": "the provider's own number",
        "plugin_calls.request_id": "a number of the program, not a row",
        "plugin_inbox.event_id": "the other system's own number",
        "orders.cart_id": "a cart is deleted after a while, the order stays",
        "orders.user_id": "a user of the platform, who may leave",
        "passkeys.credential_id": "the authenticator's own number",
        "payment_events.payment_id": "a notification may come before its payment is known",
        "payment_events.provider_event_id": "the provider's own number",
        "pricing_rules.entity_id": "of any table",
        "sessions.customer_id": "deleted with the customer by the service",
        "stock_items.order_item_id": "catalog is below orders and does not know its tables",
        "stock_imports.user_id": "a user of the platform, who may leave",
        "stock_uploads.upload_id": "the pieces of one file, of which nothing else is kept",
        "stock_uploads.user_id": "a user of the platform, who may leave",
        "ui_page_versions.author_id": "a user of the platform, who may leave",
        "support_sessions.session_id": "sessions of staff have no tenant; a visit outlives its session",
        "support_sessions.user_id": "a user of the platform, who may leave",
        "workflow_executions.entity_id": "of any table",
        "tasks.entity_id": "what a task is about, of any table",
    }
    found = {
        f"{table.name}.{column.name}"
        for table in Base.metadata.sorted_tables
        for column in table.columns
        if column.name.endswith("_id") and not column.foreign_keys
    }
    assert found ^ set(decided) == set()


@both_databases
def test_a_reference_into_another_tenant_is_refused(app: Flask) -> None:
    two = make_two()
    refused = 0
    for table, constraint in references():
        theirs = two.their_ids[constraint.referred_table.name]
        change = (
            update(table).where(table.c.tenant_id == two.mine).values({constraint.column_keys[1]: theirs})
        )
        with (
            platform_scope("point into another tenant"),
            pytest.raises(IntegrityError, match=r"(?i)foreign key"),
            unit_of_work(),
        ):
            session.execute(change)
        refused += 1
    assert refused == len(list(references())) > 25


def test_a_plain_reference_would_let_it_through(app: Flask) -> None:
    """The control: with a key of one column the same row is accepted."""
    two = make_two()
    with platform_scope("a table with a plain key"), unit_of_work():
        session.execute(text("CREATE TEMP TABLE parent (tenant_id TEXT, id TEXT PRIMARY KEY)"))
        session.execute(
            text("CREATE TEMP TABLE child (tenant_id TEXT, parent_id TEXT REFERENCES parent (id))")
        )
        session.execute(text("INSERT INTO parent VALUES (:t, 'p')"), {"t": two.theirs.hex})
        session.execute(text("INSERT INTO child VALUES (:t, 'p')"), {"t": two.mine.hex})
        assert session.execute(text("SELECT count(*) FROM child")).scalar() == 1
        session.execute(text("DROP TABLE child"))
        session.execute(text("DROP TABLE parent"))
