"""Putting an archive back: all is checked first; rows and files come in one transaction."""

from __future__ import annotations

import hashlib
import tempfile
from collections.abc import Callable, Container, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import IO

from flask_migrate import downgrade, upgrade
from sqlalchemy import Connection

from mtc.backup import queries
from mtc.backup.archive import Archive, Entry
from mtc.backup.errors import ArchiveError, BackupError
from mtc.backup.values import Digest
from mtc.backup.write import Say
from mtc.core import crypto
from mtc.core.db import unit_of_work
from mtc.core.paths import ROOT
from mtc.core.tenancy import platform_scope, snapshot
from mtc.infra import ports
from mtc.pages.services.manifest_sync import sync_all
from mtc.plugins.services import (
    bring_tables_to,
    migrate_plugins,
    plugin_revisions,
    prefix_of,
    sync_plugins,
)

_DIFFERENT_KEYS = (
    "this archive was sealed with {what}, which is not this installation's. Give it the MTC_SECRET_KEY and "
    "MTC_KEYRING (or var/secrets.json) of the one that was saved. With --without-keys it is restored all the "
    "same, but keys in stock, credentials and links in mails will not open."
)


@dataclass(frozen=True)
class State:
    """State of the database before: its revision ("" without tables), tenants and users."""

    revision: str
    tenants: int = 0
    users: int = 0

    @property
    def people(self) -> str:
        """Whose data it is, in words."""
        return f"{self.tenants} tenants and {self.users} users"

    @property
    def is_empty(self) -> bool:
        """Return whether nobody's data is there; what `mtc migrate` writes is nobody's."""
        return not self.tenants and not self.users


def restore(
    archive: Archive,
    say: Say,
    *,
    replace: bool = False,
    agree: Callable[[State], None] = lambda before: None,
    ignore_keys: bool = False,
    without_plugins: bool = False,
) -> None:
    """Put a verified archive in place of what is there, and bring it to this MTC's revision.

    `agree` is asked before anybody's data is deleted; `without_plugins` leaves out the tables of plugins that
    are not installed here. Raises BackupError with nobody's data changed.
    """
    check_revision(archive)
    if not ignore_keys:
        check_keys(archive)
    before = state()
    if not before.is_empty:
        if not replace:
            held = f"the database holds {before.people}"
            raise BackupError(f"{held}. Restore into an empty one, or say --replace to delete them.")
        agree(before)
    bring_to_revision(archive, before)
    left_out = bring_plugins(archive, without_plugins)
    load(archive, say, replace=replace, left_out=left_out)
    if archive.revision != revisions()[-1]:
        upgrade()
    migrate_plugins()
    sync_all()
    sync_plugins()


def state() -> State:
    """Return the state of the database."""
    with snapshot("see what a restore would replace") as connection:
        revision = queries.revision(connection)
        return State(revision, *queries.population(connection)) if revision else State("")


def revisions() -> list[str]:
    """The revisions that this MTC knows, oldest first."""
    return sorted(
        path.name.split("_", 1)[0] for path in (ROOT / "migrations" / "versions").glob("[0-9]*_*.py")
    )


def check_revision(archive: Archive) -> None:
    """Raise BackupError for an archive with tables that this MTC does not know."""
    if archive.revision not in revisions():
        made_by = archive.manifest.get("mtc")
        raise BackupError(
            f"the archive has the revision {archive.revision} (MTC {made_by}), which this MTC does not know. "
            "Restore it with the MTC that made it or a newer one."
        )


def check_keys(archive: Archive) -> None:
    """Raise BackupError when what the archive holds sealed would not open here."""
    here, there = crypto.keyring().fingerprints(), archive.manifest["keys"]
    for name in archive.manifest["sealed"]:
        if name not in here or here[name] != there.get(name):
            raise BackupError(_DIFFERENT_KEYS.format(what=f"a key {name}"))
    # Hashes by the former secret still count, and `mtc keys rotate --secret` makes them anew.
    if there[""] not in (here[""], here.get("former secret")):
        raise BackupError(_DIFFERENT_KEYS.format(what="an MTC_SECRET_KEY"))


def bring_to_revision(archive: Archive, before: State) -> None:
    """Make the tables as the archive knew them; raises BackupError where that would lose data."""
    if before.revision == archive.revision:
        return
    if before.revision and before.revision not in revisions():
        raise BackupError(f"the database has the revision {before.revision}, which this MTC does not know.")
    if before.revision > archive.revision:
        if not before.is_empty:
            raise BackupError(
                f"the archive is older (revision {archive.revision}) than the database ({before.revision}). "
                "Restore it into a new, empty database and point MTC_DATABASE_URL at that one."
            )
        downgrade(revision=archive.revision)
    else:
        upgrade(revision=archive.revision)


