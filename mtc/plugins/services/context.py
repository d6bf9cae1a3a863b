"""What a plugin is handed: its tenant, its settings and the ports, nothing global."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from mtc.core.context import Actor, current
from mtc.core.db import require_scope, session
from mtc.infra import ports
from mtc.infra.http import Http
from mtc.plugins import queries
from mtc.plugins.models import PluginState


@dataclass(frozen=True, slots=True)
class PluginContext:
    """One call of one plugin for one tenant."""

    plugin: str
    tenant_id: UUID
    settings: dict[str, Any]
    store: Any
    actor: Actor

    @property
    def http(self) -> Http:
        """The hardened client for calls to public addresses."""
        return ports.http

    @property
    def log(self) -> logging.Logger:
        """A logger named after the plugin."""
        return logging.getLogger(f"mtc.plugin.{self.plugin}")

    def recall(self, key: str) -> dict[str, Any] | None:
        """What this plugin remembered for this tenant under the key."""
        row = queries.state(self.tenant_id, self._plugin_id(), key)
        return dict(row.value) if row else None

    def remember(self, key: str, value: dict[str, Any]) -> None:
        """Keep plain JSON for this tenant under the key, in the running transaction."""
        plugin_id = self._plugin_id()
        row = queries.state(self.tenant_id, plugin_id, key)
        if row is None:
            row = PluginState(tenant_id=self.tenant_id, plugin_id=plugin_id, key=key)
            session.add(row)
        row.value = value
        session.flush()

    def _plugin_id(self) -> UUID:
        row = queries.plugin_by_slug(self.plugin)
        if row is None:
            raise RuntimeError(f"{self.plugin} is not registered")
        return row.id


def context_for(plugin: str, settings: dict[str, Any]) -> PluginContext:
    """The context of a call in the running scope."""
    running = current()
    tenant_id = require_scope().tenant_id or running.tenant_id
    if tenant_id is None:
        raise RuntimeError("plugins run for a tenant")
    return PluginContext(plugin, tenant_id, settings, running.store, running.actor)
