"""Who wants to know what, and which function does which work."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeVar, cast
from uuid import UUID

from mtc.core.events import DomainEvent, event_types
from mtc.core.registry import CORE, Registry, current_owner
from mtc.infra.mail import DkimKey

F = TypeVar("F", bound=Callable[..., Any])
E = TypeVar("E", bound=DomainEvent)

FRONT, DELIVERY, MAIL, LATER = 0, 10, 30, 50
"""Priorities: what somebody waits for on an order's page, what leads to the goods, mail, all the rest."""


def _own_lane(_payload: dict[str, Any]) -> str:
    return ""


@dataclass(frozen=True, slots=True)
class TaskKind:
    """How a kind of task is run.

    A transactional task's effects commit together with the mark that it is done. The others talk to
    the world outside: they open their own units of work, so that no transaction waits for a network. What
    is to be written once the world has answered they return as a function, which is called in the transaction
    of the mark.
    `lease_seconds` is how long a run may take before another worker may take the task over. `lane` names
    the lane of a task by its payload; empty is MTC's own. `at_once` and `shared` are for subscribers (see
    `subscribe`).
    """

    function: Callable[[dict[str, Any]], Any]
    transactional: bool = True
    max_attempts: int = 8
    lease_seconds: int = 60
    priority: int = LATER
    lane: Callable[[dict[str, Any]], str] = _own_lane
    at_once: Callable[[dict[str, Any]], bool] | None = None
    shared: bool = False


@dataclass(frozen=True, slots=True)
class StoreSender:
    """A store's own From address, which its domain allows, and the key that mail from it is signed with."""

    address: str
    key: DkimKey


tasks: Registry[TaskKind] = Registry("task")
mail_secrets: Registry[Callable[[Any, UUID], str]] = Registry("mail secret")
"""What `[[name:id]]` in a mail (the first argument) stands for: looked up when it leaves, never stored."""
store_senders: list[Callable[[str], StoreSender | None]] = []
"""Who knows whether a store has an own From address, by its address for shoppers."""
subscribers: dict[str, list[str]] = defaultdict(list)
fanouts: list[Callable[[DomainEvent], list[tuple[str, dict[str, Any]]]]] = []


def task(name: str, **options: Any) -> Callable[[F], F]:
    """Register the function that does tasks of this name; it gets the task's payload.

    The options are those of TaskKind. A plugin's tasks have the plugin's lane.
    """
    owner = current_owner()
    if owner != CORE:
        options["lane"] = lambda _payload: owner

    def mark(function: F) -> F:
        tasks.register(name, TaskKind(function, **options))
        return function

    return mark


def event_of(payload: dict[str, Any]) -> DomainEvent:
    """The event that a subscriber's task is about. Raises NotFoundError (no such event), ValueError."""
    kind = event_types.get(payload["event"])
    entity_id, event_id = payload["entity_id"], payload["event_id"]
    return kind.from_data(
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


def store_sender(
    function: Callable[[str], StoreSender | None],
) -> Callable[[str], StoreSender | None]:
    """Register a function that knows the own From address of a store of the running tenant."""
    store_senders.append(function)
    return function


def fanout(
    function: Callable[[DomainEvent], list[tuple[str, dict[str, Any]]]],
) -> Callable[[DomainEvent], list[tuple[str, dict[str, Any]]]]:
    """Register a function that names further tasks for an event: [(task name, extra payload)]."""
    fanouts.append(function)
    return function
