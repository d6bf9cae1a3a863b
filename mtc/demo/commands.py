"""`mtc demo` and `mtc tenant list`."""

from __future__ import annotations

import fcntl
import shutil
from pathlib import Path

import click

from mtc import config as settings
from mtc.core.db import unit_of_work
from mtc.core.tenancy import platform_scope
from mtc.demo.load import load_demo
from mtc.lifecycle import flask_app, migrate_database
from mtc.pages.services.manifest_sync import sync_all
from mtc.tenants import queries

SQLITE_IN_USE = 128  # UNIX_SHM_DMS of SQLite's os_unix.c
# What the embedded profile keeps under var; anything else there is not ours to delete.
_OURS = ("mtc.db", "mtc.db-wal", "mtc.db-shm", "files", "outbox")


def demo(*, reset: bool, orders: int) -> None:
    """Load the demo with so many past orders a store; with `reset` the embedded profile starts over."""
    config = settings.load()
    if reset:
        _wipe(config)
    app = flask_app()
    if config.database_url.startswith("sqlite"):
        migrate_database(app)
    with app.app_context():
        sync_all()
        with platform_scope("is the database empty", readonly=True), unit_of_work():
            if queries.all_stores():
                raise SystemExit("mtc: there are stores already. `mtc demo --reset` starts over.")
        load_demo(orders)
    click.echo("The demo is loaded.")


def _wipe(config: settings.Config) -> None:
    if not config.database_url.startswith("sqlite:///"):
        raise SystemExit("mtc: `--reset` deletes the embedded profile only; empty a server yourself.")
    if _is_open(config.folder / "mtc.db-shm"):
        raise SystemExit(
            f"mtc: {config.folder} is in use. Stop `mtc serve` first, then try again."
        )
    for name in _OURS:
        path = config.folder / name
        if path.is_dir():
            shutil.rmtree(path)
        else:
            path.unlink(missing_ok=True)


def _is_open(shared: Path) -> bool:
    """Return whether another process has the database open: each locks one byte of SQLite's shared memory.

    Without this a server would go on selling from files that are deleted.
    """
    if not shared.exists():
        return False
    with shared.open("r+b") as file:
        try:
            fcntl.lockf(file, fcntl.LOCK_EX | fcntl.LOCK_NB, 1, SQLITE_IN_USE)
        except OSError:
            return True
    return False


def list_tenants() -> None:
    """Print every tenant with its stores."""
    with flask_app().app_context(), platform_scope("list the tenants", readonly=True), unit_of_work():
        for row in queries.all_stores():
            click.echo(f"{row.tenant_slug:<24}{row.tenant_status:<12}{row.slug:<24}{row.name}")
