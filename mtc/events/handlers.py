"""The task of an event's shared subscribers."""

from __future__ import annotations

from typing import Any

from mtc.events.services.outbox import SHARED, follow
from mtc.tasks.registry import task


@task(SHARED)
def follow_shared(payload: dict[str, Any]) -> None:
    """Run what several subscribers of an event do, one after the other."""
    fact = {key: value for key, value in payload.items() if key != "names"}
    for name in payload["names"]:
        follow(name, fact)
