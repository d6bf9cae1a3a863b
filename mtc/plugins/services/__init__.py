"""Services of plugins."""

from mtc.plugins.services.context import PluginContext, state_of
from mtc.plugins.services.hooks import is_hooked, run_before
from mtc.plugins.services.inbox import take_notification
from mtc.plugins.services.install import activate, deactivate, install_plugin, sync_plugins
from mtc.plugins.services.loader import broken, folder_of, load_plugins, loaded
from mtc.plugins.services.migrate import bring_tables_to, migrate_plugins, need_migration
from mtc.plugins.services.tables import plugin_revisions, prefix_of

__all__ = [
    "PluginContext",
    "activate",
    "bring_tables_to",
    "broken",
    "deactivate",
    "folder_of",
    "install_plugin",
    "is_hooked",
    "load_plugins",
    "loaded",
    "migrate_plugins",
    "need_migration",
    "plugin_revisions",
    "prefix_of",
    "run_before",
    "state_of",
    "sync_plugins",
    "take_notification",
]
