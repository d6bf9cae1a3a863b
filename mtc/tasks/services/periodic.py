"""Work that comes round by the clock: each is safe to run twice, so processes need no lock."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import TypeVar

from mtc.core.context import SYSTEM, Context, use
from mtc.core.db import unit_of_work
from mtc.core.tenancy import platform_scope, tenant_scope
from mtc.tasks.services import overruns
from mtc.tasks.services.worker import drain
from mtc.tenants import queries

log = logging.getLogger(__name__)
LONGEST_SECONDS = 600.0
"""How long one of them may take for one tenant."""
F = TypeVar("F", bound=Callable[[], None])


@dataclass
class _Round:
    function: Callable[[], None]
    seconds: float
    per_tenant: bool
    last: float = float("-inf")


_rounds: dict[str, _Round] = {}


def periodic(name: str, *, seconds: float, per_tenant: bool = True) -> Callable[[F], F]:
    """Call the function about every so many seconds in each worker process.

    It runs in one transaction: of each active tenant in turn, or (per_tenant False) of the platform.
    """

    def mark(function: F) -> F:
        _rounds[name] = _Round(function, seconds, per_tenant)
        return function

    return mark


def run_periodic(*, force: bool = False) -> None:
    """Run what is due; one that fails is logged and comes round again."""
    for name, item in _rounds.items():
        if not force and time.monotonic() - item.last < item.seconds:
            continue
        item.last = time.monotonic()
        try:
            _run(name, item)
        except Exception:
            log.exception("the periodic work %s failed", name)


def _run(name: str, item: _Round) -> None:
    if not item.per_tenant:
        with _timed(name), platform_scope(f"periodic {name}"), unit_of_work():
            item.function()
        return
    with platform_scope(f"tenants for {name}", readonly=True), unit_of_work():
        tenants = queries.active_tenants()
    for tenant_id in tenants:
        try:
            with (
                _timed(name),
                use(Context(tenant_id=tenant_id, actor=SYSTEM)),
                tenant_scope(tenant_id),
                unit_of_work(),
            ):
                item.function()
        except Exception:
            # What is wrong with one tenant must not keep the work from the others.
            log.exception("the periodic work %s failed for the tenant %s", name, tenant_id)


def _timed(name: str) -> AbstractContextManager[None]:
    return overruns.timed(f"the periodic work {name}", LONGEST_SECONDS)


def work() -> int:
    """One round of a worker: what the clock brings, then what is due; returns how many tasks were tried."""
    run_periodic()
    return drain()
