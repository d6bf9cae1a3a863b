"""Answers of before-hooks: asked outside of the operation's transaction, and used inside it."""

from __future__ import annotations

import logging
import time
from collections.abc import Sequence
from copy import deepcopy
from dataclasses import dataclass, field
from typing import Any, TypeVar
from uuid import UUID

from sqlalchemy.exc import DBAPIError

from mtc.core.connection_errors import is_unreachable
from mtc.core.database_errors import is_contention, is_full
from mtc.core.errors import AppError
from mtc.core.hook_payloads import wrongly_changed
from mtc.core.hooks import Implementation
from mtc.plugins.services import call_log
from mtc.plugins.services.active_plugins import Running
from mtc.plugins.services.calls import CallTimeout, call_limited
from mtc.plugins.services.circuit_breaker import FAILURES_TO_OPEN
from mtc.plugins.services.context import PluginHttp, context_for, state_of
from mtc.plugins.services.state import Change, LaterState

log = logging.getLogger(__name__)
P = TypeVar("P")

BUDGET_SECONDS = 0.5
CUT_SECONDS = 2.0
"""A call that takes longer than the budget counts as broken; one that takes longer than this is given up."""
_READ_ONLY = (
    "A before-hook may read, and keep things with ctx.state; everything else is written by an after-hook."
)


@dataclass
class Answer:
    """The answer of one plugin to one payload, and what it wants to keep if the operation goes on."""

    hook: str
    plugin: str
    payload: Any
    changed: Any = None
    error: Exception | None = None
    broken: bool = False
    failures: int = 0
    changes: list[Change] = field(default_factory=list)

    def fits(self, hook: str, plugin: str, payload: Any) -> bool:
        """Return whether it answers this question."""
        return (self.hook, self.plugin) == (hook, plugin) and bool(self.payload == payload)


def ask(
    hook: str, implementation: Implementation, running: Running, payload: Any, before: Sequence[Answer]
) -> Answer:
    """Call the hook with a copy of the payload; `before` are the answers of this operation so far."""
    answer = Answer(hook, implementation.plugin, deepcopy(payload))
    settings = running.settings()

    def work() -> tuple[Any, list[Change]]:
        state = LaterState(state_of(implementation.plugin, running.tenant_id))
        for earlier in before:
            if earlier.plugin == implementation.plugin:
                for change in earlier.changes:
                    change(state)
        state.changes.clear()
        context = context_for(
            implementation.plugin, settings, PluginHttp(BUDGET_SECONDS, lambda: None), state
        )
        changed = implementation.function(context, deepcopy(payload))
        if changed is not None and not isinstance(changed, type(payload)):
            raise TypeError(f"{hook} returned a {type(changed).__name__}, not a {type(payload).__name__}")
        if changed is not None and (wrong := wrongly_changed(payload, changed)):
            raise TypeError(f"{hook} may not change {', '.join(wrong)}")
        return changed, state.changes

    started = time.monotonic()
    try:
        answer.changed, answer.changes = call_limited(
            implementation.plugin, running.tenant_id, CUT_SECONDS, work, _READ_ONLY, hook, _outcome
        )
    except Exception as error:
        if _is_answer(error):
            answer.error = error
            return answer
        log.exception("the plugin %s broke in %s", implementation.plugin, hook)
        answer.broken = True
        # One that hangs is not called a second time to see whether it still does.
        answer.failures = FAILURES_TO_OPEN if isinstance(error, CallTimeout) else 1
        return answer
    if time.monotonic() - started > BUDGET_SECONDS:
        log.warning("the plugin %s took too long in %s", implementation.plugin, hook)
        answer.failures = 1
    return answer


def _outcome(result: tuple[Any, list[Change]], seconds: float) -> str:
    if seconds > BUDGET_SECONDS:
        return call_log.SLOW
    return call_log.OK if result[0] is None else call_log.CHANGED


def replay_answer(answer: Answer, tenant_id: UUID, payload: P) -> P:
    """The payload as the plugin wants it; what it keeps is written. Raises what it raised, StateConflict."""
    if answer.error is not None:
        raise answer.error.with_traceback(None)
    state = state_of(answer.plugin, tenant_id)
    for change in answer.changes:
        change(state)
    return payload if answer.changed is None else deepcopy(answer.changed)


def _is_answer(error: Exception) -> bool:
    """Return whether the caller should get the error: a refusal, or a database that is busy, full or away."""
    if isinstance(error, AppError):
        return error.status < 500
    if is_unreachable(error):
        return True
    return isinstance(error, DBAPIError) and (is_contention(error) or is_full(error))
