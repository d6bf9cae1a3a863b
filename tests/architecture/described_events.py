"""docs/events.md and docs/events.json, as they should read now."""

from __future__ import annotations

import inspect
import json
import re
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
