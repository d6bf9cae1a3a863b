"""What a plugin's tests need: switching it on, looking what it remembers, loading one from any folder."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from flask import current_app
from sqlalchemy import inspect

from mtc.core.db import bases_in, remove_models, session
from mtc.core.owner_connection import owner_connection
from mtc.core.registry import forget
from mtc.extensions import db
from mtc.plugins import queries
from mtc.plugins.errors import PluginError
from mtc.plugins.models import TenantPlugin
from mtc.plugins.services import deactivate, migrate_plugins
from mtc.plugins.services.loader import broken, load_places, loaded, sources
from mtc.plugins.services.sources import PluginPlace, places_in
from mtc.plugins.services.tables import own_tables, version_table
from mtc.testing import plugin_fixtures
from mtc.web.plugin_rules import remove_rules


@contextmanager
def at_work(world: Any) -> Iterator[None]:
    """A transaction of the tenant with the context of a job."""
    with plugin_fixtures.at_work(world.id):
        yield


def switch_on(world: Any, plugin: str, **settings: Any) -> None:
    """Install the plugin for the tenant with these settings and switch it on."""
    plugin_fixtures.switch_on(world.id, plugin, settings)


def switch_off(world: Any, plugin: str) -> None:
    """Switch the plugin off for the tenant."""
    with at_work(world):
        deactivate(world.id, plugin)


def installed(world: Any, plugin: str) -> TenantPlugin:
    """The tenant's installation of the plugin as the database has it now."""
    with at_work(world):
        row = queries.installation(world.id, plugin)
        assert row is not None
        session.refresh(row)
        return row


def remembered(world: Any, plugin: str, key: str) -> dict[str, Any] | None:
    """What the plugin remembers for the tenant under the key."""
    with at_work(world):
        known = queries.plugin_by_slug(plugin)
        assert known is not None
        row = queries.state(world.id, known.id, key)
        return dict(row.value) if row is not None else None


@contextmanager
def loading(folder: Path, *, migrate: bool = True) -> Iterator[None]:
    """Load the plugins of a folder of your own into the running application; unload them afterwards."""
    with loading_places(lambda: places_in(folder), migrate=migrate):
        yield


@contextmanager
def loading_places(find: Callable[[], Iterable[PluginPlace]], *, migrate: bool = True) -> Iterator[None]:
    """Load these plugins into the running application; unload them afterwards."""
    before, known_sources = set(loaded(current_app)), dict(sources(current_app))
    paths, packages = list(sys.path), set()
    try:
        places = list(find())
        packages = {place.package.split(".")[0] for place in places}
        load_places(current_app, places)
        problems = broken(current_app)
        if problems:
            raise PluginError(next(iter(problems.values())))
        if migrate and (failed := migrate_plugins()):
            raise PluginError(next(iter(failed.values())))
        yield
    finally:
        unload(set(loaded(current_app)) - before)
        broken(current_app).clear()
        sources(current_app).clear()
        sources(current_app).update(known_sources)
        sys.path[:] = paths
        for name in [name for name in sys.modules if name.split(".")[0] in packages]:
            del sys.modules[name]


def unload(plugins: set[str]) -> None:
    """Take the plugins out of the running application."""
    hooks = current_app.extensions["mtc.hooks"]
    for name in plugins:
        hooks.manager.unregister(name=name)
        forget(name)
        plugin = loaded(current_app).pop(name)
        remove_rules(current_app, name)
        if plugin.tables:
            remove_models(bases_in(plugin.module.__name__.rpartition(".")[0]))
            drop_tables(name)


def drop_tables(plugin: str) -> None:
    """Drop the tables of a plugin, with their rows and their revision."""
    owner_url = current_app.config["MTC"].database_owner_url
    with owner_connection(db.engine, owner_url, "drop the tables of a plugin") as connection:
        for name in [*own_tables(inspect(connection), plugin), version_table(plugin)]:
            cascade = " CASCADE" if connection.dialect.name == "postgresql" else ""
            connection.exec_driver_sql(f"DROP TABLE IF EXISTS {name}{cascade}")
        connection.commit()
