"""The callbacks of plugin.py by name, and what a plugin is left out for (docs/plugins/lifecycle.md)."""

from __future__ import annotations

import inspect
from types import FunctionType

from mtc.plugins.errors import PluginError
from mtc.plugins.registry import LoadedPlugin

CALLBACKS: dict[str, tuple[str, ...]] = {
    "on_install": ("ctx",),
    "on_activate": ("ctx",),
    "on_deactivate": ("ctx",),
    "on_settings_change": ("ctx", "old", "new"),
    "on_upgrade": ("ctx", "from_version"),
    "on_uninstall": ("ctx", "keep"),
    "test_settings": ("ctx", "values"),
}


def check_callbacks(plugin: LoadedPlugin) -> None:
    """Raise PluginError for a callback that is no function, or has other parameters than it should."""
    for name, parameters in CALLBACKS.items():
        callback = vars(plugin.module).get(name)
        if callback is None:
            continue
        if not isinstance(callback, FunctionType) or tuple(inspect.signature(callback).parameters) != (
            parameters
        ):
            raise PluginError(f"{plugin.slug}: write the parameters of {name} as {', '.join(parameters)}.")


def has_callback(plugin: LoadedPlugin, name: str) -> bool:
    """Return whether the plugin has this callback."""
    return name in vars(plugin.module)
