"""Calling hooks: before-hooks as a chain under a budget and a breaker, after-hooks as tasks of their own."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from datetime import timedelta
from typing import Any, TypeVar

from flask import current_app

from mtc.core import clock
from mtc.core.context import current
from mtc.core.db import after_commit, attempt, require_scope, unit_of_work
from mtc.core.errors import AppError, ConflictError
from mtc.core.hooks import CORE, Hooks, Implementation
from mtc.core.tenancy import tenant_scope
from mtc.events.registry import fanout, task
from mtc.plugins import queries
from mtc.plugins.services.context import context_for
from mtc.plugins.services.loader import loaded

log = logging.getLogger(__name__)
P = TypeVar("P")

BUDGET_SECONDS = 0.5
FAILURES_TO_OPEN = 3
OPEN_FOR = timedelta(minutes=5)
_after: dict[str, tuple[str, Callable[[dict[str, Any]], Any]]] = {}


def _hooks() -> Hooks:
    hooks: Hooks = current_app.extensions["mtc.hooks"]
    return hooks


def _is_core(name: str) -> bool:
    return name == CORE or name.startswith("core.")


def _active() -> dict[str, dict[str, Any]]:
    """Settings by plugin id of what runs for the tenant; asked once per request or job."""
    if not loaded(current_app):
        return {}
    tenant_id = require_scope().tenant_id
    if tenant_id is None:
        return {}
    known = current().extra
    key = f"plugins of {tenant_id}"
    if current().tenant_id != tenant_id:
        return {row.slug: row.config for row in queries.active_plugins(tenant_id)}
    if key not in known:
        known[key] = {row.slug: row.config for row in queries.active_plugins(tenant_id)}
    found: dict[str, dict[str, Any]] = known[key]
    return found


def _implementations(hook: str) -> list[tuple[Implementation, dict[str, Any]]]:
    names = [one.plugin for one in _hooks().implementations(hook, loaded(current_app))]
    if not names:
        return []
    active = {} if all(_is_core(name) for name in names) else _active()
    return [(one, active.get(one.plugin, {})) for one in _hooks().implementations(hook, active)]


def run_before(hook: str, payload: P) -> P:
    """What the chain made of the payload. One that refuses raises (Reject); one that breaks is passed over,

    unless its manifest says `on_error: refuse`. Each runs in a savepoint: a broken one leaves nothing.
    """
    for one, config in _implementations(hook):
        started = time.monotonic()
        try:
            with attempt():
                changed = one.function(context_for(one.plugin, config), payload)
        except AppError:
            raise
        except Exception:
            log.exception("the plugin %s broke in %s", one.plugin, hook)
            _count_failure(one.plugin)
            plugin = loaded(current_app).get(one.plugin)
            if plugin is not None and plugin.refuses_on_error:
                raise ConflictError("This cannot be done at the moment. Please try again later.") from None
            continue
        if time.monotonic() - started > BUDGET_SECONDS:
            log.warning("the plugin %s took too long in %s", one.plugin, hook)
            _count_failure(one.plugin)
        payload = payload if changed is None else changed
    return payload


def _count_failure(plugin: str) -> None:
    """Note the failure once the operation is through; the third in a row opens the breaker for the tenant."""
    tenant_id = require_scope().tenant_id
    if _is_core(plugin) or tenant_id is None:
        return

    def note() -> None:
        with tenant_scope(tenant_id), unit_of_work():
            installed = queries.installation(tenant_id, plugin)
            if installed is None:
                return
            installed.failures += 1
            if installed.failures >= FAILURES_TO_OPEN:
                installed.failures, installed.broken_until = 0, clock.now() + OPEN_FOR

    after_commit(note)


def after(event: str, hook: str, build: Callable[[dict[str, Any]], Any]) -> None:
    """Call the implementations of `hook` after each such event, with what `build` makes of its task."""
    _after[event] = (hook, build)


@fanout
def after_hooks(event: str, payload: dict[str, Any]) -> list[tuple[str, dict[str, Any]]]:
    """One task per implementation of the event's after-hook."""
    if event not in _after:
        return []
    return [("hooks.after", {"plugin": one.plugin}) for one, _ in _implementations(_after[event][0])]


@task("hooks.after", transactional=False)
def run_after(payload: dict[str, Any]) -> None:
    """Run one plugin's after-hook in a transaction of its own; one that was switched off is passed over."""
    hook, build = _after[payload["event"]]
    with unit_of_work():
        found = [(one, config) for one, config in _implementations(hook) if one.plugin == payload["plugin"]]
        for one, config in found:
            one.function(context_for(one.plugin, config), build(payload))
