"""Tables of a plugin: what its models derive from, and what `ctx.db` raises (docs/plugins/tables.md)."""

from mtc.core.db import PluginTable, tenant_foreign_key
from mtc.plugins.services.plugin_db import PluginDb, PluginDbError

__all__ = ["PluginDb", "PluginDbError", "PluginTable", "tenant_foreign_key"]
