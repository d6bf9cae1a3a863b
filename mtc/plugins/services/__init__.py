"""Services of plugins."""

from mtc.plugins.services.context import PluginContext, state_of
from mtc.plugins.services.hooks import is_hooked, run_before
from mtc.plugins.services.install import activate, deactivate, install_plugin, sync_plugins
from mtc.plugins.services.loader import LoadedPlugin, broken, load_plugins

__all__ = [
    "LoadedPlugin",
    "PluginContext",
    "activate",
    "broken",
    "deactivate",
    "install_plugin",
    "is_hooked",
    "load_plugins",
    "run_before",
    "state_of",
    "sync_plugins",
]
