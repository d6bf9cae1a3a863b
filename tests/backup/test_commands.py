"""`mtc backup` and `mtc restore` as somebody types them, and archives of an older MTC."""

import json
import stat
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result
from flask import Flask
from flask_migrate import upgrade
from sqlalchemy import text

from mtc import config as settings
from mtc import lifecycle
from mtc.backup import commands
from mtc.backup import restore as restoring
from mtc.backup.archive import open_archive
from mtc.backup.write import write_archive
from mtc.cli import main
from mtc.core.db import unit_of_work
from mtc.core.ids import uuid7
from mtc.core.tenancy import platform_scope, tenant_scope
from mtc.lifecycle import needs_migration
from mtc.media.services import media
from tests.backup.places import migrated_place, place, rows_now
from tests.backup.test_archive import quiet
from tests.factories.tenants import make_world
from tests.orders.shop import add_media

Run = Callable[..., Result]
FIRST_TENANT = (
    "INSERT INTO tenants (id, created_at, slug, name, status, plan, settings, branding, content_version) "
    "VALUES (:id, :at, 'acme', 'Acme', 'active', 'free', '{}', '{\"a\": 1.5}', 7)"
)


@pytest.fixture
def app(tmp_path: Path) -> Iterator[Flask]:
    """A database with a tenant and a file."""
    with migrated_place("sqlite", tmp_path / "var", lambda: None, "") as made:
        world = make_world("acme", "Acme")
        with tenant_scope(world.id), unit_of_work():
            add_media(world.id, "one.zip", b"first file")
        yield made


