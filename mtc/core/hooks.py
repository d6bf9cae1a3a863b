"""Hooks over pluggy: sorted by priority, filtered to the tenant's active plugins, before-hooks as a chain."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Any, TypeVar

import pluggy

from mtc.core.errors import ValidationError
from mtc.core.events import DomainEvent
from mtc.core.registry import CORE

PROJECT = "mtc"
hookspec = pluggy.HookspecMarker(PROJECT)
_mark = pluggy.HookimplMarker(PROJECT)
F = TypeVar("F", bound=Callable[..., Any])

DEFAULT_PRIORITY = 100


class Reject(ValidationError):
    """Raised by a before-hook: the operation is refused, with this sentence for the person who asked."""

    code = "rejected"


def hookimpl(function: F | None = None, *, priority: int = DEFAULT_PRIORITY) -> Any:
    """Mark a function as the implementation of the hook of its name; lower priorities run earlier."""

    def mark(target: F) -> F:
        target.mtc_priority = priority  # type: ignore[attr-defined]
        return _mark(target)

    return mark if function is None else mark(function)


@dataclass(frozen=True, slots=True)
class Implementation:
    """One implementation of a hook: the plugin it came with, and its function."""

    plugin: str
    priority: int
    function: Callable[..., Any]


def _after_hook(event: type[DomainEvent]) -> Callable[[Any, Any], None]:
    def after(ctx: Any, payload: Any) -> None:
        del ctx, payload

    after.__name__, after.__doc__ = event.hook, event.__doc__
    after.__annotations__ = {"ctx": "Context", "payload": event.__name__, "return": "None"}
    return after


class Hooks:
    """The plugin manager of one application."""

    def __init__(self) -> None:
        self.manager = pluggy.PluginManager(PROJECT)

    def declare(self, module: Any) -> None:
        """Add the hook specifications of a domain's hooks module."""
        self.manager.add_hookspecs(module)

    def declare_after(self, events: Iterable[type[DomainEvent]]) -> None:
        """Add the after-hook of each event, which gets the event as its payload."""
        specs = {event.hook: staticmethod(hookspec(_after_hook(event))) for event in events}
        self.manager.add_hookspecs(type("AfterHooks", (), specs))

    def register(self, plugin: Any, name: str) -> None:
        """Add the implementations of a plugin (a module or object)."""
        self.manager.register(plugin, name)

    def unregister(self, name: str) -> None:
        """Take out what is registered under the name, also by halves."""
        if self.manager.has_plugin(name):
            self.manager.unregister(name=name)

    def check(self) -> None:
        """Fail when an implementation has no specification (pluggy does not say so by itself)."""
        self.manager.check_pending()

    def names(self) -> list[str]:
        """Every declared hook."""
        return sorted(n for n in vars(self.manager.hook) if not n.startswith("_"))

    def implementations(self, hook: str, active: Iterable[str]) -> Iterator[Implementation]:
        """The implementations of core and of the active plugins, in the order they run in."""
        caller = getattr(self.manager.hook, hook, None)
        allowed = {CORE, *active}
        matching = [
            Implementation(
                impl.plugin_name, getattr(impl.function, "mtc_priority", DEFAULT_PRIORITY), impl.function
            )
            for impl in (caller.get_hookimpls() if caller is not None else ())
            if impl.plugin_name in allowed or impl.plugin_name.startswith("core.")
        ]
        yield from sorted(matching, key=lambda impl: (impl.priority, impl.plugin))
