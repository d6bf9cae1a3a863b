"""Plugins whose code is in memory, and contribution points: the parts of plugin.json that add to MTC.

The part of MTC that a contribution goes to registers its point in its module `contributions`: the JSON Schema
of the part, what is checked when a plugin is loaded, and how it is put in place.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple, Protocol
from uuid import UUID

from flask import Flask

from mtc.core.fields import FieldSet
from mtc.core.i18n import Sentence
from mtc.core.registry import Registry


@dataclass(frozen=True, slots=True)
class LoadedPlugin:
    """A plugin whose code is in memory."""

    slug: str
    manifest: dict[str, Any]
    module: Any
    settings: FieldSet

    @property
    def refuses_on_error(self) -> bool:
        """Return whether an operation is refused when this plugin's before-hook breaks (default: no)."""
        return bool(self.manifest.get("on_error", "proceed") == "refuse")

    @property
    def is_trusted(self) -> bool:
        """Return whether its code may import all of MTC and not only the SDK."""
        return bool(self.manifest.get("trust", "sdk") == "full")

    @property
    def folder(self) -> Path:
        """Where its files lie."""
        return Path(self.module.__file__ or "").parent

    @property
    def package(self) -> str:
        """The package that its modules are in."""
        return str(self.module.__name__.rpartition(".")[0])

    @property
    def tables(self) -> list[str]:
        """The tables that it brings."""
        return list(self.manifest.get("tables", ()))

    @property
    def priorities(self) -> dict[str, int]:
        """Priority by the hook's name, as the code says."""
        hooks = self.manifest["hooks"]
        return {hook: getattr(self.module, hook).mtc_priority for hook in hooks}


def _nothing_to_check(plugin: LoadedPlugin) -> None:
    del plugin


def _nothing_to_mount(app: Flask, plugin: LoadedPlugin) -> None:
    del app, plugin


def no_record(plugin: LoadedPlugin, plugin_id: UUID) -> int:
    """For parts of plugin.json that have no rows."""
    del plugin, plugin_id
    return 0
def _nothing_to_say(plugin: LoadedPlugin) -> list[Sentence]:
    del plugin
    return []


@dataclass(frozen=True, slots=True)
class ContributionPoint:
    """A part of plugin.json: its schema, and what to write where that is not kept.

    `check` is called for every plugin, also for one without this part, so that code and manifest can be
    compared both ways; it raises PluginError. `mount` is called for plugins that have the part, after the
    checks of all points, and must not fail. `record` writes rows of the plugin's row id for plugins that have
    the part, in a platform scope, and returns how many it has written.
    checks of all points, and must not fail. `describe` says in sentences what the part lets a plugin do:
    staff read them before they install it.
    """

    schema: dict[str, Any]
    hint: str
    check: Callable[[LoadedPlugin], None] = _nothing_to_check
    mount: Callable[[Flask, LoadedPlugin], None] = _nothing_to_mount
    record: Callable[[LoadedPlugin, UUID], int] = no_record
    describe: Callable[[LoadedPlugin], list[Sentence]] = _nothing_to_say


contribution_points: Registry[ContributionPoint] = Registry("contribution point")


class PluginRef(NamedTuple):
    """A plugin by the id of its row, and by its own."""

    id: UUID
    slug: str


@dataclass(frozen=True, slots=True)
class HeldData:
    """The number of rows that are kept for a plugin and a tenant, and in words: "12 stored values"."""

    count: int
    text: str


class PluginData(Protocol):
    """A kind of rows that MTC keeps for a plugin: counted, exported and deleted when a tenant uninstalls it.

    Each call is one of several transactions in the tenant's scope.
    """

    def count(self, tenant_id: UUID, plugin: PluginRef) -> HeldData:
        """The number of rows, and in words."""

    def read(self, tenant_id: UUID, plugin: PluginRef, cursor: Any) -> tuple[list[dict[str, Any]], Any]:
        """Rows for JSON, and the cursor of those that follow; None begins, and says that it ends."""

    def delete(self, tenant_id: UUID, plugin: PluginRef, most: int) -> int:
        """Delete some rows, about `most` of them; returns how many."""


plugin_data: Registry[PluginData] = Registry("data of plugins")
