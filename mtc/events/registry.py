"""The subscribers of events."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable
from typing import Any, TypeVar, cast
from uuid import UUID

from mtc.core.events import DomainEvent, event_types
from mtc.core.registry import CORE, current_owner
from mtc.tasks.registry import task

F = TypeVar("F", bound=Callable[..., Any])
E = TypeVar("E", bound=DomainEvent)

subscribers: dict[str, list[str]] = defaultdict(list)
fanouts: list[Callable[[DomainEvent], list[tuple[str, dict[str, Any]]]]] = []


def event_of(payload: dict[str, Any]) -> DomainEvent:
    """The event that a subscriber's task is about. Raises NotFoundError (no such event), ValueError."""
    event_type = event_types.get(payload["event"])
    entity_id, event_id = payload["entity_id"], payload["event_id"]
    return event_type.from_data(
        payload["data"], entity_id=UUID(entity_id) if entity_id else None, event_id=UUID(event_id)
    )


def subscribe(
    event: type[E], *, name: str, at_once: Callable[[E], bool] | None = None, **options: Any
) -> Callable[[F], F]:
    """Run the function after every such event; `name` is the task that does it.

    It gets the event and must be safe to run twice.

    `shared` ones are done by one task with the others of the event, each in a savepoint; it is for what takes
    a few milliseconds and nobody waits for. `at_once` is for what somebody waits for: asked with the event
    at the end of its transaction, whether it is done in that. What fails gets a task of its own.
    """
    if current_owner() != CORE and (at_once is not None or options.get("shared")):
        raise ValueError("a plugin's subscriber is a task of its own: neither at_once nor shared")
    if at_once is not None:
        options["at_once"] = lambda payload: at_once(cast(E, event_of(payload)))

    def mark(function: F) -> F:
        task(name, **options)(lambda payload: function(event_of(payload)))
        if name not in subscribers[event.event_name]:  # a plugin that is loaded again
            subscribers[event.event_name].append(name)
        return function

    return mark


def subscribe_to(event: str, *, name: str, **options: Any) -> Callable[[F], F]:
    """Run the function after every event of this name, which may be that of a plugin.

    `name` is the task that does it. It gets the event and must be safe to run twice.
    """

    def mark(function: F) -> F:
        task(name, **options)(lambda payload: function(event_of(payload)))
        if name not in subscribers[event]:  # a plugin that is loaded again
            subscribers[event].append(name)
        return function

    return mark


def fanout(
    function: Callable[[DomainEvent], list[tuple[str, dict[str, Any]]]],
) -> Callable[[DomainEvent], list[tuple[str, dict[str, Any]]]]:
    """Register a function that names further tasks for an event: [(task name, extra payload)]."""
    fanouts.append(function)
    return function
