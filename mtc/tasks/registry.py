"""The functions that do tasks, by the name of the task."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeVar

from mtc.core.registry import CORE, Registry, current_owner

F = TypeVar("F", bound=Callable[..., Any])

FRONT, DELIVERY, MAIL, LATER = 0, 10, 30, 50
"""Priorities: what somebody waits for on an order's page, what leads to the goods, mail, all the rest."""


def _own_lane(_payload: dict[str, Any]) -> str:
    return ""


@dataclass(frozen=True, slots=True)
class TaskKind:
    """Function and options of a kind of task.

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


tasks: Registry[TaskKind] = Registry("task")


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
