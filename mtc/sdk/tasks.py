"""Work that is done later: tasks, and subscribers of events, which are tasks too."""

from mtc.events.registry import subscribe
from mtc.tasks.registry import task, tasks

__all__ = [
    "subscribe",
    "task",
    "tasks",
]
