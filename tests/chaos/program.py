"""`mtc serve` and `mtc worker` with a witness: each run of a task is written down where no crash undoes it.

Beside the house's own tasks every order starts one effect twice: as a task (the way of the house) and, after
the commit, as a message in Redis or in memory (the way that loses): the control under the same faults.
"""

from __future__ import annotations

import os
import queue
import signal
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any
from uuid import UUID

MESSAGES = "chaos:messages"
SLOW_SECONDS = 0.3  # what the effect of a message takes, as a call of a mail provider would
_waiting: queue.Queue[str] = queue.Queue()


def _write(name: str, *words: object) -> None:
    """One line at the end of a file in the folder of the run; whole, whoever else writes."""
    file = os.open(Path(os.environ["CHAOS_FOLDER"]) / name, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
    os.write(file, (" ".join(str(word) for word in words) + "\n").encode())
    os.close(file)


def witness() -> None:
    """Declare the tasks of the run and write down every run of any task."""
    import mtc.lifecycle  # noqa: F401 - the whole house before its parts
    from mtc.core.db import after_commit, scope_tenant
    from mtc.core.events import DomainEvent
    from mtc.events import registry
    from mtc.orders.events import OrderCreated
    from mtc.tasks import registry as tasks_registry
    from mtc.tenants.services import next_number

    @tasks_registry.task("chaos.effect")
    def effect(payload: dict[str, Any]) -> None:
        next_number(scope_tenant(), f"run {UUID(payload['entity_id']).hex}")

    @tasks_registry.task("chaos.fails", max_attempts=2)
    def fails(_payload: dict[str, Any]) -> None:
        raise ValueError("poison")

    @tasks_registry.task("chaos.kills", max_attempts=2)
    def kills(_payload: dict[str, Any]) -> None:
        os.kill(os.getpid(), signal.SIGKILL)

    @tasks_registry.task("chaos.spins", max_attempts=2, lease_seconds=1)
    def spins(_payload: dict[str, Any]) -> None:
        while True:
            pass

    @registry.fanout
    def both_ways(event: DomainEvent) -> list[tuple[str, dict[str, Any]]]:
        if not isinstance(event, OrderCreated):
            return []
        after_commit(lambda: _send(str(event.order_id)))
        return [("chaos.effect", {})]

    work, leases, overruns = (
        sys.modules[f"mtc.tasks.services.{name}"] for name in ("worker", "leases", "overruns")
    )
    if seconds := int(os.environ.get("CHAOS_OVER", "0")):
        overruns.OVER_SECONDS = seconds  # type: ignore[attr-defined]
        overruns.FINISH_SECONDS = 1.0  # type: ignore[attr-defined]
    if seconds := int(os.environ.get("CHAOS_LEASE", "0")):
        work.LEASE_SECONDS = leases.LEASE_SECONDS = seconds  # type: ignore[attr-defined]
        leases.BEAT_SECONDS = seconds / 3  # type: ignore[attr-defined]
    do: Callable[..., None] = work._do

    def witnessed(tenant_id: Any, row: Any, kind: Any) -> None:
        _write("ran", row.id, row.attempts, row.name)
        do(tenant_id, row, kind)

    work._do = witnessed  # type: ignore[attr-defined]


def _redis() -> Any:
    from redis import Redis

    return Redis.from_url(os.environ["MTC_REDIS_URL"])


def _send(order_id: str) -> None:
    """The control: a message and nothing else."""
    if "MTC_REDIS_URL" not in os.environ:
        _waiting.put(order_id)
        return
    try:
        with _redis() as client:
            client.rpush(MESSAGES, order_id)
    except Exception:
        _write("unsent", order_id)


def _consume() -> None:
    """Do what the messages say, one after the other."""
    while True:
        try:
            order_id = _next()
        except Exception:
            time.sleep(0.1)
            continue
        if order_id:
            time.sleep(SLOW_SECONDS)
            _write("messages", order_id)


def _next() -> str:
    if "MTC_REDIS_URL" not in os.environ:
        return _waiting.get()
    with _redis() as client:
        found = client.blpop([MESSAGES], 1)
    return found[1].decode() if found else ""


def create() -> Any:
    """The WSGI application."""
    from mtc import lifecycle

    witness()
    return lifecycle.create()


def start(app: Any) -> None:
    """In every web process."""
    from mtc import lifecycle

    lifecycle.start(app)
    if "MTC_REDIS_URL" not in os.environ:
        threading.Thread(target=_consume, daemon=True).start()


def main(command: str) -> None:
    """Be `mtc serve` or `mtc worker`."""
    from mtc import cli, server

    if command == "worker":
        witness()
        os.register_at_fork(after_in_child=lambda: threading.Thread(target=_consume, daemon=True).start())
    else:
        hooks = server.Hooks

        def hooked(**names: str) -> server.Hooks:
            mine = {"create": "tests.chaos.program:create", "start": "tests.chaos.program:start"}
            return hooks(**{**names, **mine})

        cli.server.Hooks = hooked  # type: ignore[assignment, misc]
    cli.main([command])


if __name__ == "__main__":
    main(sys.argv[1])
