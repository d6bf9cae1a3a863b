"""Work that is done later: tasks with a `ctx`, jobs by the clock, and subscribers of events."""

from mtc.events.registry import subscribe, subscribe_to
from mtc.plugins.services.background import job, plugin_task
from mtc.tasks.registry import task, tasks

__all__ = [
    "job",
    "plugin_task",
    "subscribe",
    "subscribe_to",
    "task",
    "tasks",
]
