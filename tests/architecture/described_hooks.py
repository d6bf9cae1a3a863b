"""docs/hooks.md, as it should read now."""

from __future__ import annotations

import inspect
from typing import Any, get_args, get_origin

from flask import Flask

from mtc.core.events import required_fields
from mtc.core.hook_payloads import PayloadField, payload_fields
from mtc.core.hooks import Hooks, HookSpecification
from tests.architecture.described_events import declared_events, type_text

PHASES = {
    "before": "before the first write lock",
    "after": "a task of its own after the commit, at least once",
    "provide": "asked for while a page is made",
}
HEAD = """# Hooks

A plugin joins in by implementing hooks ([plugins/hooks.md](plugins/hooks.md) says how). A `before_` hook
runs before the operation, while no transaction is open, may return a copy of the payload with other values
in the fields marked \\*, and refuses the operation by raising `Reject` with a sentence for people. Every
event has an `after_` hook, named after it, whose payload is the event; it runs later from a task of its own,
in a transaction of its own, and must be safe to run twice. A `provide_` hook answers what a page asks. Only
plugins that the tenant has switched on are called.

Personal data is marked †; fields with ? may be missing or None. This page comes from the code.
"""


def hooks_page(app: Flask) -> str:
    """docs/hooks.md."""
    hooks: Hooks = app.extensions["mtc.hooks"]
    lines = [HEAD]
    for phase, words in PHASES.items():
        names = [name for name in hooks.names() if hooks.specifications[name].phase == phase]
        lines.append(f"- **`{phase}_`** ({len(names)}): {words}.")
    lines.append("")
    for name in hooks.names():
        function = getattr(hooks.manager.hook, name).spec.function
        lines += [f"## `{name}`", "", inspect.getdoc(function) or "", ""]
        lines += described(hooks.specifications[name])
    return "\n".join(lines)


def described(hook: HookSpecification) -> list[str]:
    """Phase, payload and result of a hook."""
    payload = hook.payload
    event = next((each for each in declared_events() if each is payload), None)
    facts = [f"Phase: {PHASES[hook.phase]}."]
    if event is not None:
        facts.append(f"Event: [`{event.event_name}`](events.md).")
    facts.append(f"Result: {result_text(hook)}.")
    lines = [" ".join(facts), ""]
    if event is None:
        lines += [f"`{payload.__name__}`: {' '.join((inspect.getdoc(payload) or '').split())}", ""]
    return [*lines, *field_table(payload_fields(payload), optional_names(payload)), *result_parts(hook)]


def optional_names(payload: Any) -> set[str]:
    """The fields of an event that a row may lack."""
    names = {field.name for field in payload_fields(payload)}
    is_event = any(each is payload for each in declared_events())
    return names - required_fields(payload) if is_event else set()


def result_text(hook: HookSpecification) -> str:
    """What an implementation returns."""
    if hook.phase == "after":
        return "none"
    if hook.phase == "before":
        changeable = any(field.is_changeable for field in payload_fields(hook.payload))
        return f"a changed `{hook.payload.__name__}`, or None" if changeable else "None; it may refuse"
    return f"`{type_text(hook.result)}`, or None"


def field_table(fields: tuple[PayloadField, ...], optional: set[str]) -> list[str]:
    """The fields of a dataclass, one a row."""
    if not fields:
        return ["No fields.", ""]
    rows = [
        f"| `{field.name}`{'*' if field.is_changeable else ''}{'†' if field.is_personal else ''}"
        f"{'?' if field.name in optional or may_be_none(field.type) else ''} | `{type_text(field.type)}` |"
        for field in fields
    ]
    return ["| field | type |", "|---|---|", *(row.replace("*", "\\*", 1) for row in rows), ""]


def may_be_none(kind: Any) -> bool:
    """Return whether None is among the values of the type."""
    return type(None) in get_args(kind)


def result_parts(hook: HookSpecification) -> list[str]:
    """The fields of the dataclasses that a provide-hook answers with."""
    lines = []
    for part in dataclasses_in(hook.result) if hook.phase == "provide" else ():
        lines += [f"`{part.__name__}`: {' '.join((inspect.getdoc(part) or '').split())}", ""]
        lines += field_table(payload_fields(part), set())
    return lines


def dataclasses_in(kind: Any) -> list[Any]:
    """The dataclasses that a type is made of."""
    if get_origin(kind) is None and payload_fields(kind):
        return [kind]
    return [part for each in get_args(kind) for part in dataclasses_in(each)]
