"""Services of tasks."""

from mtc.tasks.services.overruns import hanging
from mtc.tasks.services.overruns import watch as watch_overruns
from mtc.tasks.services.periodic import periodic, run_periodic, work
from mtc.tasks.services.queue import add_task, cancel_task, enqueue, free_dedupe_key
from mtc.tasks.services.worker import drain, drain_lanes, hasten, purge_done, replay, run_due

__all__ = [
    "add_task",
    "cancel_task",
    "drain",
    "drain_lanes",
    "enqueue",
    "free_dedupe_key",
    "hanging",
    "hasten",
    "periodic",
    "purge_done",
    "replay",
    "run_due",
    "run_periodic",
    "watch_overruns",
    "work",
]
