"""Requests that call a plugin's code: that code has some seconds, the work around it as long as it takes."""

from __future__ import annotations

import ctypes
import logging
import threading
import time
from collections.abc import Callable
from contextvars import ContextVar, copy_context
from typing import Any, TypeVar
from uuid import UUID

from mtc.core.db import Scope, require_scope
from mtc.core.tenancy import end_from_outside
from mtc.plugins.services.calls import CallTimeout, _Abandoned, _guard, _hanging

log = logging.getLogger(__name__)
T = TypeVar("T")


class _Work:
    """The work of one request in a thread of its own, with the call that is running in it."""

    def __init__(self, plugin: str, work: Callable[[], Any]) -> None:
        self.plugin, self._work = plugin, work
        self._changed = threading.Condition()
        self._deadline: float | None = None
        self._key: tuple[UUID, str] | None = None
        self._scope: Scope | None = None
        self._is_over = self._is_abandoned = False
        self._result: Any = None
        self._error: Exception | None = None

    def begin(self, tenant_id: UUID, seconds: float) -> None:
        """The plugin's code is called next."""
        key = (tenant_id, self.plugin)
        if _hanging.get(key):
            raise CallTimeout(f"{self.plugin} still hangs in an earlier call")
        with self._changed:
            self._key, self._scope = key, require_scope()
            self._deadline = time.monotonic() + seconds
            self._changed.notify()

    def end(self) -> None:
        """The plugin's code has come back."""
        with self._changed:
            if self._is_abandoned:
                raise _Abandoned
            self._deadline = None

    def run(self) -> None:
        """Do the work in this thread."""
        mark = _running.set(self)
        try:
            self._result = self._work()
        except Exception as error:
            self._error = error
        except BaseException as error:
            # SystemExit and its like are a plugin's mistake, not the end of MTC.
            self._error = RuntimeError(f"{type(error).__name__}: {error}")
        finally:
            _running.reset(mark)
            with self._changed:
                self._is_over = True
                self._changed.notify()
                if self._is_abandoned and self._key is not None:
                    _count_hanging(self._key, -1)

    def outcome(self, thread: threading.Thread) -> Any:
        """Wait for the work; returns or raises what it did, or CallTimeout."""
        with self._changed:
            while not self._is_over:
                left = None if self._deadline is None else self._deadline - time.monotonic()
                if left is not None and left <= 0:
                    self._abandon(thread)
                    raise CallTimeout(f"{self.plugin} took too long to answer a request")
                self._changed.wait(left)
        thread.join()
        if self._error is not None:
            raise self._error
        return self._result

    def _abandon(self, thread: threading.Thread) -> None:
        self._is_abandoned = True
        if self._key is not None:
            _count_hanging(self._key, 1)
        log.error("the plugin %s hangs and is given up", self.plugin)
        if self._scope is not None:
            end_from_outside(self._scope)
        if thread.ident is not None:
            ident, error = ctypes.c_ulong(thread.ident), ctypes.py_object(_Abandoned)
            ctypes.pythonapi.PyThreadState_SetAsyncExc(ident, error)


_running: ContextVar[_Work | None] = ContextVar("mtc_plugin_request", default=None)


def _count_hanging(key: tuple[UUID, str], by: int) -> None:
    with _guard:
        _hanging[key] = _hanging.get(key, 0) + by
        if not _hanging[key]:
            del _hanging[key]


def answer_limited(plugin: str, work: Callable[[], T]) -> T:
    """Return the result of `work`, done in a thread of its own with the running context.

    Within it `call_within` calls the plugin's code. Where that takes too long this raises CallTimeout, what
    was written is undone and its locks are free.
    """
    limited = _Work(plugin, work)
    thread = threading.Thread(
        target=copy_context().run, args=(limited.run,), name=f"mtc-plugin-{plugin}", daemon=True
    )
    thread.start()
    result: T = limited.outcome(thread)
    return result


def call_within(tenant_id: UUID, seconds: float, call: Callable[[], T]) -> T:
    """Call the plugin's code inside of `answer_limited`, in the running scope, which must be a deferred one.

    Raises CallTimeout at once while an earlier call of the plugin for the tenant has not come back.
    """
    work = _running.get()
    if work is None:
        raise RuntimeError("a view of a plugin is called by answer_limited")
    work.begin(tenant_id, seconds)
    try:
        return call()
    finally:
        work.end()
