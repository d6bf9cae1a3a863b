"""A backup made while the shop sells is one moment of it, on whichever database it is restored."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import Connection

from mtc.backup import restore as restoring
from mtc.backup import write
from mtc.backup.archive import open_archive
from mtc.catalog.services.stock_items import reveal
from mtc.core import tenancy
from mtc.core.db import Base, session, unit_of_work
from mtc.core.tenancy import platform_scope, tenant_scope
from mtc.pages.services.manifest_sync import sync_all
from mtc.payments.models import PaymentGateway
from mtc.payments.services import credentials_of
from mtc.testing.row_factory import insert_everywhere
from tests.backup.places import Rows, all_rows, migrated_place, place, rows_now, table_rows
from tests.backup.selling import Sales, broken_promises, selling
from tests.factories.tenants import make_world
from tests.orders.shop import Shop, open_shop

pytestmark = pytest.mark.thorough

# Behind each of these tables something more is sold before the next one is read.
WAITS = ("customers", "events", "orders", "product_variants")


@dataclass
class Saved:
    """An archive of a shop that was selling, the rows of its snapshot, and what naive copies of it held."""

    archive: Path
    rows: Rows
    report: write.Report
    naive: Rows
    plain: Rows
    shop: Shop
    files: dict[str, bytes]


def naive_copy(sales: Sales) -> Rows:
    """The control: each table in a transaction of its own."""
    found = {}
    for name in sorted(Base.metadata.tables):
        with platform_scope("copy as one should not", readonly=True):
            found[name] = table_rows(name)
        if name in WAITS:
            sales.wait()
    return found


def plain_copy(sales: Sales) -> Rows:
    """The other control: one transaction, as ordinary ones are."""
    found = {}
    with platform_scope("copy as one should not", readonly=True):
        for name in sorted(Base.metadata.tables):
            found[name] = table_rows(name)
            if name in WAITS:
                sales.wait()
    return found


def save(kind: str, folder: Path, postgres: Callable[[], Any], patch: pytest.MonkeyPatch) -> Saved:
    """A shop that sells while it is saved."""
    with migrated_place(kind, folder, postgres, f"backup_from_{kind}") as app:
        sync_all()
        shop = open_shop(make_world("acme", "Acme"), keys=500)
        other = make_world("else", "Else").id
        with platform_scope("fill every table"), unit_of_work() as work:
            insert_everywhere(work.connection(), other, "word")
        files = app.extensions["mtc.ports"].storage
        seen: dict[str, Rows] = {}

        @contextmanager
        def watched(why: str) -> Iterator[Connection]:
            with tenancy.snapshot(why) as connection:
                yield connection
                if why == "back up every table":
                    seen["rows"] = all_rows()

        patch.setattr(write, "snapshot", watched)
        archive = folder / "backup.tar"
        with selling(app, shop) as sales:

            def between(line: str) -> None:
                if line.partition(":")[0] in WAITS:
                    sales.wait()

            sales.wait()
            sales.wait()
            before = sales.sold
            with archive.open("wb") as stream:
                report = write.write_archive(stream, between)
            assert sales.sold >= before + len(WAITS)
            naive, plain = naive_copy(sales), plain_copy(sales)
        return Saved(archive, seen["rows"], report, naive, plain, shop, dict(files.files))


@pytest.fixture(scope="module", params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def saved(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Saved]:
    """An archive of each database, made once for all tests."""
    with pytest.MonkeyPatch.context() as patch:
        folder = tmp_path_factory.mktemp("source")
        yield save(request.param, folder, lambda: request.getfixturevalue("postgres_server"), patch)


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def target(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Flask]:
    """Each database, without tables."""
    postgres = lambda: request.getfixturevalue("postgres_server")  # noqa: E731
    with place(request.param, tmp_path, postgres, "backup_target") as app:
        yield app


def quiet(_line: str) -> None:
    """Nobody watches."""


def without_system(rows: Rows) -> Rows:
    """What belongs to tenants; what ships with MTC is written anew from its files."""
    own = {name: [row for row in found if row.get("tenant_id", True)] for name, found in rows.items()}
    return {name: found for name, found in own.items() if name not in ("plugins", "plugin_hooks")}


def test_a_restored_backup_is_one_moment_of_a_shop_that_sells(saved: Saved, target: Flask) -> None:
    archive = open_archive(saved.archive)
    archive.verify(deep=True)
    restoring.restore(archive, quiet)
    rows = rows_now()
    assert len(rows["orders"]) >= 4
    assert without_system(rows) == without_system(saved.rows)
    acme = {
        name: [r for r in found if r.get("tenant_id") == saved.shop.tenant_id] for name, found in rows.items()
    }
    assert broken_promises(acme) == set()
    # Every file that a row names is there, though files came and went while the archive was made.
    storage = target.extensions["mtc.ports"].storage
    named = {row["storage_key"] for row in rows["media"] if row["tenant_id"] == saved.shop.tenant_id}
    assert named <= set(storage.files)
    assert {key: storage.files[key] for key in named & set(saved.files)} == {
        key: saved.files[key] for key in named & set(saved.files)
    }
    assert [key for key in saved.report.missing if not key.startswith("word")] == []
    # What was sealed opens, on the other database too.
    with tenant_scope(saved.shop.tenant_id), unit_of_work():
        sold = next(row["id"] for row in acme["stock_items"] if row["status"] == "delivered")
        assert reveal(sold).startswith("KEY-")
        gateway = session.get_one(PaymentGateway, (saved.shop.tenant_id, saved.shop.gateway.id))
        assert credentials_of(gateway)["secret"].startswith("whsec_")


def test_control_tables_copied_one_by_one_are_no_shop(saved: Saved) -> None:
    own = {n: [r for r in f if r.get("tenant_id") == saved.shop.tenant_id] for n, f in saved.naive.items()}
    assert broken_promises(own) >= {"numbers of orders have no gap", "the counter of a pool counts its keys"}


@pytest.mark.postgres
def test_control_an_ordinary_transaction_of_postgresql_is_not_enough(saved: Saved) -> None:
    own = {n: [r for r in f if r.get("tenant_id") == saved.shop.tenant_id] for n, f in saved.plain.items()}
    if saved.report.manifest["database"] == "postgresql":
        assert "numbers of orders have no gap" in broken_promises(own)
    else:  # SQLite gives each transaction its snapshot
        assert broken_promises(own) == set()
