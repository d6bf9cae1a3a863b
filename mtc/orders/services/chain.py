"""How this floor and those above call hooks: before-hooks as a chain, after-hooks as tasks."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

from flask import current_app

from mtc.core.context import current
from mtc.core.hooks import Hooks
from mtc.events.registry import fanout, task

P = TypeVar("P")
After = tuple[str, Callable[[dict[str, Any]], Any]]

_after: dict[str, After] = {}


def _hooks() -> Hooks:
    hooks: Hooks = current_app.extensions["mtc.hooks"]
    return hooks


def run_before(hook: str, payload: P) -> P:
    """What the implementations of a before-hook made of the payload; one that refuses raises Reject."""
    context = current()
    changed: P = _hooks().before(hook, payload, lambda one, value: one.function(context, value), ())
    return changed


def after(event: str, hook: str, build: Callable[[dict[str, Any]], Any]) -> None:
    """Call the implementations of `hook` after each such event, with what `build` makes of its task."""
    _after[event] = (hook, build)


@fanout
def after_hooks(event: str, payload: dict[str, Any]) -> list[tuple[str, dict[str, Any]]]:
    """One task per implementation of the event's after-hook."""
    if event not in _after:
        return []
    hook = _after[event][0]
    return [("hooks.after", {"plugin": one.plugin}) for one in _hooks().implementations(hook, ())]


@task("hooks.after")
def run_after(payload: dict[str, Any]) -> None:
    """Run one plugin's after-hook; a plugin that has left meanwhile is passed over."""
    hook, build = _after[payload["event"]]
    for one in _hooks().implementations(hook, ()):
        if one.plugin == payload["plugin"]:
            one.function(current(), build(payload))
