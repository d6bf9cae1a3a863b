"""Setup around the application: preparing the embedded profile, workers, the content watcher."""

from __future__ import annotations

import gc
import logging
import os
import signal
import subprocess
import sys
import threading
import time
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from flask import Flask
from sqlalchemy import make_url, text

from mtc import config as settings
from mtc.app import create_app
from mtc.core import security_log
from mtc.core.db import unit_of_work
from mtc.core.errors import CommandError
from mtc.core.paths import ROOT
from mtc.core.private_files import make_folder, tighten
from mtc.core.tenancy import platform_scope
from mtc.extensions import db
from mtc.infra import ports
from mtc.middleware.gateway_site import site_of
from mtc.server import StartError
from mtc.server.served_app import Site
from mtc.tasks.services import drain_lanes, hanging, watch_overruns, work
from mtc.tenants.services import store_lookup

log = logging.getLogger(__name__)
WATCH_SECONDS, STOP_SECONDS = 0.5, 30.0
_app: Flask | None = None


def flask_app() -> Flask:
    """The application of this process, made once."""
    global _app
    if _app is None:
        security_log.install()
        _app = create_app()
        tighten_files(_app.config["MTC"])
    return _app


def tighten_files(config: settings.Config) -> None:
    """Take the rights of others away from what the embedded profile keeps: keys, orders, mails, files."""
    folder, database = config.folder, make_url(config.database_url)
    if database.get_backend_name() == "sqlite" and database.database:
        for end in ("", "-wal", "-shm"):
            tighten(Path(database.database + end))
    for name in ("files", "outbox", settings.SECRETS):
        tighten(folder / name)
    # A folder that MTC did not make may have a right of others that somebody needs.
    if (folder / settings.SECRETS).exists() and folder != Path.home():
        tighten(folder)


def create() -> Site:
    """Return the application that the server serves."""
    return site_of(flask_app())


def migrate_database(app: Flask) -> None:
    """Bring the database to the newest revision."""
    from flask_migrate import upgrade  # noqa: PLC0415 - alembic costs half a second that a second start saves

    config: settings.Config = app.config["MTC"]
    if config.database_url.startswith("sqlite"):
        make_folder(config.folder)
    with app.app_context():
        upgrade()
        for problem in import_module("mtc.plugins.services").migrate_plugins().values():
            print(problem, file=sys.stderr)


def has_newest_tables(app: Flask) -> bool:
    """Return whether the newest revision of the tree is the database's."""
    versions = (ROOT / "migrations" / "versions").glob("[0-9]*_*.py")
    newest = max((file.name.split("_", 1)[0] for file in versions), default="")
    with app.app_context(), platform_scope("read the revision", readonly=True):
        try:
            with db.engine.connect() as connection:
                revision = connection.execute(text("SELECT version_num FROM alembic_version")).scalar()
        except Exception:
            return False
    return bool(revision == newest)


def needs_migration(app: Flask) -> bool:
    """Return whether MTC's tables or those of a plugin are older than their code."""
    if not has_newest_tables(app):
        return True
    with app.app_context():
        return bool(import_module("mtc.plugins.services").need_migration())


def require_newest_tables(app: Flask) -> None:
    """Raise CommandError unless the database has this MTC's tables, DBAPIError when it is out of reach."""
    with (
        app.app_context(),
        platform_scope("can the database be reached", readonly=True),
        unit_of_work() as work,
    ):
        work.execute(text("SELECT 1"))
    if not has_newest_tables(app):
        raise CommandError("the database has not the tables of this MTC. Run `mtc migrate` first.")


def prepare() -> None:
    """Before the first request: the tables, the system's pages, and on an empty database the demo."""
    app = flask_app()
    config: settings.Config = app.config["MTC"]
    embedded = config.database_url.startswith("sqlite")
    fresh = False
    if embedded:
        make_folder(config.folder)
        if needs_migration(app):
            _apart("migrate")
    with app.app_context():
        import_module("mtc.core.startup_checks").check_database(db.engine)
        import_module("mtc.pages.services.manifest_sync").sync_all()
        import_module("mtc.plugins.services").sync_plugins()
        with platform_scope("is there any tenant", readonly=True), unit_of_work() as session:
            fresh = session.execute(text("SELECT count(*) FROM tenants")).scalar() == 0
        if config.production and find_spec("mtc.demo"):
            _refuse_demo(config)
    if embedded and fresh and config.demo:
        print("Loading the demo stores (only on the first start) ...", flush=True)
        _apart("demo")


def _refuse_demo(config: settings.Config) -> None:
    """Raise StartError when somebody could log in with what the demo tells everybody."""
    if import_module("mtc.demo.welcome").demo_logins(config):
        raise StartError(
            "the demo's log-ins are in this database, and MTC_PRODUCTION is set. Use another database."
        )


def _apart(command: str) -> None:
    """Run a command of MTC in a process of its own, which gives back the memory that it took."""
    program = [sys.executable, "-m", "mtc.cli", command]
    done = subprocess.run(program, stdout=subprocess.DEVNULL, check=False)  # noqa: S603 - our own program
    if done.returncode:
        raise StartError(f"`mtc {command}` has failed; what it printed stands above.")


def start(_wsgi: Any) -> None:
    """In every web process: the embedded workers and the watcher of content versions."""
    app = flask_app()
    config: settings.Config = app.config["MTC"]

    def drain() -> int:
        with app.app_context():
            return work()

    def drain_plugins() -> int:
        with app.app_context():
            return drain_lanes()

    with app.app_context():
        if config.workers and hasattr(ports.queue, "start"):
            ports.queue.start(drain, workers=config.workers)
        if config.workers and hasattr(ports.queue, "start_beside"):
            ports.queue.start_beside(drain_plugins, workers=config.plugin_workers)
    if config.workers:
        watch_overruns(leave)
    _Watcher(app).start()
    # What was imported stays for good; the collector need not look at it again in the middle of a page.
    gc.collect()
    gc.freeze()


def leave() -> None:
    """End this web process as its parent would, so that requests are answered first; another one follows."""
    os.kill(os.getpid(), signal.SIGTERM)
    time.sleep(STOP_SECONDS)
    os.kill(os.getpid(), signal.SIGKILL)


def stop(_wsgi: Any) -> None:
    """After the last request: let running tasks finish."""
    app = flask_app()
    _Watcher.stopping.set()
    with app.app_context():
        if hasattr(ports.queue, "stop"):
            ports.queue.stop(0 if hanging() else 25)
        db.engine.dispose()


class _Watcher(threading.Thread):
    """Looks every half second which tenants changed, so that cached pages are right within a second."""

    stopping = threading.Event()

    def __init__(self, app: Flask) -> None:
        super().__init__(name="content-watcher", daemon=True)
        self._app = app

    def run(self) -> None:
        while not self.stopping.wait(WATCH_SECONDS):
            try:
                with self._app.app_context():
                    store_lookup.refresh()
            except Exception as error:
                log.warning("content versions could not be read: %s", error)


def ready(_wsgi: Any) -> None:
    """Print where to go and who to be."""
    app = flask_app()
    with app.app_context():
        print(import_module("mtc.demo.welcome").welcome_text(app.config["MTC"]), flush=True)
