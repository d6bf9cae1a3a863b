"""Errors of plugins."""

from __future__ import annotations

from mtc.core.errors import AppError


class PluginError(AppError):
    """A plugin cannot be loaded; the message names the plugin and what to change."""

    code = "plugin"
