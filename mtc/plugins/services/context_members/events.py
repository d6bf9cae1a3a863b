"""`ctx.events`: events that a plugin declares, which join those of MTC."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from types import new_class
from typing import Any, ClassVar, Self
from uuid import UUID

from flask import Flask
from jsonschema import Draft202012Validator, SchemaError, ValidationError
from referencing import Registry
from referencing.exceptions import Unresolvable

from mtc.core.events import DomainEvent, emit, event_types
from mtc.core.registry import registering
from mtc.plugins.errors import PluginError
from mtc.plugins.registry import LoadedPlugin

LARGEST_DATA = 16 * 1024
MOST_EVENTS = 100


class PluginEventError(ValueError):
    """The event is not declared, or its data is not what plugin.json says."""


@dataclass(frozen=True, kw_only=True)
class PluginEvent(DomainEvent, permission="settings:read"):
    """An event of a plugin; `data` is as the JSON Schema in its plugin.json says."""

    schema: ClassVar[dict[str, Any]] = {}

    data: dict[str, Any] = field(default_factory=dict)

    def to_data(self) -> dict[str, Any]:
        """The payload as JSON has it."""
        return dict(self.data)

    @classmethod
    def from_data(cls, data: Mapping[str, Any], **base: UUID | None) -> Self:
        """The event of a payload."""
        return cls(data=dict(data), **base)


def check_events(plugin: LoadedPlugin) -> None:
    """Raise PluginError for a name that does not begin with the plugin's id, and for a wrong schema."""
    declared = plugin.manifest.get("events", ())
    names = [entry["name"] for entry in declared]
    for entry in declared:
        name = entry["name"]
        if not name.startswith(f"{plugin.slug}.") or names.count(name) > 1:
            raise PluginError(f"{plugin.slug}: events, {name}: begin with {plugin.slug}. and name each once.")
        try:
            Draft202012Validator.check_schema(entry["schema"])
        except SchemaError as error:
            raise PluginError(f"{plugin.slug}: events, {name}, schema: {error.message}") from error


def mount_events(app: Flask, plugin: LoadedPlugin) -> None:
    """Make and register a class for each event that the plugin declares."""
    del app
    with registering(plugin.slug):
        for entry in plugin.manifest["events"]:
            options = {"name": entry["name"], "label": entry["label"], "entity": entry.get("entity", "")}
            values = {
                "__doc__": entry["label"],
                "__module__": plugin.module.__name__,
                "schema": entry["schema"],
            }
            new_class(_class_name(entry["name"]), (PluginEvent,), options, values_into(values))


def values_into(values: dict[str, Any]) -> Any:
    """The function that fills the namespace of a new class."""
    return lambda namespace: namespace.update(values)


def _class_name(name: str) -> str:
    return "".join(part.capitalize() for part in name.replace(".", "_").split("_"))


class PluginEvents:
    """The events of one plugin, recorded in the running transaction."""

    def __init__(self, plugin: str) -> None:
        self._plugin, self._emitted = plugin, 0

    def emit(self, name: str, entity: UUID | None = None, data: Mapping[str, Any] | None = None) -> UUID:
        """Record an event of the manifest and return its id; what subscribes to it follows.

        `entity` is the id of what it is about. The data is kept: no secrets. Raises PluginEventError.
        """
        event_type = event_types.find(name)
        if event_type is None or event_types.owner_of(name) != self._plugin:
            raise PluginEventError(f"{self._plugin}: plugin.json declares no event {name!r} under `events`.")
        assert issubclass(event_type, PluginEvent)
        values = dict(data or {})
        try:
            if len(json.dumps(values, ensure_ascii=False, allow_nan=False).encode()) > LARGEST_DATA:
                raise PluginEventError(
                    f"{self._plugin}: the data of {name} has at most {LARGEST_DATA} bytes."
                )
            # Without a registry of its own a validator fetches what a schema refers to.
            Draft202012Validator(event_type.schema, registry=Registry()).validate(values)
        except ValidationError as error:
            raise PluginEventError(f"{self._plugin}: the data of {name}: {error.message}"[:500]) from error
        except (TypeError, Unresolvable) as error:
            raise PluginEventError(f"{self._plugin}: the data of {name}: {error}"[:500]) from error
        self._emitted += 1
        if self._emitted > MOST_EVENTS:
            raise PluginEventError(f"{self._plugin}: {MOST_EVENTS} events are the most of one call.")
        recorded = emit(event_type(entity_id=entity, data=values))
        assert recorded.event_id is not None
        return recorded.event_id
