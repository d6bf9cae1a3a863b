"""Tables of plugins are saved and put back with all else, and nothing of them is lost without a word."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest
from flask import current_app
from sqlalchemy import inspect, select

from mtc.backup import restore as restoring
from mtc.backup import write
from mtc.backup.archive import Archive, open_archive
from mtc.backup.errors import BackupError
from mtc.core.db import unit_of_work
from mtc.core.tenancy import platform_scope, tenant_scope
from mtc.extensions import db
from mtc.pages.services.manifest_sync import sync_all
from mtc.plugins.services.loader import loaded
from tests.backup.places import migrated_place, place
from tests.factories.tenants import make_world
from tests.plugins.kit import loading
from tests.plugins.ledger import write_ledger

BOTH = pytest.mark.parametrize("kind", ["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])


@pytest.fixture
def postgres(request: pytest.FixtureRequest) -> Callable[[], Any]:
    """The server, started for those who ask."""
    return lambda: request.getfixturevalue("postgres_server")


@pytest.fixture
def plugins(tmp_path: Path) -> Path:
    """A folder with the plugin."""
    write_ledger(tmp_path / "brought")
    return tmp_path / "brought"


def quiet(_line: str) -> None:
    """Nobody watches."""


def points() -> list[tuple[str, int]]:
    """What the plugin has written, of all tenants."""
    model = loaded(current_app)["ledger"].module.Points
    with platform_scope("look what there is", readonly=True), unit_of_work() as work:
        return [(row.currency, row.points) for row in work.scalars(select(model))]


@pytest.fixture
def archive(kind: str, tmp_path: Path, plugins: Path, postgres: Callable[[], Any]) -> Iterator[Archive]:
    """An archive of a database in which the plugin has a row."""
    with ExitStack() as stack:
        stack.enter_context(migrated_place(kind, tmp_path / "source", postgres, "plugin_backup_source"))
        sync_all()
        with loading(plugins):
            world = make_world("acme", "Acme")
            with tenant_scope(world.id), unit_of_work() as work:
                work.add(loaded(current_app)["ledger"].module.Points(currency="EUR", points=7))
            with (tmp_path / "a.tar").open("wb") as stream:
                write.write_archive(stream, quiet)
    found = open_archive(tmp_path / "a.tar")
    found.verify(deep=True)
    yield found


@BOTH
def test_they_are_restored_with_their_revision(
    kind: str, archive: Archive, tmp_path: Path, plugins: Path, postgres: Callable[[], Any]
) -> None:
    assert archive.manifest["plugins"] == {"ledger": "0001"}
    with place(kind, tmp_path / "target", postgres, "plugin_backup_target"), loading(plugins, migrate=False):
        restoring.restore(archive, quiet)
        assert points() == [("EUR", 7)]
        assert restoring.bring_plugins(archive, False) == set()


@BOTH
def test_without_the_plugin_nothing_is_restored_unless_that_is_said(
    kind: str, archive: Archive, tmp_path: Path, postgres: Callable[[], Any]
) -> None:
    with place(kind, tmp_path / "target", postgres, "plugin_backup_target"):
        with pytest.raises(BackupError) as error:
            restoring.restore(archive, quiet)
        assert str(error.value) == (
            "the archive holds tables of ledger, which cannot be made here. Put the plugin, as it was then or"
            " newer, into plugins/, or say --without-plugins to restore all else."
        )
        assert restoring.state().is_empty
        said: list[str] = []
        restoring.restore(archive, said.append, without_plugins=True)
        assert "p_ledger_points: left out, its plugin is not here" in said
        assert restoring.state().tenants == 1
        with platform_scope("look", readonly=True), db.engine.connect() as connection:
            assert not inspect(connection).has_table("p_ledger_points")


@BOTH
def test_a_plugin_that_came_later_has_empty_tables(
    kind: str, tmp_path: Path, plugins: Path, postgres: Callable[[], Any]
) -> None:
    with migrated_place(kind, tmp_path / "source", postgres, "plugin_backup_source"):
        sync_all()
        make_world("acme", "Acme")
        with (tmp_path / "a.tar").open("wb") as stream:
            write.write_archive(stream, quiet)
        with loading(plugins):
            world = make_world("later", "Later")
            with tenant_scope(world.id), unit_of_work() as work:
                work.add(loaded(current_app)["ledger"].module.Points(currency="EUR", points=7))
            restoring.restore(open_archive(tmp_path / "a.tar"), quiet, replace=True)
            assert points() == []
            assert restoring.state().tenants == 1
