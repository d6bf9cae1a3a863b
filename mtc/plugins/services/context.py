"""The context of plugins: tenant, settings and ports, nothing global."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, TypeVar
from uuid import UUID

from mtc.core.context import Actor, current
from mtc.core.i18n import gettext
from mtc.core.store_info import StoreInfo
from mtc.infra import ports
from mtc.infra.http import Response
from mtc.infra.http.base import MAX_BYTES, TIMEOUT
from mtc.plugins import queries
from mtc.plugins.services.active_plugins import tenant_of_scope
from mtc.plugins.services.context_members.cache import PluginCache
from mtc.plugins.services.context_members.clock import PluginClock
from mtc.plugins.services.context_members.email import PluginEmail
from mtc.plugins.services.context_members.events import PluginEvents
from mtc.plugins.services.context_members.http import DeclaredHttp
from mtc.plugins.services.context_members.plugins import OtherPlugins, PluginInfo, secrets_of
from mtc.plugins.services.context_members.queue import PluginQueue
from mtc.plugins.services.context_members.storage import PluginStorage
from mtc.plugins.services.context_members.stores import StoreView, store_view, stores_of
from mtc.plugins.services.plugin_db import PluginDb
from mtc.plugins.services.state import Listing, State, StateValue, StoredState
from mtc.plugins.services.static_files import asset_url
from mtc.tenants.services import bump_content_version

T = TypeVar("T")


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
    """One call of one plugin for one tenant; its members are made when they are first used."""

    plugin: PluginInfo
    tenant_id: UUID
    settings: dict[str, Any]
    actor: Actor
    state: State
    db: PluginDb
    _outside: PluginHttp
    _store: StoreInfo | None
    _made: dict[str, Any] = field(default_factory=dict, repr=False, compare=False)

    def _once(self, name: str, make: Callable[[], T]) -> T:
        if name not in self._made:
            self._made[name] = make()
        member: T = self._made[name]
        return member

    @property
    def store(self) -> StoreView | None:
        """The store of the request; None in a task."""
        store = self._store
        return self._once("store", lambda: store_view(store)) if store is not None else None

    def stores(self) -> list[StoreView]:
        """Every store of the tenant, the first one first."""
        return stores_of(self.tenant_id)

    def renew_pages(self) -> None:
        """Let shoppers' pages be made anew, once the running transaction is committed."""
        bump_content_version(self.tenant_id)

    @property
    def secrets(self) -> dict[str, Any]:
        """The settings of the format `secret`, in clear."""
        return secrets_of(self.plugin, self.settings)

    @property
    def http(self) -> DeclaredHttp:
        """The client for the hosts of the manifest."""
        outside = self._outside
        return self._once("http", lambda: DeclaredHttp(self.plugin, self.settings, outside, outside.longest))

    @property
    def cache(self) -> PluginCache:
        """Values that may vanish."""
        return self._once("cache", lambda: PluginCache(self.plugin, self.tenant_id))

    @property
    def events(self) -> PluginEvents:
        """The events that the manifest declares."""
        return self._once("events", lambda: PluginEvents(self.plugin))

    @property
    def email(self) -> PluginEmail:
        """The mails that the manifest declares."""
        return self._once("email", lambda: PluginEmail(self.plugin, self.tenant_id, self._store))

    @property
    def storage(self) -> PluginStorage:
        """Files of the plugin for this tenant."""
        return PluginStorage(self.plugin, self.tenant_id, self._outside.prepare)

    def t(self, message: str, /, **values: Any) -> str:
        """The sentence in the language of the request or job, from the plugin's catalogs."""
        return gettext(message, **values)

    @property
    def queue(self) -> PluginQueue:
        """Work that is done later."""
        return self._once("queue", lambda: PluginQueue(self.plugin, self.tenant_id))

    @property
    def plugins(self) -> OtherPlugins:
        """The other plugins of the tenant."""
        return OtherPlugins()

    @property
    def clock(self) -> PluginClock:
        """The time."""
        return PluginClock()

    @property
    def logger(self) -> logging.Logger:
        """A logger named after the plugin."""
        return logging.getLogger(f"mtc.plugin.{self.plugin}")

    @property
    def log(self) -> logging.Logger:
        """The same as `logger`."""
        return self.logger

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

    def list(self, prefix: str = "", after: str = "", limit: int = 100) -> Listing:
        return self._find().list(prefix, after, limit)


def state_of(plugin: str, tenant_id: UUID) -> State:
    """The state of a plugin for a tenant, in the running transaction."""
    return _FoundState(plugin, tenant_id)


def context_for(
    plugin: str, settings: dict[str, Any], http: PluginHttp, state: State | None = None
) -> PluginContext:
    """The context of a call in the running scope."""
    tenant_id = tenant_of_scope()
    if tenant_id is None:
        raise RuntimeError("plugins run for a tenant")
    running = current()
    plugin_state = state if state is not None else state_of(plugin, tenant_id)
    return PluginContext(
        PluginInfo(plugin),
        tenant_id,
        settings,
        running.actor,
        plugin_state,
        PluginDb(plugin),
        http,
        running.store,
    )