def bring_plugins(archive: Archive, without: bool) -> set[str]:
    """Make the plugins' tables as the archive knew them; returns the names of those that are left out."""
    plugins = archive.manifest.get("plugins", {})
    missing = bring_tables_to(plugins)
    if missing and not without:
        raise BackupError(
            f"the archive holds tables of {', '.join(missing)}, which cannot be made here. Put the plugin,"
            " as it was then or newer, into plugins/, or say --without-plugins to restore all else."
        )
    starts = tuple(prefix_of(slug) for slug in missing)
    return {name for name in archive.tables if starts and name.startswith(starts)}


def load(archive: Archive, say: Say, *, replace: bool, left_out: Container[str] = ()) -> None:
    """Save the files and replace every row; all of it or nothing. Raises BackupError.

    The archive must have been verified, and the tables must have its revision.
    """
    with _saved_files() as saved:
        others = _save_files(archive, saved, replace=replace)
        with platform_scope("restore a backup"), unit_of_work() as work:
            connection = work.connection()
            if not replace and any(queries.population(connection)):
                raise BackupError("the database was filled meanwhile: nothing was changed.")
            _load_tables(connection, archive, say, left_out)
    # What was there under the same name belongs to rows that are gone now.
    for entry, key in _files_of(archive):
        if key in others:
            _save(entry, key)
    say(f"files: {archive.manifest['files']['count']:,}")


def _load_tables(connection: Connection, archive: Archive, say: Say, left_out: Container[str]) -> None:
    present = queries.describe(connection)
    expected = {name: table.described for name, table in archive.tables.items() if name not in left_out}
    # Plugins that came after the backup have tables, which end up empty.
    newer = tuple(
        prefix_of(slug)
        for slug in plugin_revisions(connection)
        if slug not in archive.manifest.get("plugins", ())
    )
    columns = {
        described.name: sorted(described.columns)
        for described in present
        if not (newer and described.name.startswith(newer))
    }
    if columns != {name: sorted(described.columns) for name, described in expected.items()}:
        raise ArchiveError(
            "The tables of the archive are not those of its revision: it was made by another program."
        )
    queries.empty_tables(connection, present)
    for entry in archive.entries():
        if "table" in entry.facts and entry.facts["table"] not in left_out:
            queries.insert_rows(connection, expected[entry.facts["table"]], archive.rows(entry))
    for name, table in archive.tables.items():
        if name in left_out:
            say(f"{name}: left out, its plugin is not here")
            continue
        digest = Digest(table.described.kinds)
        for row in queries.rows(connection, table.described):
            digest.add(row)
        if (digest.rows, digest.text()) != (table.rows, table.digest):
            raise BackupError(f"the rows of {name} are not what was saved: nothing was restored.")
        if digest.rows:
            say(f"{name}: {digest.rows:,} rows")


def _save_files(archive: Archive, saved: IO[str], *, replace: bool) -> set[str]:
    """Save what the storage lacks, noting it; returns the keys under which it holds something else."""
    others = set()
    for entry, key in _files_of(archive):
        if ports.storage.exists(key):
            if not _same_content(key, entry.sha256):
                if not replace:
                    raise BackupError(
                        f"the storage holds another file called {key}. Use an empty one, or --replace."
                    )
                others.add(key)
            continue
        # Noted first: a file that was half saved is taken back too.
        saved.write(f"{key}\n")
        _save(entry, key)
    return others


def _files_of(archive: Archive) -> Iterator[tuple[Entry, str]]:
    for entry in archive.entries():
        folder, _, key = entry.member.name.partition("/")
        if folder == "files":
            yield entry, key


def _save(entry: Entry, key: str) -> None:
    ports.storage.save(key, entry.part, str(entry.facts.get("type")))  # type: ignore[arg-type]
    entry.check()


def _same_content(key: str, sha256: str) -> bool:
    digest = hashlib.sha256()
    for chunk in ports.storage.read_range(key, 0):
        digest.update(chunk)
    return digest.hexdigest() == sha256


@contextmanager
def _saved_files() -> Iterator[IO[str]]:
    """A note of the files that were saved; they are deleted again when the block raises."""
    with tempfile.TemporaryFile("w+", encoding="utf-8") as saved:
        try:
            yield saved
        except BaseException:
            saved.seek(0)
            for line in saved:
                ports.storage.delete(line.rstrip("\n"))
            raise
