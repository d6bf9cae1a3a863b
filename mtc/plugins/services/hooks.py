"""Calling hooks: before-hooks as a chain under a budget and a breaker, after-hooks as tasks of their own."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from copy import deepcopy
from typing import Any, TypeVar

from flask import current_app
from sqlalchemy.exc import DBAPIError

from mtc.core.db import attempt, commit_batch, is_contention, is_full, unit_of_work
from mtc.core.errors import AppError, ConflictError
from mtc.core.hooks import CORE, Hooks, Implementation
from mtc.core.outages import is_unreachable
from mtc.events.registry import fanout, task
from mtc.infra.http.base import TIMEOUT
from mtc.plugins.services.breaker import note_failure, note_success
from mtc.plugins.services.context import PluginContext, PluginHttp, context_for
from mtc.plugins.services.loader import loaded
from mtc.plugins.services.running import Running, running_plugins

log = logging.getLogger(__name__)
P = TypeVar("P")

BUDGET_SECONDS = 0.5
_after: dict[str, tuple[str, Callable[[dict[str, Any]], Any]]] = {}
_BEFORE_HTTP = PluginHttp(BUDGET_SECONDS, lambda: None)
# What was written so far is kept before a call leaves, so that no transaction waits for a network.
_AFTER_HTTP = PluginHttp(TIMEOUT, commit_batch)


def _implementations(hook: str) -> list[tuple[Implementation, Running | None]]:
    """The implementations to call for the tenant, in order; those of the core belong to no plugin."""
    hooks: Hooks = current_app.extensions["mtc.hooks"]
    known = list(hooks.implementations(hook, loaded(current_app)))
    if not any(_is_plugin(one.plugin) for one in known):
        return [(one, None) for one in known]
    running = running_plugins()
    return [
        (one, running.get(one.plugin)) for one in known if one.plugin in running or not _is_plugin(one.plugin)
    ]


def _is_plugin(name: str) -> bool:
    return name != CORE and not name.startswith("core.")


def _context(one: Implementation, running: Running | None, http: PluginHttp) -> PluginContext:
    return context_for(one.plugin, running.settings() if running else {}, http)


def run_before(hook: str, payload: P) -> P:
    """What the chain made of the payload. One that refuses raises (Reject); one that breaks is passed over,

    unless its manifest says `on_error: refuse`. Each runs in a savepoint: a broken one leaves nothing.
    """
    for one, running in _implementations(hook):
        if running is not None and running.is_broken:
            _refuse_if_needed(one.plugin)
            continue
        payload = _call(hook, one, running, payload)
    return payload


def _call(hook: str, one: Implementation, running: Running | None, payload: P) -> P:
    started = time.monotonic()
    try:
        with attempt():
            # Guests get a copy: one that breaks half way has changed nothing in place.
            given = payload if running is None else deepcopy(payload)
            changed: P | None = one.function(_context(one, running, _BEFORE_HTTP), given)
            if changed is not None and not isinstance(changed, type(payload)):
                raise TypeError(f"{hook} returned a {type(changed).__name__}, not a {type(payload).__name__}")
    except Exception as error:
        if _is_answer(error):
            if running is not None:
                note_success(running)
            raise
        log.exception("the plugin %s broke in %s", one.plugin, hook)
        if running is None:
            raise  # a part of the core: a mistake of ours is no guest's
        note_failure(running)
        _refuse_if_needed(one.plugin)
        return payload
    if running is not None:
        if time.monotonic() - started > BUDGET_SECONDS:
            log.warning("the plugin %s took too long in %s", one.plugin, hook)
            note_failure(running)
        else:
            note_success(running)
    return payload if changed is None else changed


def _is_answer(error: Exception) -> bool:
    """Whether the caller should get the error: a refusal, or a database that is busy, full or away."""
    if isinstance(error, AppError):
        return error.status < 500
    if is_unreachable(error):
        return True
    return isinstance(error, DBAPIError) and (is_contention(error) or is_full(error))


def _refuse_if_needed(name: str) -> None:
    plugin = loaded(current_app).get(name)
    if plugin is not None and plugin.refuses_on_error:
        raise ConflictError("This cannot be done at the moment. Please try again later.") from None


def after(event: str, hook: str, build: Callable[[dict[str, Any]], Any]) -> None:
    """Call the implementations of `hook` after each such event, with what `build` makes of its task."""
    _after[event] = (hook, build)


@fanout
def after_hooks(event: str, payload: dict[str, Any]) -> list[tuple[str, dict[str, Any]]]:
    """One task per implementation of the event's after-hook; an open breaker is no reason to lose a fact."""
    if event not in _after:
        return []
    return [("hooks.after", {"plugin": one.plugin}) for one, _ in _implementations(_after[event][0])]


@task("hooks.after", transactional=False)
def run_after(payload: dict[str, Any]) -> None:
    """Run one plugin's after-hook in a transaction of its own; one that was switched off is passed over."""
    hook, build = _after[payload["event"]]
    with unit_of_work():  # looking up has ended before the plugin calls anyone
        found = [pair for pair in _implementations(hook) if pair[0].plugin == payload["plugin"]]
    for one, running in found:
        with unit_of_work():
            one.function(_context(one, running, _AFTER_HTTP), build(payload))
