"""docs/events.md, docs/events.json and the fields of hooks, as they should read now."""

from __future__ import annotations

import inspect
import json
import re
import sys
from dataclasses import fields, is_dataclass
from typing import Any

from mtc.core.event_schemas import personal_fields, schema_of
from mtc.core.events import DomainEvent, event_types, payload_types, required_fields
from mtc.core.i18n import source_text


def declared_events() -> list[type[DomainEvent]]:
    """Every event of the core, by name."""
    known = dict(event_types.items())
    return [known[name] for name in sorted(known) if known[name].__module__.startswith("mtc.")]


def events_page() -> str:
    """docs/events.md."""
    lines = [
        "# Events",
        "",
        "What a domain says has happened: a typed class in its `events` module, a row of `events` in the",
        "transaction that did it, and the payload of the after-hook, which is named after the event. A class",
        "in `mtc/<domain>/events.py` is all that an event needs: `emit(OrderPaid(...))` writes it down,",
        "`@subscribe(OrderPaid, ...)` follows it. This page, [events.json](events.json) (JSON Schema 2020-12",
        "of each payload) and [hooks.md](hooks.md) come from the classes. `permission` is what staff need to",
        "see such events. Personal data is marked †; fields with ? may be missing.",
        "",
    ]
    for event in declared_events():
        lines += [
            f"## `{event.event_name}`: {source_text(event.label)}",
            "",
            inspect.getdoc(event) or "",
            "",
            f"Class `{event.__module__}.{event.__name__}`, entity {_named(event.entity_type)}, permission "
            f"{_named(event.permission)}, hook `{event.hook}`.",
            "",
            *_fields(event),
            "",
        ]
    return "\n".join(lines)


def _named(text: str) -> str:
    return f"`{text}`" if text else "none"


def _fields(event: type[DomainEvent]) -> list[str]:
    personal, required = personal_fields(event), required_fields(event)
    listed = []
    for name, kind in payload_types(event).items():
        marks = ("†" if name in personal else "") + ("" if name in required else "?")
        listed.append(f"`{name}`{marks} {type_text(kind)}")
    return ["Payload: " + ", ".join(listed) + "."] if listed else ["No payload."]


def type_text(kind: Any) -> str:
    """A type as the code has it, without modules."""
    text = kind.__name__ if isinstance(kind, type) and not getattr(kind, "__args__", None) else str(kind)
    return re.sub(r"\b(?:[a-z_]+\.)+(?=\w)", "", text).removesuffix(" | None")


def events_json() -> str:
    """docs/events.json."""
    schemas = {event.event_name: schema_of(event) for event in declared_events()}
    return json.dumps(schemas, indent=1, ensure_ascii=False) + "\n"


def hook_fields(hook: str, specification: Any) -> list[str]:
    """The fields of a before-hook's payload; those of an after-hook stand in docs/events.md."""
    event = next((one for one in declared_events() if one.hook == hook), None)
    if event is not None:
        return [f"Event [`{event.event_name}`](events.md); runs as a task of its own, possibly twice.", ""]
    module = sys.modules[specification.__module__]
    name = str(inspect.signature(specification).parameters["payload"].annotation)
    kind = getattr(module, name)
    assert is_dataclass(kind), hook
    listed = ", ".join(f"`{one.name}` {type_text(one.type)}" for one in fields(kind))
    return [f"`{name}`: {' '.join((inspect.getdoc(kind) or '').split())}", "", f"Fields: {listed}.", ""]
