"""Pages of the documentation that list what the code declares, as they should read now."""

import inspect
from dataclasses import fields
from typing import Any

from flask import Flask

from mtc.config import Config
from mtc.config.reading import wanted
from mtc.core.db import Base
from mtc.core.hooks import Hooks
from mtc.web.access import access_of
from tests.architecture.described_events import events_json, events_page, hook_fields
from tests.architecture.described_sdk import sdk_page


def settings_page() -> str:
    """docs/settings.md."""
    lines = [
        "# Settings",
        "",
        "Every setting is an environment variable and is read once, when the process starts. A name"
        " that begins",
        "with `MTC_` and is not listed here is an error, so that a typing mistake cannot go unnoticed.",
        "",
        "An empty value counts as none. Anything else than what is listed here stops the start with one"
        " line.",
        "",
        "| variable | default | what it may be | what it is |",
        "|---|---|---|---|",
    ]
    for item in fields(Config):
        default = "" if item.default in ("", None) else f"`{item.default}`"
        lines.append(f"| `MTC_{item.name.upper()}` | {default} | {wanted(item)} | {item.metadata['help']} |")
    return "\n".join([*lines, ""])


def hooks_page(app: Flask) -> str:
    """docs/hooks.md."""
    hooks: Hooks = app.extensions["mtc.hooks"]
    lines = [
        "# Hooks",
        "",
        "A plugin joins in by implementing hooks. A `before_` hook runs before the operation, while no"
        " transaction is open, may return",
        "a changed payload, and refuses the operation by raising `Reject` with a sentence for"
        " people. Every event has an `after_` hook, named after it, whose payload is the event; it"
        " runs later from",
        "a task of its own, in a transaction of its own, and must be safe to run twice. A lower",
        "priority runs earlier: `@hookimpl(priority=50)`; the default is 100. Only plugins that the"
        " tenant has switched",
        "on are called. A before-hook that breaks is passed over unless its manifest says"
        " `on_error: refuse`; the third",
        "failure in a row, or taking longer than half a second, opens a breaker for five minutes.",
        "",
    ]
    for name in hooks.names():
        spec = getattr(hooks.manager.hook, name).spec
        lines += [f"## `{name}{signature(spec.function)}`", "", inspect.getdoc(spec.function) or "", ""]
        lines += hook_fields(name, spec.function)
    return "\n".join(lines)


def signature(function: Any) -> str:
    """The parameters as written in the code."""
    return str(inspect.signature(function)).replace("'", "")


def tables_page() -> str:
    """docs/tables.md."""
    described = {
        mapper.local_table.name: first_line(mapper.class_)  # type: ignore[attr-defined]
        for mapper in Base.registry.mappers
    }
    lines = [
        "# Tables",
        "",
        "A tenant's table has the key (tenant_id, id) and a policy that shows only the running"
        " tenant's rows; a shared",
        "table also shows everyone the rows of the system; a platform table belongs to no tenant.",
        "docs/tenancy.md says what holds tenants apart.",
        "",
        "| table | kind | a row is |",
        "|---|---|---|",
    ]
    for name, table in sorted(Base.metadata.tables.items()):
        kind = "platform"
        if "tenant_id" in table.c:
            shared = table.c.tenant_id.nullable and name.startswith("ui_")
            kind = "shared" if shared else "tenant"
        text = (
            described.get(name)
            or "Which words stand in a product, and how much they count: the search index."
        )
        lines.append(f"| `{name}` | {kind} | {text} |")
    return "\n".join([*lines, ""])


def first_line(thing: Any) -> str:
    """The first paragraph of a docstring on one line."""
    return " ".join((inspect.getdoc(thing) or "").split("\n\n")[0].split())


def routes_page(app: Flask) -> str:
    """docs/routes.md."""
    lines = [
        "# Routes",
        "",
        "Who may use a route stands at its view (`mtc/web/access.py`); a view without it is"
        " refused. Store routes answer",
        "on the stores' hosts, platform routes on the platform's host.",
        "",
        "| path | methods | who | what it does |",
        "|---|---|---|---|",
    ]
    for rule in sorted(app.url_map.iter_rules(), key=lambda rule: rule.rule):
        view = app.view_functions[rule.endpoint]
        access = access_of(view)
        who = "" if access is None else access.permission or access.kind
        methods = " ".join(sorted((rule.methods or set()) - {"HEAD", "OPTIONS"}))
        lines.append(f"| `{rule.rule}` | {methods} | {who} | {first_line(view).replace('|', '/')} |")
    return "\n".join([*lines, ""])


def pages(app: Flask) -> dict[str, str]:
    """File name to text of every page that is written from the code."""
    return {
        "settings.md": settings_page(),
        "hooks.md": hooks_page(app),
        "events.md": events_page(),
        "events.json": events_json(),
        "tables.md": tables_page(),
        "routes.md": routes_page(app),
        "sdk.md": sdk_page(),
    }
