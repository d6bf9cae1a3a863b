"""Services of plugins."""

from mtc.plugins.services.blocking import block_plugin, deprecate_plugin, unblock_plugin, undeprecate_plugin
from mtc.plugins.services.context import PluginContext, state_of
from mtc.plugins.services.held_data import export_lines, held_data
from mtc.plugins.services.hooks import is_hooked, run_before
from mtc.plugins.services.inbox import take_notification
from mtc.plugins.services.install import activate, deactivate, install_plugin, sync_plugins
from mtc.plugins.services.loader import broken, folder_of, loaded
from mtc.plugins.services.migrate import bring_tables_to, migrate_plugins, need_migration
from mtc.plugins.services.provide_hooks import answers_dropped, ask_plugins
from mtc.plugins.services.settings_check import settings_to_test, try_plugin_settings
from mtc.plugins.services.tables import plugin_revisions, prefix_of
from mtc.plugins.services.uninstall import uninstall_plugin

__all__ = [
    "PluginContext", "activate", "answers_dropped", "ask_plugins", "block_plugin", "bring_tables_to",
    "broken", "deactivate", "deprecate_plugin", "export_lines", "folder_of", "held_data",
    "install_plugin", "is_hooked", "loaded", "migrate_plugins", "need_migration", "plugin_revisions",
    "prefix_of", "run_before", "settings_to_test", "state_of", "sync_plugins", "take_notification",
    "try_plugin_settings", "unblock_plugin", "undeprecate_plugin", "uninstall_plugin",
]  # fmt: skip
