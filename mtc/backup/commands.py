"""`mtc backup` and `mtc restore`: what they ask, say and refuse."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import BinaryIO, cast

import click

from mtc import config as settings
from mtc.backup import restore as restoring
from mtc.backup.archive import Archive, open_archive
from mtc.backup.errors import BackupError
from mtc.backup.write import Report, write_archive
from mtc.core import clock
from mtc.lifecycle import flask_app

FILES_MISSING = 3
"""The exit code of a backup that is whole but for files that the storage had lost before."""


def say(text: str) -> None:
    """A line about how it goes; standard output belongs to the archive."""
    click.echo(f"  {text}", err=True)


def backup(name: str | None, *, with_keys: bool) -> None:
    """Write an archive and say what must be kept besides."""
    with flask_app().app_context():
        if name == "-":
            report = write_archive(cast(BinaryIO, sys.stdout.buffer), say, with_keys=with_keys)
            where = "standard output"
        else:
            path = Path(name or f"mtc-backup-{clock.now():%Y%m%dT%H%M%SZ}.tar")
            report = _write_file(path, with_keys=with_keys)
            where = str(path)
        _conclude(report, where, with_keys=with_keys)


def _write_file(path: Path, *, with_keys: bool) -> Report:
    """Write beside the target, readable for its owner only, and give it its name once it is whole."""
    if path.exists():
        raise BackupError(f"{path} is there already. Choose another name.")
    if not path.absolute().parent.is_dir():
        raise BackupError(f"there is no folder {path.absolute().parent}.")
    draft = path.with_name(f".{path.name}.{os.getpid()}.part")
    try:
        with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as stream:
            report = write_archive(stream, say, with_keys=with_keys)
            stream.flush()
            os.fsync(stream.fileno())
        # A link fails where a name is taken; a rename would replace it.
        os.link(draft, path)
    finally:
        draft.unlink(missing_ok=True)
    return report


def _conclude(report: Report, where: str, *, with_keys: bool) -> None:
    rows = sum(table["rows"] for table in report.manifest["tables"])
    count = report.manifest["files"]["count"]
    say(f"{where}: {rows:,} rows, {count:,} files, {report.size / 2**20:,.1f} MiB")
    if with_keys:
        say("The archive holds MTC_SECRET_KEY and MTC_KEYRING: whoever has it can open every key in stock.")
    else:
        used = ", ".join(report.manifest["sealed"]) or "none yet"
        say(f"Keep MTC_SECRET_KEY and MTC_KEYRING apart from it (keys in use: {used}): they are not in it,")
        say("and without them nobody can open the keys in stock and the credentials that it holds sealed.")
    if report.missing:
        click.echo(f"mtc: {len(report.missing)} files that rows name are not in the storage:", err=True)
        for key in report.missing[:20]:
            click.echo(f"  {key}", err=True)
        raise SystemExit(FILES_MISSING)


def check(name: str) -> None:
    """Look at every byte and every row of an archive."""
    archive = open_archive(Path(name))
    archive.verify(deep=True)
    _introduce(archive)
    click.echo("The archive is sound.")


def _introduce(archive: Archive) -> None:
    manifest = archive.manifest
    rows, count = sum(table.rows for table in archive.tables.values()), manifest["files"]["count"]
    made = f"made {manifest['made_at']} by MTC {manifest['mtc']} on {manifest['database']}"
    say(f"{made}, revision {archive.revision}")
    where = "in it" if manifest["with_keys"] else "not in it"
    say(f"{len(archive.tables)} tables, {rows:,} rows, {count:,} files, the keys are {where}")


def restore(
    name: str, *, replace: bool, yes: bool, keys: bool, without_keys: bool, without_plugins: bool
) -> None:
    """Check an archive and put it in place of what is there."""
    archive = open_archive(Path(name))
    _introduce(archive)
    restoring.check_revision(archive)
    say("checking every byte")
    archive.verify()
    stored_keys = _kept_keys(archive) if keys else None
    with flask_app().app_context():
        restoring.restore(
            archive,
            say,
            replace=replace,
            agree=(lambda _: None) if yes else _agree,
            ignore_keys=without_keys or stored_keys is not None,
            without_plugins=without_plugins,
        )
    if stored_keys is not None:
        # Last: until everything else is there, the keys belong to what was there before.
        settings.keep_secrets(stored_keys)
    click.echo("The backup is restored. Start MTC.")


def _agree(state: restoring.State) -> None:
    question = f"mtc: this deletes {state.people}. Stop every MTC process, then type the number of tenants"
    if click.prompt(question, err=True).strip() != str(state.tenants):
        raise BackupError("that is not the number of tenants: nothing was changed.")


def _kept_keys(archive: Archive) -> dict[str, str]:
    """The keys in the archive; raises BackupError, and ConfigError where the environment gives them."""
    settings.check_secrets_are_kept()
    stored_keys = archive.keys()
    if stored_keys is None:
        raise BackupError("there are no keys in this archive: it was made without --with-keys.")
    return stored_keys
