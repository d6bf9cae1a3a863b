"""Services of plugins."""

from mtc.plugins.services.context import PluginContext, state_of
from mtc.plugins.services.hooks import is_hooked, run_before
from mtc.plugins.services.inbox import take_notification
from mtc.plugins.services.install import activate, deactivate, install_plugin, sync_plugins
from mtc.plugins.services.loader import broken, folder_of, load_places, load_plugins, loaded, sources
from mtc.plugins.services.migrate import bring_tables_to, migrate_plugins, need_migration
from mtc.plugins.services.provide_hooks import answers_dropped, ask_plugins
from mtc.plugins.services.sources import installed_places, place_of, places_in
from mtc.plugins.services.tables import plugin_revisions, prefix_of
from mtc.plugins.services.uploaded import UploadedPlugins

__all__ = [
    "PluginContext",
    "UploadedPlugins",
    "activate",
    "answers_dropped",
    "ask_plugins",
    "bring_tables_to",
    "broken",
    "deactivate",
    "folder_of",
    "install_plugin",
    "installed_places",
    "is_hooked",
    "load_places",
    "load_plugins",
    "loaded",
    "migrate_plugins",
    "need_migration",
    "place_of",
    "places_in",
    "plugin_revisions",
    "prefix_of",
    "run_before",
    "sources",
    "state_of",
    "sync_plugins",
    "take_notification",
]
