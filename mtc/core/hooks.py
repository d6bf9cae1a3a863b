"""Hooks over pluggy: in order, filtered to the tenant's active plugins, before-hooks as a chain."""

from __future__ import annotations

import heapq
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Annotated, Any, TypeVar, get_type_hints

import pluggy

from mtc.core.errors import ValidationError
from mtc.core.events import DomainEvent
from mtc.core.registry import CORE

PROJECT = "mtc"
hookspec = pluggy.HookspecMarker(PROJECT)
_mark = pluggy.HookimplMarker(PROJECT)
F = TypeVar("F", bound=Callable[..., Any])
T = TypeVar("T")

DEFAULT_PRIORITY = 100
CHANGEABLE = "may be changed"
Changeable = Annotated[T, CHANGEABLE]
"""A field of a payload that a before-hook may change: `quantity: Changeable[int]`."""


class Reject(ValidationError):
    """Raised by a before-hook: the operation is refused, with this sentence for the person who asked."""

    code = "rejected"


class OrderCycleError(ValueError):
    """Implementations of a hook that are each to run after the other; `plugins` names them."""

    def __init__(self, plugins: Sequence[str]) -> None:
        super().__init__(", ".join(plugins))
        self.plugins = plugins


def hookimpl(
    function: F | None = None,
    *,
    priority: int = DEFAULT_PRIORITY,
    runs_after: Sequence[str] = (),
    when: Mapping[str, Any] | None = None,
) -> Any:
    """Mark a function as the implementation of the hook of its name; lower priorities run earlier.

    It runs after those of the plugins in `runs_after`, and only where the rule `when` (docs/rules.md) holds
    for the fields of the payload.
    """

    def mark(target: F) -> F:
        vars(target).update(mtc_priority=priority, mtc_runs_after=runs_after, mtc_when=when)
        return _mark(target)

    return mark if function is None else mark(function)


@dataclass(frozen=True, slots=True)
class Implementation:
    """One implementation of a hook: the plugin it came with, its function, and when it is called."""

    plugin: str
    priority: int
    function: Callable[..., Any]
    runs_after: Sequence[str] = ()
    when: Mapping[str, Any] | None = None


@dataclass(frozen=True, slots=True)
class HookSpecification:
    """A declared hook: its name, the type of its payload and that of its result."""

    name: str
    payload: Any
    result: Any

    @property
    def phase(self) -> str:
        """Return before, after or provide."""
        return self.name.partition("_")[0]


def implementation_of(plugin: str, function: Callable[..., Any]) -> Implementation:
    """The implementation with the options that its function was marked with."""
    return Implementation(
        plugin,
        getattr(function, "mtc_priority", DEFAULT_PRIORITY),
        function,
        getattr(function, "mtc_runs_after", ()),
        getattr(function, "mtc_when", None),
    )


def ordered(implementations: Iterable[Implementation]) -> list[Implementation]:
    """In the order they run in: after those they name, else by priority and name. Raises OrderCycleError."""
    waiting = sorted(implementations, key=_rank)
    if not any(implementation.runs_after for implementation in waiting):
        return waiting
    names = {implementation.plugin for implementation in waiting}
    missing = [len(names & set(implementation.runs_after)) for implementation in waiting]
    ready = [(*_rank(each), place) for place, each in enumerate(waiting) if not missing[place]]
    result = []
    while ready:
        runs = waiting[heapq.heappop(ready)[-1]]
        result.append(runs)
        for place, each in enumerate(waiting):
            if runs.plugin in each.runs_after:
                missing[place] -= 1
                if not missing[place]:
                    heapq.heappush(ready, (*_rank(each), place))
    if len(result) < len(waiting):
        raise OrderCycleError([each.plugin for each in waiting if each not in result])
    return result


def _rank(implementation: Implementation) -> tuple[int, str]:
    return (implementation.priority, implementation.plugin)


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
        self.specifications: dict[str, HookSpecification] = {}

    def declare(self, module: Any) -> None:
        """Add the hook specifications of a domain's hooks module."""
        self.manager.add_hookspecs(module)
        for name, function in vars(module).items():
            if hasattr(function, f"{PROJECT}_spec"):
                hints = get_type_hints(function)
                self._add(HookSpecification(name, hints["payload"], hints["return"]))

    def declare_after(self, events: Iterable[type[DomainEvent]]) -> None:
        """Add the after-hook of each event, which gets the event as its payload."""
        events = list(events)
        for event in events:
            self._add(HookSpecification(event.hook, event, type(None)))
        specs = {event.hook: staticmethod(hookspec(_after_hook(event))) for event in events}
        self.manager.add_hookspecs(type("AfterHooks", (), specs))

    def _add(self, specification: HookSpecification) -> None:
        self.specifications[specification.name] = specification

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
        registered = self.registered(hook)
        if registered:
            allowed = {CORE, *active}
            yield from ordered(
                each for each in registered if each.plugin in allowed or each.plugin.startswith("core.")
            )

    def registered(self, hook: str) -> list[Implementation]:
        """Every implementation of the hook, of whatever plugin."""
        caller = getattr(self.manager.hook, hook, None)
        if caller is None:
            return []
        return [implementation_of(impl.plugin_name, impl.function) for impl in caller.get_hookimpls()]
