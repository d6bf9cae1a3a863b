"""Calling hooks from any domain: the domain of plugins, which comes late in their order, does the work."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Protocol, TypeVar

P = TypeVar("P")


class HookCaller(Protocol):
    """Calls the implementations of hooks for the running tenant."""

    def run_before(self, hook: str, payload: P) -> P:
        """Return the payload after all implementations; see mtc.plugins.services.hooks.run_before."""

    def is_hooked(self, hook: str) -> bool:
        """Return whether a plugin that runs for the tenant implements the hook."""

    def ask_plugins(self, hook: str, payload: Any) -> Sequence[Any]:
        """Return the answers to a provide-hook; see mtc.plugins.services.provide_hooks.ask_plugins."""


_callers: list[HookCaller] = []


def call_hooks_with(caller: HookCaller) -> None:
    """Register what calls hooks."""
    _callers[:] = [caller]


def run_before(hook: str, payload: P) -> P:
    """Return the payload after all before-hooks of that name. Raises Reject."""
    return _caller().run_before(hook, payload)


def is_hooked(hook: str) -> bool:
    """Return whether a plugin that runs for the tenant implements the hook."""
    return _caller().is_hooked(hook)


def ask_plugins(hook: str, payload: Any) -> Sequence[Any]:
    """Return what the plugins of the tenant answer to a provide-hook, in their order."""
    return _caller().ask_plugins(hook, payload)


def _caller() -> HookCaller:
    if not _callers:
        raise RuntimeError("import mtc.plugins.services: nothing calls hooks")
    return _callers[0]
