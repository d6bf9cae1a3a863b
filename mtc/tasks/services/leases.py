"""Leases of tasks: short, and renewed for as long as their worker lives and works."""

from __future__ import annotations

import logging
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime, timedelta
from types import TracebackType
from typing import Any
from uuid import UUID

from flask import Flask, current_app
from sqlalchemy import bindparam, update

from mtc.core import clock
from mtc.core.db import session, unit_of_work
from mtc.core.tenancy import tenant_scope
from mtc.tasks.models import Task

log = logging.getLogger(__name__)
LEASE_SECONDS = 15
"""Tasks of a worker that was killed are taken by another after so many seconds."""
BEAT_SECONDS = 5.0


class StaleLease(RuntimeError):
    """The task was leased again meanwhile; what this run wrote is rolled back."""


_TASKS: Any = Task.__table__
# Built once: putting the statement together costs as much as running it.
_HELD = update(_TASKS).where(
    _TASKS.c.tenant_id == bindparam("of_tenant"),
    _TASKS.c.id == bindparam("of_task"),
    _TASKS.c.attempts == bindparam("of_attempt"),
    _TASKS.c.status == "pending",
)
_DONE = _HELD.values(status="done", done_at=bindparam("at"), error="")


def _holder(tenant_id: UUID, row: Any) -> dict[str, Any]:
    return {"of_tenant": tenant_id, "of_task": row.id, "of_attempt": row.attempts}


def change(tenant_id: UUID, row: Any, **values: Any) -> int:
    """Change the task as long as this run holds its lease: the attempt number is the fencing token."""
    result = session.execute(_HELD.values(**values), _holder(tenant_id, row))
    return int(result.rowcount)  # type: ignore[attr-defined]


def mark_done(tenant_id: UUID, row: Any) -> None:
    """Mark the task as done; raises StaleLease when another run has it."""
    session.flush()
    result = session.execute(_DONE, {**_holder(tenant_id, row), "at": clock.now()})
    if result.rowcount != 1:  # type: ignore[attr-defined]
        raise StaleLease


class LeaseKeeper:
    """Holds leased rows of a tenant: `with LeaseKeeper(...)` renews them in a thread until the block ends.

    A process that is killed, or stopped for long, stops renewing. So does a run that takes longer than its
    kind may: what hangs is taken by another worker.
    """

    def __init__(self, tenant_id: UUID, rows: Sequence[Any], until: datetime) -> None:
        self._tenant_id = tenant_id
        self._until = {row.id: until for row in rows}
        self._held: dict[UUID, Any] = {row.id: row for row in rows}
        self._ends: dict[UUID, datetime] = {}
        self._guard = threading.Lock()
        self._over = threading.Event()
        app: Flask = current_app._get_current_object()  # type: ignore[attr-defined]
        self._thread = threading.Thread(target=self._keep, args=(app,), name="mtc-lease", daemon=True)

    def __enter__(self) -> LeaseKeeper:
        self._thread.start()
        return self

    def __exit__(
        self, error_type: type[BaseException] | None, error: Any, trace: TracebackType | None
    ) -> None:
        self._over.set()
        self._thread.join()

    @contextmanager
    def running(self, row: Any, seconds: int) -> Iterator[None]:
        """While the block runs, and for so many seconds at most, the row stays leased.

        Raises StaleLease when it was not renewed in time and another worker has it.
        """
        with self._guard:
            if clock.now() >= self._until[row.id] - timedelta(seconds=LEASE_SECONDS - 2 * BEAT_SECONDS):
                self._renew([row])
            if row.id not in self._held:
                raise StaleLease
            self._ends[row.id] = clock.now() + timedelta(seconds=seconds)
        try:
            yield
        finally:
            with self._guard:
                self._held.pop(row.id, None)

    def renew(self) -> None:
        """Lease what is held anew, except runs that have used up their time; what is lost is let go."""
        with self._guard:
            now = clock.now()
            self._renew([row for row in self._held.values() if self._ends.get(row.id, now) >= now])

    def _renew(self, rows: Sequence[Any]) -> None:
        """Needs the guard, so that a run which fails meanwhile is not renewed after it was put off."""
        if not rows:
            return
        until = clock.now() + timedelta(seconds=LEASE_SECONDS)
        with tenant_scope(self._tenant_id), unit_of_work():
            lost = [row.id for row in rows if change(self._tenant_id, row, next_at=until) != 1]
        self._until.update(dict.fromkeys((row.id for row in rows), until))
        for row_id in lost:
            del self._held[row_id]

    def _keep(self, app: Flask) -> None:
        while not self._over.wait(BEAT_SECONDS):
            try:
                with app.app_context():
                    self.renew()
            except Exception as error:
                log.warning("leases could not be renewed: %s", error)
