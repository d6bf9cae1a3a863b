"""What a plugin is handed: its tenant, its settings and the ports, nothing global."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from mtc.core.context import Actor, current
from mtc.core.db import session
from mtc.infra import ports
from mtc.infra.http import Http, Response
from mtc.infra.http.base import MAX_BYTES, TIMEOUT
from mtc.plugins import queries
from mtc.plugins.models import PluginState
from mtc.plugins.services.running import tenant_of_scope


@dataclass(frozen=True, slots=True)
class PluginHttp:
    """The hardened client, with what the kind of hook demands before each call and of its length."""

    longest: float
    prepare: Callable[[], None]

    def request(
        self,
        method: str,
        url: str,
        *,
        headers: Mapping[str, str] | None = None,
        body: bytes | None = None,
        timeout: float = TIMEOUT,
        max_bytes: int = MAX_BYTES,
    ) -> Response:
        """Ask `url` and return the answer of whatever status; raises what `mtc.infra.http` raises."""
        self.prepare()
        return ports.http.request(
            method,
            url,
            headers=headers,
            body=body,
            timeout=min(timeout, self.longest),
            max_bytes=max_bytes,
        )


@dataclass(frozen=True, slots=True)
class PluginContext:
    """One call of one plugin for one tenant."""

    plugin: str
    tenant_id: UUID
    settings: dict[str, Any]
    store: Any
    actor: Actor
    http: Http

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


def context_for(plugin: str, settings: dict[str, Any], http: Http) -> PluginContext:
    """The context of a call in the running scope."""
    tenant_id = tenant_of_scope()
    if tenant_id is None:
        raise RuntimeError("plugins run for a tenant")
    running = current()
    return PluginContext(plugin, tenant_id, settings, running.store, running.actor, http)
