"""Running tests that were written for a plugin outside of the tree: by the scaffold, in the documentation."""

from __future__ import annotations

import inspect
from typing import Any

from flask import current_app

from tests.factories.tenants import make_world


def run_tests(source: str) -> list[str]:
    """Run the test functions of a text, each with tenants of its own; returns their names."""
    space: dict[str, Any] = {"__name__": "written"}
    exec(compile(source, "written", "exec"), space)
    names = [name for name in space if name.startswith("test_")]
    for name in names:
        given = {fixture: _given(name, fixture) for fixture in inspect.signature(space[name]).parameters}
        space[name](**given)
    return names


def _given(test: str, fixture: str) -> Any:
    if fixture == "ports":
        return current_app.extensions["mtc.ports"]
    assert fixture in {"tenant", "other_tenant"}, fixture
    return make_world(f"{test}_{fixture}".replace("_", "-")[-60:].strip("-"), "Acme")
