"""Task kinds that only one test knows, tasks of them, and effects that can be counted."""

from collections.abc import Callable
from typing import Any

from sqlalchemy import select

from mtc.core.db import require_scope, session, unit_of_work
from mtc.core.events import DomainEvent
from mtc.core.tenancy import tenant_scope
from mtc.events import registry
from mtc.tasks import registry as tasks_registry
from mtc.tasks.models import Task
from mtc.tasks.services import enqueue
from mtc.tenants.models import Sequence
from mtc.tenants.services import next_number
from tests.factories.tenants import World

Work = Callable[[dict[str, Any]], Any]
Follow = Callable[[Any], Any]


class Kinds:
    """Declares task kinds and subscribers for one test."""

    def __init__(self) -> None:
        self._names: list[str] = []

    def task(self, name: str, function: Work, **options: Any) -> None:
        """Declare a kind of task."""
        tasks_registry.task(name, **options)(function)
        self._names.append(name)

    def subscribe(self, event: type[DomainEvent], name: str, function: Follow, **options: Any) -> None:
        """Declare a subscriber."""
        registry.subscribe(event, name=name, **options)(function)
        self._names.append(name)

    def forget(self) -> None:
        """Take everything out again."""
        for name in self._names:
            tasks_registry.tasks.remove(name)
            for names in registry.subscribers.values():
                if name in names:
                    names.remove(name)


def queue(world: World, name: str, payload: dict[str, Any] | None = None, **options: Any) -> Task:
    """A task of the tenant, committed."""
    with tenant_scope(world.id), unit_of_work():
        row = enqueue(name, payload or {}, **options)
    assert row is not None
    return row


def count_up(name: str = "effects") -> None:
    """An effect in the running transaction that shows how often it was committed."""
    tenant_id = require_scope().tenant_id
    assert tenant_id is not None
    next_number(tenant_id, name)


def counted(world: World, name: str = "effects") -> int:
    """How often count_up() was committed."""
    with tenant_scope(world.id, readonly=True):
        return session.scalar(select(Sequence.value).where(Sequence.name == name)) or 0


def state(world: World, task: Task) -> Task:
    """The task as it is in the database now."""
    with tenant_scope(world.id, readonly=True):
        found = session.get(Task, (world.id, task.id))
    assert found is not None
    return found


def all_tasks(world: World) -> list[Task]:
    """The tenant's tasks, oldest first."""
    with tenant_scope(world.id, readonly=True):
        return list(session.scalars(select(Task).order_by(Task.created_at, Task.id)).all())
