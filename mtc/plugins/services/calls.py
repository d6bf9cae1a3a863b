"""Calling a plugin's code for a limited time, in a thread that is given up when it hangs."""

from __future__ import annotations

import ctypes
import logging
import threading
import time
from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import Any
from uuid import UUID

from flask import Flask, current_app

from mtc.core.context import current, use
from mtc.core.db import Scope, unit_of_work
from mtc.core.tenancy import deferred_scope, end_from_outside
from mtc.plugins.services import call_log

log = logging.getLogger(__name__)
_guard = threading.Lock()
_hanging: dict[tuple[UUID, str], int] = {}


class CallTimeout(RuntimeError):
    """The plugin did not come back in time, or a call before this one still has not."""


class _Abandoned(BaseException):
    """Raised inside a call that was given up: ends loops of Python code."""


class _Call:
    """One call: what it returned or raised, and the scope that it works in."""

    def __init__(self, scope: Callable[[], AbstractContextManager[Scope]], work: Callable[[], Any]) -> None:
        self._scope, self._work = scope, work
        self.scope: Scope | None = None
        self.over = threading.Event()
        self.abandoned = False
        self.result: Any = None
        self.error: Exception | None = None

    def run(self, app: Flask, context: Any, key: tuple[UUID, str]) -> None:
        """Do the work in this thread."""
        try:
            with app.app_context(), use(context), self._scope() as self.scope, unit_of_work():
                self.result = self._work()
                if self.abandoned:
                    raise _Abandoned
        except Exception as error:
            self.error = error
        except BaseException as error:
            # SystemExit and its like are a plugin's mistake, not the end of MTC.
            self.error = RuntimeError(f"{type(error).__name__}: {error}")
        finally:
            with _guard:
                self.over.set()
                if self.abandoned:
                    _hanging[key] -= 1
                    if not _hanging[key]:
                        del _hanging[key]


def call_limited(
    plugin: str,
    tenant_id: UUID,
    seconds: float,
    work: Callable[[], Any],
    refuses: str,
    hook: str,
    outcome: Callable[[Any, float], str] = lambda result, seconds: call_log.OK,
    group: str = "",
) -> Any:
    """Return the result of `work`, called in a transaction of the tenant in a thread of its own.

    With `refuses` it may not write, and is told so with these words. Raises CallTimeout when it does not come
    back within so many seconds; what it has written is undone then, and its locks are free. Until it comes
    back, further calls of this plugin for this tenant, where it has a group those of it, raise CallTimeout at
    once. The call is logged under `hook`, with the outcome of its result and of how many seconds it took.
    """
    started, call = time.monotonic(), _Call(lambda: deferred_scope(tenant_id, refuses=refuses), work)
    ended, error = call_log.BROKEN, ""
    try:
        result = _call(plugin, (tenant_id, f"{plugin} {group}"), seconds, call)
        ended = outcome(result, time.monotonic() - started)
    except CallTimeout as timeout:
        ended, error = call_log.CUT, str(timeout)
        raise
    except Exception as raised:
        ended, error = call_log.outcome_of(raised), call_log.error_text(raised)
        raise
    finally:
        entry = call_log.CallEntry(
            tenant_id,
            plugin,
            hook,
            ended,
            ms=round((time.monotonic() - started) * 1000),
            statements=call.scope.statements if call.scope is not None else 0,
            error=error,
        )
        call_log.log_call(entry)
    return result


def _call(plugin: str, key: tuple[UUID, str], seconds: float, call: _Call) -> Any:
    if _hanging.get(key):
        raise CallTimeout(f"{plugin} still hangs in an earlier call")
    app: Flask = current_app._get_current_object()  # type: ignore[attr-defined]
    thread = threading.Thread(
        target=call.run, args=(app, current(), key), name=f"mtc-plugin-{plugin}", daemon=True
    )
    thread.start()
    if not call.over.wait(seconds):
        _abandon(call, thread, key)
        raise CallTimeout(f"{plugin} took longer than {seconds:g} seconds")
    thread.join()
    if call.error is not None:
        raise call.error
    return call.result


def _abandon(call: _Call, thread: threading.Thread, key: tuple[UUID, str]) -> None:
    with _guard:
        if call.over.is_set():
            return
        call.abandoned = True
        _hanging[key] = _hanging.get(key, 0) + 1
    log.error("the plugin %s hangs and is given up", key[1])
    if call.scope is not None:
        end_from_outside(call.scope)
    if thread.ident is not None:
        ctypes.pythonapi.PyThreadState_SetAsyncExc(ctypes.c_ulong(thread.ident), ctypes.py_object(_Abandoned))
