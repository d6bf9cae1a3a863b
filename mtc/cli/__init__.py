"""The command `mtc`."""

from mtc.cli import archives, encryption_keys, plugin_packages, plugins, server, stock, tenants
from mtc.cli.group import main
from mtc.cli.plugins import PLUGINS

__all__ = [
    "PLUGINS",
    "archives",
    "encryption_keys",
    "main",
    "plugin_packages",
    "plugins",
    "server",
    "stock",
    "tenants",
]
