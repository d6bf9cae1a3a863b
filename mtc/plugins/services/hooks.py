"""Calling hooks: before-hooks as a chain under a budget and a breaker, after-hooks as tasks of their own."""

from __future__ import annotations

from typing import Any, TypeVar
from uuid import UUID

from flask import current_app

from mtc.core.db import commit_batch, running_session, scope_tenant, unit_of_work
from mtc.core.errors import ConflictError
from mtc.core.events import DomainEvent
from mtc.core.hook_payloads import applies
from mtc.core.hooks import CORE, Hooks, Implementation
from mtc.core.i18n import _l
from mtc.core.retry import RunFirst, running_operation
from mtc.events.registry import event_of, fanout
from mtc.infra.http.base import TIMEOUT
from mtc.plugins.services.active_plugins import Running, running_plugins
from mtc.plugins.services.before_hook_results import Answer, ask, replay_answer
from mtc.plugins.services.call_log import SKIPPED, CallEntry, log_call
from mtc.plugins.services.calls import call_limited
from mtc.plugins.services.circuit_breaker import ANSWERS, note_failure, note_success, write_outcome
from mtc.plugins.services.context import PluginHttp, context_for
from mtc.plugins.services.loader import broken, loaded
from mtc.plugins.services.state import StateConflict
from mtc.tasks.registry import task

P = TypeVar("P")

AFTER_SECONDS = 30.0
"""So long may an after-hook take; then it is given up, and tried again like any that failed."""
# What was written so far is kept before a call leaves, so that no transaction waits for a network.
_AFTER_HTTP = PluginHttp(TIMEOUT, commit_batch)


def implementations_of(hook: str) -> list[tuple[Implementation, Running | None]]:
    """The implementations to call for the tenant, in order; those of the core belong to no plugin."""
    hooks: Hooks = current_app.extensions["mtc.hooks"]
    every = list(hooks.implementations(hook, loaded(current_app)))
    if not every:
        return []
    if not any(_is_plugin(implementation.plugin) for implementation in every):
        return [(implementation, None) for implementation in every]
    running = running_plugins()
    return [
        (implementation, running.get(implementation.plugin))
        for implementation in every
        if implementation.plugin in running or not _is_plugin(implementation.plugin)
    ]


def is_hooked(hook: str) -> bool:
    """Return whether a plugin that runs for the tenant has a say in it; the core's own are always quick."""
    return any(_is_plugin(implementation.plugin) for implementation, _ in implementations_of(hook))


def _is_plugin(name: str) -> bool:
    return name != CORE and not name.startswith("core.")


def run_before(hook: str, payload: P) -> P:
    """Return the payload after all hooks. One that refuses raises (Reject); one that breaks is passed over,

    unless its manifest says `on_error: refuse`. No plugin is called while a transaction is open: in work that
    can be repeated (a request, a task) the attempt ends, the plugin is asked, and its answer counts in the
    next attempt, with the same payload.
    """
    for implementation, running in implementations_of(hook):
        if not applies(implementation.when, payload):
            continue
        if running is None:
            payload = _of_core(hook, implementation, payload)
        elif running.is_broken:
            log_call(CallEntry(running.tenant_id, implementation.plugin, hook, SKIPPED))
            _refuse_if_needed(implementation.plugin)
        else:
            payload = _answered(hook, implementation, running, payload)
    return payload


def _of_core(hook: str, implementation: Implementation, payload: P) -> P:
    changed: P | None = implementation.function(
        context_for(implementation.plugin, {}, PluginHttp(TIMEOUT, lambda: None)), payload
    )
    return payload if changed is None else changed


def _answered(hook: str, implementation: Implementation, running: Running, payload: P) -> P:
    operation = running_operation()
    answers: list[Answer] = [] if operation is None else operation.results.setdefault(ANSWERS, [])
    answer = next((each for each in answers if each.fits(hook, implementation.plugin, payload)), None)
    if answer is None:
        if operation is not None and operation.may_repeat:

            def first() -> None:
                answer = ask(
                    hook, implementation, running, payload, [each for each in answers if each.changes]
                )
                answers.append(answer)
                write_outcome(running, answer.failures)

            raise RunFirst(first)
        # A command, or work that is never asked for the same twice: the transaction has to wait for it.
        earlier = running_session().info.setdefault(ANSWERS, answers)
        answer = ask(hook, implementation, running, payload, earlier)
        earlier.append(answer)
        if answer.failures:
            note_failure(running, answer.failures)
        else:
            note_success(running)
    return _take(answer, implementation.plugin, running.tenant_id, payload, answers)


def _take(answer: Answer, plugin: str, tenant_id: UUID, payload: P, answers: list[Answer]) -> P:
    if answer.broken:
        _refuse_if_needed(plugin)
        return payload
    try:
        return replay_answer(answer, tenant_id, payload)
    except StateConflict:
        operation = running_operation()
        if operation is None or not operation.may_repeat:
            raise
        # What it has kept was changed since it was asked: it is asked again.
        raise RunFirst(lambda: answers.remove(answer)) from None


def _refuse_if_needed(name: str) -> None:
    plugin = loaded(current_app).get(name)
    if plugin is not None and plugin.refuses_on_error:
        raise ConflictError(_l("This cannot be done at the moment. Please try again later.")) from None


@fanout
def after_hooks(event: DomainEvent) -> list[tuple[str, dict[str, Any]]]:
    """One task per implementation of the after-hook whose rule holds; an open breaker loses no fact."""
    return [
        ("hooks.after", {"plugin": implementation.plugin})
        for implementation, _ in implementations_of(event.hook)
        if applies(implementation.when, event)
    ]


@task("hooks.after", transactional=False, lane=lambda payload: str(payload["plugin"]))
def run_after(payload: dict[str, Any]) -> None:
    """Run one plugin's after-hook in a transaction of its own; one that was switched off is passed over.

    Raises CallTimeout when it takes longer than AFTER_SECONDS.
    """
    event = event_of(payload)
    if problem := broken(current_app).get(payload["plugin"]):
        raise RuntimeError(problem)  # tried again later: the fact is kept until the plugin is mended
    with unit_of_work():  # looking up has ended before the plugin calls anyone
        pairs = [pair for pair in implementations_of(event.hook) if pair[0].plugin == payload["plugin"]]
    for implementation, running in pairs:
        settings = running.settings() if running else {}

        def work(
            implementation: Implementation = implementation, settings: dict[str, Any] = settings
        ) -> None:
            implementation.function(context_for(implementation.plugin, settings, _AFTER_HTTP), event)

        call_limited(implementation.plugin, scope_tenant(), AFTER_SECONDS, work, "", event.hook)