@pytest.fixture
def mtc(app: Flask, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    """Run the command in an empty folder, on that database."""
    monkeypatch.setattr(lifecycle, "_app", app)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("MTC_VAR", str(tmp_path / "var"))
    return lambda *words, **options: CliRunner().invoke(main, list(words), **options)


def test_a_backup_is_private_whole_and_not_overwritten(mtc: Run, tmp_path: Path) -> None:
    made = mtc("backup")
    [path] = tmp_path.glob("mtc-backup-*.tar")
    assert (made.exit_code, stat.S_IMODE(path.stat().st_mode)) == (0, 0o600)
    assert "Keep MTC_SECRET_KEY and MTC_KEYRING apart from it" in made.stderr
    assert mtc("backup", "--check", path.name).stdout == "The archive is sound.\n"
    for name, why in ((path.name, "is there already"), ("no/where.tar", "there is no folder")):
        again = mtc("backup", name)
        assert (again.exit_code, why in again.output, again.output.count("mtc: ")) == (1, True, 1)
    assert sorted(one.name for one in tmp_path.iterdir()) == [path.name, "var"]


def test_a_backup_can_be_sent_through_a_pipe(mtc: Run, tmp_path: Path) -> None:
    sent = mtc("backup", "-", "--with-keys")
    (tmp_path / "sent.tar").write_bytes(sent.stdout_bytes)
    assert "whoever has it can open every key in stock" in sent.stderr
    archive = open_archive(tmp_path / "sent.tar")
    archive.verify(deep=True)
    assert set(archive.keys() or {}) == {"secret_key", "secret_key_old", "keyring"}


def test_files_that_were_lost_before_are_named(mtc: Run, app: Flask, tmp_path: Path) -> None:
    storage = app.extensions["mtc.ports"].storage
    [key] = storage.files
    storage.delete(key)
    made = mtc("backup", "a.tar")
    assert made.exit_code == commands.FILES_MISSING
    assert f"1 files that rows name are not in the storage:\n  {key}" in made.stderr
    assert mtc("backup", "--check", "a.tar").exit_code == 0


def test_a_file_that_is_deleted_while_the_backup_runs_is_in_it(app: Flask, tmp_path: Path) -> None:
    """It stood there at the first look, and its row stands in the snapshot: so the archive has it."""
    storage = app.extensions["mtc.ports"].storage
    [row] = rows_now()["media"]

    def delete_meanwhile(line: str) -> None:
        if line.startswith("media"):
            with tenant_scope(row["tenant_id"]), unit_of_work():
                media.delete(row["id"])

    path = tmp_path / "a.tar"
    with path.open("wb") as stream:
        report = write_archive(stream, delete_meanwhile)
    assert (storage.files, report.missing) == ({}, [])
    with place("sqlite", tmp_path / "new", lambda: None, "") as other:
        restoring.restore(open_archive(path), quiet)
        assert other.extensions["mtc.ports"].storage.files == {row["storage_key"]: b"first file"}


def test_what_would_be_deleted_is_asked_for_by_number(mtc: Run, tmp_path: Path) -> None:
    mtc("backup", "a.tar", "--with-keys")
    refused = mtc("restore", "a.tar")
    assert (refused.exit_code, "say --replace to delete them" in refused.output) == (1, True)
    wrong = mtc("restore", "a.tar", "--replace", input="2\n")
    assert (wrong.exit_code, "nothing was changed" in wrong.output) == (1, True)
    assert mtc("restore", "a.tar", "--replace", input="1\n").stdout.endswith("restored. Start MTC.\n")
    assert mtc("restore", "a.tar", "--replace", "--yes").exit_code == 0
    # The keys of the archive take the place of those under var, which are kept beside them.
    (tmp_path / "var" / "secrets.json").write_text('{"secret_key": "before"}')
    assert mtc("restore", "a.tar", "--replace", "--yes", "--keys").exit_code == 0
    kept = {path.name[:15]: json.loads(path.read_text()) for path in (tmp_path / "var").glob("secrets*")}
    assert kept["secrets.before-"] == {"secret_key": "before"}
    assert settings.load({"MTC_VAR": str(tmp_path / "var")}).keyring == kept["secrets.json"]["keyring"]


def test_mistakes_are_one_sentence(mtc: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "text").write_text("x" * 3000)
    mtc("backup", "a.tar")

    def said(*words: str) -> tuple[int, str]:
        done = mtc(*words)
        return done.exit_code, done.output.splitlines()[-1]

    assert said("restore", "nothing.tar") == (1, "mtc: nothing.tar: No such file or directory.")
    assert said("restore", "text") == (1, "mtc: this is no archive of MTC, or it was damaged.")
    assert said("backup", "--check", "var") == (1, "mtc: var: Is a directory.")
    assert said("restore", "a.tar", "--keys") == (
        1,
        "mtc: there are no keys in this archive: it was made without --with-keys.",
    )
    monkeypatch.setenv("MTC_KEYRING", "k1:x")
    assert said("restore", "a.tar", "--keys") == (
        1,
        "mtc: MTC_KEYRING is set in the environment: change it there.",
    )
    assert said("backup", "--check") == (2, "Error: Name the FILE that --check is to look at.")


@pytest.mark.parametrize("kind", ["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def test_an_archive_of_the_first_revision_is_brought_up(
    kind: str, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    """Saved with its old tables, restored into a database that has the newest ones, and migrated there."""

    def server() -> Any:
        return request.getfixturevalue("postgres_server")

    path = tmp_path / "old.tar"
    with place(kind, tmp_path / "old", server, "backup_old"):
        upgrade(revision="0001")
        # In the words of its time: the models have gone on.
        with platform_scope("fill a table of the time"), unit_of_work() as work:
            work.execute(text(FIRST_TENANT), {"id": uuid7().hex, "at": "2026-01-31 12:00:00.000000"})
        with path.open("wb") as stream:
            report = write_archive(stream, quiet)
    assert report.manifest["revision"] == "0001"
    with place(kind, tmp_path / "new", server, "backup_new") as app:
        upgrade()
        restoring.restore(open_archive(path), quiet)
        assert not needs_migration(app)
        [acme] = rows_now()["tenants"]
        assert (acme["slug"], acme["branding"], acme["content_version"]) == ("acme", {"a": 1.5}, 7)
