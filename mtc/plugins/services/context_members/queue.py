"""`ctx.queue`: work that the plugin does later, in the tasks that its manifest declares."""

from __future__ import annotations

import json
from typing import Any
from uuid import UUID

from flask import current_app

from mtc.plugins.services.loader import loaded
from mtc.tasks.queries import open_in_lane
from mtc.tasks.services import cancel_task, enqueue, free_dedupe_key

LARGEST_PAYLOAD = 32 * 1024
MOST_OPEN = 1_000
LONGEST_DELAY = 365 * 86_400
LONGEST_KEY = 120


class QueueError(ValueError):
    """The task is not declared, its payload or delay is too large, or too many wait already."""


class PluginQueue:
    """Tasks of one plugin for one tenant, queued in the running transaction."""

    def __init__(self, plugin: str, tenant_id: UUID) -> None:
        self._plugin, self._tenant_id = plugin, tenant_id
        self._open: int | None = None

    def later(
        self, task: str, payload: dict[str, Any] | None = None, delay: float = 0, key: str | None = None
    ) -> bool:
        """Queue a task of the manifest, due in `delay` seconds.

        With a `key` only if no other task of that key waits or runs; returns whether it was queued. Raises
        QueueError.
        """
        plugin = loaded(current_app)[self._plugin]
        if task not in {entry["name"] for entry in plugin.manifest.get("tasks", ())}:
            raise QueueError(f"{self._plugin}: plugin.json declares no task {task!r} under `tasks`.")
        if not 0 <= delay <= LONGEST_DELAY:
            raise QueueError(f"{self._plugin}: a task waits for {LONGEST_DELAY} seconds at most.")
        if len(json.dumps(payload or {}, ensure_ascii=False, allow_nan=False).encode()) > LARGEST_PAYLOAD:
            raise QueueError(f"{self._plugin}: the payload of a task has at most {LARGEST_PAYLOAD} bytes.")
        if self._open is None:
            self._open = open_in_lane(self._tenant_id, self._plugin, f"{self._plugin}.")
        if self._open >= MOST_OPEN:
            raise QueueError(f"{self._plugin}: {MOST_OPEN} tasks of it wait already, the most there may be.")
        dedupe_key = None
        if key is not None:
            dedupe_key = self._key(key)
            free_dedupe_key(self._tenant_id, dedupe_key)
        queued = enqueue(f"{self._plugin}.{task}", dict(payload or {}), delay=delay, dedupe_key=dedupe_key)
        self._open += queued is not None
        return queued is not None

    def cancel(self, key: str) -> bool:
        """Take the task of that key out again; False where none waits. One that runs already ends its run."""
        taken = cancel_task(self._tenant_id, self._key(key))
        if taken and self._open is not None:
            self._open -= 1
        return taken

    def _key(self, key: str) -> str:
        if not isinstance(key, str) or not 0 < len(key) <= LONGEST_KEY:
            raise QueueError(f"{self._plugin}: a key is a text of 1 to {LONGEST_KEY} characters.")
        return f"p:{self._plugin}:{key}"
