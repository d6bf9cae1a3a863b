"""Provide-hooks: a page asks plugins for what it shows, for a short time and without ever breaking."""

from __future__ import annotations

import logging
import time
from collections.abc import Sequence
from copy import deepcopy
from typing import Any, NoReturn
from uuid import UUID

from flask import current_app

from mtc.core.context import current
from mtc.core.hook_calls import call_hooks_with
from mtc.core.hook_payloads import applies
from mtc.core.hook_results import fits_type
from mtc.core.hooks import Implementation
from mtc.core.outside_calls import OutsideCallError
from mtc.plugins.services.active_plugins import Running
from mtc.plugins.services.calls import call_limited
from mtc.plugins.services.context import PluginHttp, context_for
from mtc.plugins.services.hooks import implementations_of, is_hooked, run_before

log = logging.getLogger(__name__)

CALL_SECONDS = 0.05
PAGE_SECONDS = 0.2
"""How long one call may take, and all calls of one request or task together."""
FAILURES_TO_PAUSE = 3
PAUSE_SECONDS = 60.0
_READ_ONLY = "A provide-hook only reads: write in an after-hook or a job."
_SPENT, _DROPPED = "mtc.plugins.provide_seconds", "mtc.plugins.answers_dropped"


class _Pauses:
    """Implementations that broke too often in a row: in this process they are not asked for a while."""

    def __init__(self) -> None:
        self._failures: dict[tuple[UUID, str, str], int] = {}
        self._until: dict[tuple[UUID, str, str], float] = {}

    def is_paused(self, key: tuple[UUID, str, str]) -> bool:
        """Return whether it is not to be asked now."""
        until = self._until.get(key)
        if until is not None and until <= time.monotonic():
            del self._until[key]
            return False
        return until is not None

    def note(self, key: tuple[UUID, str, str], broken: bool) -> None:
        """Count a failure; a success starts the count anew."""
        if not broken:
            self._failures.pop(key, None)
            return
        self._failures[key] = self._failures.get(key, 0) + 1
        if self._failures[key] >= FAILURES_TO_PAUSE:
            del self._failures[key]
            self._until[key] = time.monotonic() + PAUSE_SECONDS

    def clear(self) -> None:
        """Forget everything."""
        self._failures.clear()
        self._until.clear()


pauses = _Pauses()


def ask_plugins(hook: str, payload: Any) -> Sequence[Any]:
    """Return what the implementations answer, in their order; None is left out.

    Each is asked in a thread and a read-only transaction of its own. An answer that is late, of another type
    than declared or an error is logged and dropped.
    """
    answers = []
    for implementation, running in implementations_of(hook):
        if not applies(implementation.when, payload):
            continue
        if running is None:
            answer = implementation.function(context_for(implementation.plugin, {}, _NO_HTTP), payload)
        else:
            answer = _asked(hook, implementation, running, payload)
        if answer is not None:
            answers.append(answer)
    return answers


def answers_dropped() -> bool:
    """Return whether what is being made lacks an answer: it must not be kept for others."""
    return bool(current().extra.get(_DROPPED))


def _asked(hook: str, implementation: Implementation, running: Running, payload: Any) -> Any:
    key = (running.tenant_id, implementation.plugin, hook)
    extra = current().extra
    spent: float = extra.get(_SPENT, 0.0)
    if running.is_broken or pauses.is_paused(key):
        extra[_DROPPED] = True
        return None
    if spent >= PAGE_SECONDS:
        extra[_DROPPED] = True
        log.warning("%s of %s was not asked: the time of this page is used up", hook, implementation.plugin)
        return None
    result = current_app.extensions["mtc.hooks"].specifications[hook].result
    settings = running.settings()

    def work() -> Any:
        answer = implementation.function(
            context_for(implementation.plugin, settings, _NO_HTTP), deepcopy(payload)
        )
        if not fits_type(answer, result):
            raise TypeError(f"{hook} must return {result}")
        return answer

    started = time.monotonic()
    try:
        answer = call_limited(
            implementation.plugin,
            running.tenant_id,
            min(CALL_SECONDS, PAGE_SECONDS - spent),
            work,
            _READ_ONLY,
            hook,
            group=hook,
        )
    except Exception:
        log.exception("the answer of %s to %s is dropped", implementation.plugin, hook)
        pauses.note(key, broken=True)
        extra[_DROPPED] = True
        return None
    finally:
        extra[_SPENT] = spent + time.monotonic() - started
    pauses.note(key, broken=False)
    return answer


def _refuse_call() -> NoReturn:
    raise OutsideCallError("a provide-hook calls no other server: the page would wait for it")


_NO_HTTP = PluginHttp(0, _refuse_call)


class _Caller:
    """Calls hooks for the domains that come before this one."""

    run_before = staticmethod(run_before)
    is_hooked = staticmethod(is_hooked)
    ask_plugins = staticmethod(ask_plugins)


call_hooks_with(_Caller())
