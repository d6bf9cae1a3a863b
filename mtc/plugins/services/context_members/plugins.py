"""`ctx.plugin` and `ctx.plugins`: the plugin that runs, and the others of the tenant."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask import current_app

from mtc.plugins.services.active_plugins import running_plugins
from mtc.plugins.services.loader import loaded
from mtc.plugins.services.tables import prefix_of


class PluginInfo(str):
    """The plugin's id, with what its manifest says of it."""

    __slots__ = ()

    @property
    def id(self) -> str:
        """The plugin's id."""
        return str(self)

    @property
    def name(self) -> str:
        """The name that people read."""
        return str(self._manifest().get("name", self))

    @property
    def version(self) -> str:
        """The version of its code, such as 1.2.0."""
        return str(self._manifest().get("version", ""))

    @property
    def granted(self) -> frozenset[str]:
        """The permissions that it uses, as its manifest declares them."""
        return frozenset(self._manifest().get("permissions", {}).get("uses", ()))

    def table(self, name: str) -> str:
        """The full name of one of its tables: `points` is `p_<id>_points`."""
        return f"{prefix_of(self)}{name}"

    def _manifest(self) -> dict[str, Any]:
        plugin = loaded(current_app).get(self)
        return plugin.manifest if plugin is not None else {}


class OtherPlugins:
    """The plugins of the running tenant."""

    def is_on(self, plugin_id: str) -> bool:
        """Return whether the tenant has the plugin switched on."""
        return plugin_id in running_plugins()


def secrets_of(plugin: str, settings: Mapping[str, Any]) -> dict[str, Any]:
    """Those of the settings that are stored sealed."""
    code = loaded(current_app).get(plugin)
    names = (
        [part.path for part in code.settings.fields if part.format == "secret"] if code is not None else []
    )
    return {name: settings[name] for name in names if name in settings}
