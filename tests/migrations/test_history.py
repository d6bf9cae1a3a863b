"""The history of the database: up, down, up again, and in agreement with the models."""

from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from flask import Flask
from flask_migrate import downgrade, upgrade
from sqlalchemy import Connection, Engine, create_engine, text

from mtc.core.db import Base, unit_of_work
from mtc.core.ids import uuid7
from mtc.core.tenancy import platform_scope
from mtc.extensions import db
from mtc.lifecycle import needs_migration
from mtc.testing.row_factory import insert_everywhere
from tests.factories.tenants import make_world
from tests.migrations.schema import described
from tests.servers.database import both_databases, make_postgres_database
from tests.servers.postgres import Postgres

AGAIN = "The models and the migration differ. Write a revision for what is new."


def owner_engine(app: Flask) -> Engine:
    """An engine with the rights of whoever migrates."""
    url = app.config["MTC"].database_owner_url
    return create_engine(url) if url else db.engine


def description(engine: Engine) -> set[str]:
    with platform_scope("describe the schema"), engine.connect() as connection:
        return described(connection)


@both_databases
def test_models_and_migration_agree(bare_app: Flask) -> None:
    upgrade()
    engine = owner_engine(bare_app)
    with platform_scope("compare the models"), engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        differences = compare_metadata(context, Base.metadata)
    engine.dispose()
    assert differences == [], AGAIN


@pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
def test_migrated_sqlite_is_what_the_models_create(bare_app: Flask, tmp_path: Path) -> None:
    upgrade()
    other = create_engine(f"sqlite:///{tmp_path}/models.db")
    with platform_scope("make the tables of the models"), other.begin() as connection:
        Base.metadata.create_all(connection)
    assert description(db.engine) ^ description(other) == set(), AGAIN
    other.dispose()


@pytest.mark.postgres
def test_migrated_postgresql_is_what_the_models_create(
    bare_app: Flask, postgres_server: Postgres, worker_name: str
) -> None:
    upgrade()
    other = create_engine(make_postgres_database(postgres_server, f"models_{worker_name}").owner_url)
    with platform_scope("make the tables of the models"), other.begin() as connection:
        Base.metadata.create_all(connection)
    engine = owner_engine(bare_app)
    assert description(engine) ^ description(other) == set(), AGAIN
    engine.dispose()
    other.dispose()


@both_databases
def test_down_to_nothing_and_up_again(bare_app: Flask) -> None:
    engine = owner_engine(bare_app)
    upgrade()
    first = description(engine)
    downgrade(revision="base")
    assert description(engine) == set()
    upgrade()
    assert description(engine) == first
    engine.dispose()


@both_databases
def test_a_database_knows_whether_it_is_behind(bare_app: Flask) -> None:
    assert needs_migration(bare_app)
    upgrade()
    assert not needs_migration(bare_app)


@pytest.mark.postgres
def test_the_application_cannot_migrate(bare_app: Flask) -> None:
    upgrade()
    with platform_scope("try to alter a table"), db.engine.connect() as connection:
        for attempt in (
            "ALTER TABLE orders DISABLE ROW LEVEL SECURITY",
            "DROP TABLE orders",
            "TRUNCATE orders",
        ):
            with pytest.raises(Exception, match=r"must be owner|permission denied"):
                connection.execute(text(attempt))
            connection.rollback()


@both_databases
def test_what_was_sold_for_test_money_is_marked(bare_app: Flask) -> None:
    """Down to the revision before and up again: rows stay, and those with test money are marked."""
    upgrade()
    engine = owner_engine(bare_app)
    tenant = make_world("acme", "Acme", mode="live").id
    with platform_scope("fill every table"), unit_of_work() as work:
        insert_everywhere(work.connection(), None, "system")
        insert_everywhere(work.connection(), tenant, "tenant")
    count = "SELECT (SELECT count(*) FROM order_items), (SELECT count(*) FROM orders)"
    marks = "SELECT count(*) FROM orders WHERE is_test"
    with platform_scope("compare"), unit_of_work() as work:
        work.execute(text("UPDATE payment_gateways SET type = 'test', is_active = true"))
        work.execute(text("UPDATE orders SET is_test = false"))
        before = tuple(work.execute(text(count)).one())
    downgrade(revision="0006")
    upgrade()
    with platform_scope("compare"), unit_of_work() as work:
        assert tuple(work.execute(text(count)).one()) == before
        assert work.execute(text(marks)).scalar_one() == before[1] == 1
        assert work.execute(text("SELECT DISTINCT mode FROM stores")).scalars().all() == ["test"]
    engine.dispose()


@both_databases
def test_a_database_with_rows_in_every_table_goes_down_and_up(bare_app: Flask) -> None:
    upgrade()
    engine = owner_engine(bare_app)
    first = description(engine)
    tenant = make_world("acme", "Acme").id
    with platform_scope("fill every table"), unit_of_work() as work:
        insert_everywhere(work.connection(), None, "system")
        insert_everywhere(work.connection(), tenant, "tenant")
    downgrade(revision="base")
    assert description(engine) == set()
    upgrade()
    assert description(engine) == first
    engine.dispose()


@both_databases
def test_stores_that_exist_stay_open(bare_app: Flask) -> None:
    """0014 gives stores `opened_at`; new ones are closed until their merchant opens them."""
    upgrade(revision="0006")
    row = {
        "t": str(uuid7()), "s": str(uuid7()), "now": "2026-01-01 00:00:00+00:00", "empty": "{}", "list": "[]",
    }  # fmt: skip
    tenant = (
        "INSERT INTO tenants (id, created_at, slug, name, status, plan, settings, branding, content_version)"
        " VALUES (:t, :now, 'acme', 'Acme', 'active', 'free', :empty, :empty, 1)"
    )
    store = (
        "INSERT INTO stores (tenant_id, id, created_at, slug, name, tagline, email, country, currency,"
        " locale, locales, theme_slug, status, settings)"
        " VALUES (:t, :s, :now, 'acme', 'Acme', '', '', '', 'EUR', 'en', :list, 'slate', 'open', :empty)"
    )
    engine = owner_engine(bare_app)
    hexes = {**row, "t": row["t"].replace("-", ""), "s": row["s"].replace("-", "")}
    values = hexes if engine.dialect.name == "sqlite" else row
    with platform_scope("write as an older version did"), engine.begin() as connection:
        _own(connection, values["t"])
        connection.execute(text(tenant), values)
        connection.execute(text(store), values)
    upgrade()
    with platform_scope("look"), engine.begin() as connection:
        _own(connection, values["t"])
        assert connection.execute(text("SELECT opened_at IS NOT NULL FROM stores")).scalars().all() == [True]
    engine.dispose()


def _own(connection: Connection, tenant_id: str) -> None:
    """Row-level security binds the owner too."""
    if connection.dialect.name == "postgresql":
        connection.execute(text("SELECT set_config('app.tenant_id', :t, true)"), {"t": tenant_id})
