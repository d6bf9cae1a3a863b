"""Commands for the terminal (docs/plugins/jobs.md)."""

from mtc.plugins.services.commands import PluginCommand, command

__all__ = ["PluginCommand", "command"]
