"""Tables of a plugin: made by its migrations, of one tenant each, checked, and gone with the plugin."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import create_engine, inspect, select, text
from sqlalchemy.exc import DBAPIError

from mtc.core.db import Base, ScopeError, mappers, session, unit_of_work
from mtc.core.startup_checks import unprotected_tables
from mtc.core.tenancy import platform_scope, tenant_scope
from mtc.extensions import db
from mtc.lifecycle import has_newest_tables, needs_migration
from mtc.plugins.errors import PluginError
from mtc.plugins.services import migrate_plugins, sync_plugins
from mtc.plugins.services.context import context_for
from mtc.plugins.services.loader import loaded
from mtc.plugins.services.plugin_db import MOST_STATEMENTS, PluginDb, PluginDbError
from tests.orders.shop import bought, open_shop
from tests.plugins.kit import at_work, loading, switch_on
from tests.plugins.ledger import FIRST, MODELS, write_ledger
from tests.servers.database import both_databases


@pytest.fixture
def ledger(app: Flask, folder: Path) -> Iterator[Any]:
    """The module of the plugin, loaded, with its tables made."""
    write_ledger(folder)
    with loading(folder):
        yield loaded(app)["ledger"].module


def points(world: Any, plugin: Any) -> dict[str, int]:
    """What the plugin has written for a tenant."""
    with tenant_scope(world.id), unit_of_work() as work:
        return {row.currency: row.points for row in work.scalars(select(plugin.Points))}


@both_databases
def test_each_tenant_has_rows_of_its_own(app: Flask, tenant: Any, other_tenant: Any, ledger: Any) -> None:
    for world in (tenant, other_tenant):
        switch_on(world, "ledger")
        shop = open_shop(world)
        bought(shop, (shop.file, 1))
    bought(shop, (shop.file, 1))
    assert points(tenant, ledger) == {"EUR": 12}
    assert points(other_tenant, ledger) == {"EUR": 24}


@both_databases
def test_another_tenants_rows_are_out_of_reach(
    app: Flask, tenant: Any, other_tenant: Any, ledger: Any
) -> None:
    with tenant_scope(tenant.id), unit_of_work() as work:
        row = ledger.Points(currency="EUR", points=5)
        work.add(row)
        work.flush()
        kept = row.id
    with at_work(other_tenant):
        ctx = context_for("ledger", {}, None)  # type: ignore[arg-type]
        assert ctx.db.get(ledger.Points, kept) is None
        assert ctx.db.scalars(select(ledger.Points)) == []
        assert (
            ctx.db.change(
                Base.metadata.tables["p_ledger_points"]
                .update()
                .values(points=9)
                .where(ledger.Points.tenant_id == other_tenant.id)
            )
            == 0
        )
    with pytest.raises(ScopeError):  # noqa: SIM117 - the scope ends with what was refused
        with at_work(other_tenant):
            session.add(ledger.Points(tenant_id=tenant.id, currency="USD", points=1))
            session.flush()
    assert points(tenant, ledger) == {"EUR": 5}


@pytest.mark.postgres
@pytest.mark.parametrize("database_kind", ["postgres"], indirect=True)
def test_postgresql_has_the_policies(app: Flask, tenant: Any, other_tenant: Any, ledger: Any) -> None:
    with platform_scope("look at the policies", readonly=True), db.engine.connect() as connection:
        assert unprotected_tables(connection) == []
    bare = create_engine(app.config["MTC"].database_url)
    with bare.connect() as connection:
        connection.exec_driver_sql(f"SELECT set_config('app.tenant_id', '{tenant.id}', true)")
        with pytest.raises(DBAPIError, match="row-level security"):
            connection.exec_driver_sql(
                "INSERT INTO p_ledger_points VALUES"
                f" ('{other_tenant.id}', '{other_tenant.id}', now(), 'USD', 5)"
            )
    bare.dispose()


@both_databases
def test_its_revision_stands_beside_that_of_mtc(app: Flask, ledger: Any) -> None:
    with platform_scope("look at the tables", readonly=True), db.engine.connect() as connection:
        names = set(inspect(connection).get_table_names())
        assert {"p_ledger_points", "p_ledger_alembic"} <= names
        assert connection.execute(text("SELECT version_num FROM p_ledger_alembic")).scalar() == "0001"
    assert not needs_migration(app) or not has_newest_tables(app)


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        (
            ('sa.PrimaryKeyConstraint("tenant_id", "id")', 'sa.PrimaryKeyConstraint("id")'),
            "the key of p_ledger_points must be (tenant_id, id).",
        ),
        (
            ('sa.UniqueConstraint("tenant_id", "currency")', 'sa.UniqueConstraint("currency")'),
            "what is unique in p_ledger_points must be so for each tenant: add tenant_id.",
        ),
        (
            ('sa.UniqueConstraint("tenant_id", "currency")', 'sa.ForeignKeyConstraint(["id"], ["users.id"])'),
            "the foreign key of p_ledger_points to users must begin with tenant_id.",
        ),
        (
            ("def downgrade", "    op.create_table('ours', sa.Column('id', sa.Uuid()))\n\n\ndef downgrade"),
            "a migration changes other tables than those that begin with p_ledger_.",
        ),
        (
            (
                "def downgrade",
                "    op.add_column('tenants', sa.Column('mine', sa.Uuid()))\n\n\ndef downgrade",
            ),
            "a migration changes other tables than those that begin with p_ledger_.",
        ),
        (
            (
                "def downgrade",
                "    op.create_table('p_ledger_more', sa.Column('id', sa.Uuid()))\n\n\ndef downgrade",
            ),
            "migrations and manifest differ in these tables: p_ledger_more.",
        ),
        (
            ("def downgrade", "    1 / 0\n\n\ndef downgrade"),
            "its migrations fail (ZeroDivisionError: division by zero).",
        ),
    ],
)
@both_databases
def test_a_fault_of_a_migration_leaves_nothing_behind(
    app: Flask, folder: Path, change: tuple[str, str], sentence: str
) -> None:
    write_ledger(folder, first=FIRST.replace(*change))
    with pytest.raises(PluginError) as error, loading(folder):
        pass
    assert error.value.message == f"ledger: {sentence}"
    with platform_scope("look at the tables", readonly=True), db.engine.connect() as connection:
        names = set(inspect(connection).get_table_names())
        columns = {column["name"] for column in inspect(connection).get_columns("tenants")}
    assert (
        not {name for name in names if name.startswith("p_ledger")}
        | (names & {"ours"})
        | (columns & {"mine"})
    )


@pytest.mark.parametrize(
    ("options", "sentence"),
    [
        ({"tables": []}, "manifest and code differ in these tables: p_ledger_points."),
        (
            {"tables": ["p_ledger_points", "p_ledger_x"]},
            "manifest and code differ in these tables: p_ledger_x.",
        ),
        ({"models": MODELS.replace("p_ledger_points", "points")}, "call its tables p_ledger_…, not points."),
    ],
)
def test_manifest_and_models_name_the_same_tables(
    app: Flask, folder: Path, options: dict[str, Any], sentence: str
) -> None:
    write_ledger(folder, **options)
    before = set(Base.metadata.tables)
    with pytest.raises(PluginError) as error, loading(folder):
        pass
    assert error.value.message == f"ledger: {sentence}"
    assert set(Base.metadata.tables) == before
    assert [mapper for mapper in mappers() if mapper.class_.__name__ == "Points"] == []


def test_migrations_have_numbers(app: Flask, folder: Path) -> None:
    place = write_ledger(folder)
    (place / "migrations" / "versions" / "0001_points.py").rename(
        place / "migrations" / "versions" / "first.py"
    )
    with pytest.raises(PluginError) as error, loading(folder):
        pass
    assert error.value.message == "ledger: call migrations like 0001_points.py, not first.py."


@both_databases
def test_it_runs_for_nobody_until_its_tables_are_those_of_its_code(
    app: Flask, folder: Path, tenant: Any
) -> None:
    write_ledger(folder)
    with loading(folder, migrate=False):
        sync_plugins()
        with platform_scope("look", readonly=True), unit_of_work() as work:
            row = work.execute(text("SELECT status, problem FROM plugins WHERE slug = 'ledger'")).one()
        assert row == ("broken", "ledger: its tables are not those of its code. Run `mtc migrate`.")
        shop = open_shop(tenant)
        assert migrate_plugins() == {}
        switch_on(tenant, "ledger")
        bought(shop, (shop.file, 1))
        assert points(tenant, loaded(app)["ledger"].module) == {"EUR": 12}
        assert migrate_plugins() == {}  # nothing is left to do


def test_other_tables_are_refused(app: Flask, tenant: Any, ledger: Any) -> None:
    from mtc.orders.models import Order

    with at_work(tenant):
        own = PluginDb("ledger")
        for statement in (
            select(Order),
            select(ledger.Points).join(Order, Order.currency == ledger.Points.currency),
            select(ledger.Points.id).where(ledger.Points.currency.in_(select(Order.currency))),
        ):
            with pytest.raises(PluginDbError, match="orders is not a table of this plugin"):
                own.scalars(statement)
        with pytest.raises(PluginDbError, match="SQL as text is not run"):
            own.execute(text("SELECT 1"))
        with pytest.raises(PluginDbError, match="SQL as text is not run"):
            own.execute(select(ledger.Points).where(text("1 = 1")))
        with pytest.raises(PluginDbError, match="orders is not a table"):
            own.get(Order, tenant.id)  # type: ignore[type-var]


def test_a_call_has_a_number_of_statements(app: Flask, tenant: Any, ledger: Any) -> None:
    with at_work(tenant):
        own = PluginDb("ledger")
        for _ in range(MOST_STATEMENTS):
            own.scalars(select(ledger.Points))
        with pytest.raises(PluginDbError, match="200 statements are the most of one call"):
            own.scalars(select(ledger.Points))
