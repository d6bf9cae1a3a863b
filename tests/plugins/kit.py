"""What a plugin's tests need: switching it on, looking what it remembers, loading one from any folder."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from flask import current_app

from mtc.core.db import session
from mtc.core.registry import forget
from mtc.plugins import queries
from mtc.plugins.errors import PluginError
from mtc.plugins.models import TenantPlugin
from mtc.plugins.services import deactivate, load_plugins
from mtc.plugins.services.loader import broken, loaded
from mtc.testing import plugin_fixtures


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
def loading(folder: Path) -> Iterator[None]:
    """Load the plugins of a folder of your own into the running application; unload them afterwards."""
    before, paths = set(loaded(current_app)), list(sys.path)
    try:
        load_plugins(current_app, folder)
        problems = broken(current_app)
        if problems:
            raise PluginError(next(iter(problems.values())))
        yield
    finally:
        unload(set(loaded(current_app)) - before)
        broken(current_app).clear()
        sys.path[:] = paths
        for name in [name for name in sys.modules if name.split(".")[0] == folder.name]:
            del sys.modules[name]


def unload(plugins: set[str]) -> None:
    """Take the plugins out of the running application."""
    hooks = current_app.extensions["mtc.hooks"]
    for name in plugins:
        hooks.manager.unregister(name=name)
        forget(name)
        del loaded(current_app)[name]
