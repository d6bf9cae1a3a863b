"""The context of plugins: tenant, settings and ports, nothing global."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from mtc.core.context import Actor, current
from mtc.core.store_info import StoreInfo
from mtc.infra import ports
from mtc.infra.http import Http, Response
from mtc.infra.http.base import MAX_BYTES, TIMEOUT
from mtc.plugins import queries
from mtc.plugins.services.active_plugins import tenant_of_scope
from mtc.plugins.services.plugin_db import PluginDb
from mtc.plugins.services.state import State, StateValue, StoredState
from mtc.plugins.services.static_files import asset_url


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
    store: StoreInfo | None
    actor: Actor
    http: Http
    state: State
    db: PluginDb

    @property
    def log(self) -> logging.Logger:
        """A logger named after the plugin."""
        return logging.getLogger(f"mtc.plugin.{self.plugin}")

    def asset(self, path: str) -> str:
        """The address of a file under `static/` of the plugin's folder."""
        return asset_url(self.plugin, path)

    def recall(self, key: str) -> dict[str, Any] | None:
        """Return the value that this plugin stored for this tenant under the key."""
        stored = self.state.get(key)
        return stored.value if stored is not None else None

    def remember(self, key: str, value: dict[str, Any]) -> None:
        """Keep plain JSON for this tenant under the key, whatever was there."""
        self.state.put(key, value)


class _FoundState:
    """State of a plugin by its slug, which is looked up when it is first used."""

    def __init__(self, plugin: str, tenant_id: UUID) -> None:
        self._plugin, self._tenant_id = plugin, tenant_id
        self._stored: StoredState | None = None

    def _find(self) -> StoredState:
        if self._stored is None:
            row = queries.plugin_by_slug(self._plugin)
            if row is None:
                raise RuntimeError(f"{self._plugin} is not registered")
            self._stored = StoredState(self._tenant_id, row.id)
        return self._stored

    def get(self, key: str) -> StateValue | None:
        return self._find().get(key)

    def put(self, key: str, value: dict[str, Any], version: int | None = None) -> int:
        return self._find().put(key, value, version)

    def increment(self, key: str, by: int = 1) -> int:
        return self._find().increment(key, by)

    def delete(self, key: str) -> None:
        self._find().delete(key)


def state_of(plugin: str, tenant_id: UUID) -> State:
    """The state of a plugin for a tenant, in the running transaction."""
    return _FoundState(plugin, tenant_id)


def context_for(
    plugin: str, settings: dict[str, Any], http: Http, state: State | None = None
) -> PluginContext:
    """The context of a call in the running scope."""
    tenant_id = tenant_of_scope()
    if tenant_id is None:
        raise RuntimeError("plugins run for a tenant")
    running = current()
    plugin_state = state if state is not None else state_of(plugin, tenant_id)
    return PluginContext(
        plugin, tenant_id, settings, running.store, running.actor, http, plugin_state, PluginDb(plugin)
    )
