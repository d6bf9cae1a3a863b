"""Pages of the documentation that list what the code declares, as they should read now."""

import inspect
from dataclasses import fields
from typing import Any

from flask import Flask

from mtc.config import Config
from mtc.config.reading import wanted
from mtc.core.db import Base
from mtc.web.access import access_of
from tests.architecture.described_events import events_json, events_page
from tests.architecture.described_hooks import hooks_page
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
