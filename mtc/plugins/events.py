"""Events of the plugins of a tenant."""

from __future__ import annotations

from dataclasses import dataclass

from mtc.core.events import DomainEvent
from mtc.core.i18n import _l


@dataclass(frozen=True, kw_only=True)
class _PluginEvent(DomainEvent, entity="tenant_plugin", permission="settings:read"):
    plugin: str


@dataclass(frozen=True, kw_only=True)
class PluginInstalled(_PluginEvent, name="plugin.installed", label=_l("Plugin set up")):
    """A plugin was installed, or its settings were changed."""


@dataclass(frozen=True, kw_only=True)
class PluginActivated(_PluginEvent, name="plugin.activated", label=_l("Plugin switched on")):
    """A plugin was switched on."""


@dataclass(frozen=True, kw_only=True)
class PluginDeactivated(_PluginEvent, name="plugin.deactivated", label=_l("Plugin switched off")):
    """A plugin was switched off."""


@dataclass(frozen=True, kw_only=True)
class PluginUninstalled(_PluginEvent, name="plugin.uninstalled", label=_l("Plugin uninstalled")):
    """A plugin was uninstalled; what it had stored was kept, or is being deleted."""

    kept: bool
