"""The breaker of a plugin and tenant: the third broken operation in a row opens it for five minutes."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from sqlalchemy import case, event, null, update
from sqlalchemy.orm import Session, SessionTransaction

from mtc.core import clock
from mtc.core.db import running_session, session, unit_of_work
from mtc.core.tenancy import tenant_scope
from mtc.extensions import MtcSession
from mtc.plugins.models import TenantPlugin
from mtc.plugins.services.active_plugins import Running, forget_running

log = logging.getLogger(__name__)

FAILURES_TO_OPEN = 3
OPEN_FOR = timedelta(minutes=5)
_OUTCOMES, ANSWERS = "mtc.plugins.outcomes", "mtc.plugins.answers"


@dataclass(slots=True)
class _Outcome:
    running: Running
    failures: int = 0


def note_failure(running: Running, count: int = 1) -> None:
    """Count a broken or slow call once the transaction has ended, whichever way it ends."""
    _outcome(running).failures += count


def write_outcome(running: Running, failures: int) -> None:
    """Count a call outside of any transaction; none broken starts the count anew."""
    if failures or running.failures:
        try:
            _write(_Outcome(running, failures))
        except Exception:
            log.exception("the outcome of the plugin %s was not counted", running.id)


def note_success(running: Running) -> None:
    """Start counting from nothing once the transaction has ended, unless another call of it broke."""
    if running.failures:
        _outcome(running)


def _outcome(running: Running) -> _Outcome:
    outcomes: dict[Any, _Outcome] = running_session().info.setdefault(_OUTCOMES, {})
    return outcomes.setdefault(running.id, _Outcome(running))


@event.listens_for(MtcSession, "after_transaction_end")
def _settle(work: Session, transaction: SessionTransaction) -> None:
    # An operation that was refused rolls back, and SQLite has one writer: so neither in the transaction
    # nor beside it, but after it.
    if transaction.parent is not None:
        return
    work.info.pop(ANSWERS, None)
    for outcome in work.info.pop(_OUTCOMES, {}).values():
        try:
            _write(outcome)
        except Exception:
            # The operation is over; that its plugin could not be counted is not its problem.
            log.exception("the outcome of the plugin %s was not counted", outcome.running.id)


def _write(outcome: _Outcome) -> None:
    running, total = outcome.running, TenantPlugin.failures + outcome.failures
    values: dict[str, Any] = {"failures": 0}
    if outcome.failures:
        opens = total >= FAILURES_TO_OPEN
        until = clock.now() + OPEN_FOR
        values = {
            "failures": case((opens, 0), else_=total),
            "broken_until": case((opens, until), else_=null()),
        }
    with tenant_scope(running.tenant_id), unit_of_work():
        session.execute(
            update(TenantPlugin)
            .where(TenantPlugin.tenant_id == running.tenant_id, TenantPlugin.id == running.id)
            .values(**values)
            .execution_options(synchronize_session=False)
        )
    forget_running(running.tenant_id)
