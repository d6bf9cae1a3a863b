"""Plugins written for one test."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any
from uuid import UUID

from flask import current_app

from mtc.core.db import unit_of_work
from mtc.core.tenancy import tenant_scope
from mtc.plugins.services import run_before
from mtc.plugins.services.loader import loaded
from mtc.tasks import models
from tests.plugins.kit import at_work

HEAD = "from mtc.sdk import Reject, hookimpl\n"


def write(folder: Path, plugin: str, code: str, **manifest: Any) -> Path:
    """A plugin of that id; what the manifest leaves out is filled in, None takes a name out."""
    found = {
        "id": plugin,
        "name": plugin.capitalize(),
        "version": "1.0.0",
        "mtc": ">=0.1,<1",
        "sdk": "1",
        "trust": "full",  # samples look into MTC; tests/plugins/test_import_rules.py has what others may
        "hooks": ["before_product_create"],
        **manifest,
    }
    text = json.dumps({name: value for name, value in found.items() if value is not None})
    made = folder / plugin
    made.mkdir(parents=True, exist_ok=True)
    (made / "plugin.json").write_text(text)
    (made / "plugin.py").write_text(HEAD + code)
    return made


def adds(text: str, priority: int | None = None, then: str = "") -> str:
    """Code of a plugin that adds a word to the name of a new product."""
    mark = "@hookimpl" if priority is None else f"@hookimpl(priority={priority})"
    return (
        f"{mark}\ndef before_product_create(ctx, payload):\n    {then or 'pass'}\n"
        f"    return {{**payload, 'name': payload['name'] + {text!r}}}\n"
    )


BREAKS = "@hookimpl\ndef before_product_create(ctx, payload):\n    ctx.remember('x', {})\n    1 / 0\n"


def call(world: Any, name: str = "Game") -> str:
    """What the plugins of the tenant make of the name of a new product."""
    with at_work(world):
        return str(run_before("before_product_create", {"name": name})["name"])


def module_of(plugin: str) -> Any:
    """The plugin's code in memory."""
    return loaded(current_app)[plugin].module


def tasks_of(tenant_id: UUID, name: str) -> list[Any]:
    """The tenant's tasks of that name, oldest first."""
    with tenant_scope(tenant_id), unit_of_work() as session:
        query = session.query(models.Task).where(models.Task.name == name).order_by(models.Task.created_at)
        return list(query)
