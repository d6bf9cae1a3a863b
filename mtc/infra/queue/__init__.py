"""Waking whoever drains the task rows: threads in this process, or workers elsewhere."""

from mtc.infra.queue.base import Drain, NullQueue, Queue
from mtc.infra.queue.rq import RqQueue, run_rq_worker
from mtc.infra.queue.threads import InProcessQueue

__all__ = ["Drain", "InProcessQueue", "NullQueue", "Queue", "RqQueue", "run_rq_worker"]
