"""The planner of SQLite is told of every index."""

from __future__ import annotations

import pytest
from flask import Flask
from flask_migrate import upgrade
from sqlalchemy import text

from mtc.core.db import Base
from mtc.core.sqlite_statistics import FEW
from mtc.core.tenancy import platform_scope
from mtc.extensions import db


@pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
def test_migrations_write_them_for_every_index(bare_app: Flask) -> None:
    upgrade()
    upgrade()  # with nothing to do
    with platform_scope("read the statistics", readonly=True), db.engine.connect() as connection:
        indexes = {
            row[1]
            for table in Base.metadata.tables
            for row in connection.execute(text(f"PRAGMA index_list('{table}')"))
        }
        known = {row[0]: row[1] for row in connection.execute(text("SELECT idx, stat FROM sqlite_stat1"))}
    assert set(known) == indexes
    assert set(Base.metadata.tables) >= FEW
    assert known["ix_stock_items_tenant_id_order_item_id"] == "1000000000 100000 10 noskipscan"
    assert known["sqlite_autoindex_orders_1"] == "1000000000 100000 1 noskipscan"
    assert known["ix_orders_tenant_id_status_created_at"] == "1000000000 100000 20000 10 10 noskipscan"
