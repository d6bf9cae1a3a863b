"""The log of plugins' calls: all that went wrong, and one in a hundred of the others."""

from __future__ import annotations

import logging
import traceback
from dataclasses import dataclass
from datetime import timedelta
from secrets import randbelow
from uuid import UUID

from sqlalchemy import event
from sqlalchemy.orm import Session, SessionTransaction

from mtc.core import clock
from mtc.core.context import current
from mtc.core.db import current_scope, running_session, session, unit_of_work
from mtc.core.errors import AppError
from mtc.core.local_cache import LocalCache
from mtc.core.retention import purge_rows
from mtc.core.tenancy import platform_scope, tenant_scope
from mtc.extensions import MtcSession
from mtc.plugins import queries
from mtc.plugins.models import PluginCall

log = logging.getLogger(__name__)

OK, CHANGED, SKIPPED = "ok", "changed", "skipped"
REJECTED, SLOW, BROKEN, CUT = "rejected", "slow", "broken", "cut"
FAILURES = (BROKEN, CUT)
ONE_IN = 100
"""One in so many calls that went well is written, or that an open breaker passed over."""
MOST_A_MINUTE = 20
"""So many entries of one plugin, tenant and outcome does a process write in a minute."""
KEEP, MOST_ENTRIES = timedelta(days=30), 2_000
LONGEST_ERROR = 2_000
_PENDING = "mtc.plugins.calls"
_written: LocalCache[tuple[UUID, str, str], list[None]] = LocalCache(2_000, seconds=60.0)


@dataclass(frozen=True, slots=True)
class CallEntry:
    """One call of a plugin's code: `hook` is the hook, job, route or callback, `ms` how long it took."""

    tenant_id: UUID
    plugin: str
    hook: str
    outcome: str
    ms: int = 0
    statements: int = 0
    error: str = ""
    request_id: str = ""


def outcome_of(error: Exception) -> str:
    """The outcome of a call that raised: `rejected` for a refusal, else `broken`."""
    return REJECTED if isinstance(error, AppError) and error.status < 500 else BROKEN


def error_text(error: BaseException) -> str:
    """The error with the line of the plugin's code, or of whatever it called last, that raised it."""
    frames = traceback.extract_tb(error.__traceback__)
    place = f" ({frames[-1].filename.rpartition('/')[2]}, line {frames[-1].lineno})" if frames else ""
    return f"{type(error).__name__}: {error}{place}"[:LONGEST_ERROR]


def log_call(entry: CallEntry) -> None:
    """Write the entry, unless it went well and is not one of the sample.

    In a transaction that may write it is written when that has ended, whichever way it ends; a fault of the
    log is no fault of the call.
    """
    if not _is_kept(entry):
        return
    scope = current_scope()
    if scope is not None and not scope.readonly and running_session().in_transaction():
        running_session().info.setdefault(_PENDING, []).append(entry)
    else:
        _write([entry])


def _is_kept(entry: CallEntry) -> bool:
    if entry.outcome in (OK, CHANGED, SKIPPED) and randbelow(ONE_IN):
        return False
    written = _written.get_or_make((entry.tenant_id, entry.plugin, entry.outcome), list)
    written.append(None)
    return len(written) <= MOST_A_MINUTE


@event.listens_for(MtcSession, "after_transaction_end")
def _write_pending(work: Session, transaction: SessionTransaction) -> None:
    if transaction.parent is None and (entries := work.info.pop(_PENDING, None)):
        _write(entries)


def _write(entries: list[CallEntry]) -> None:
    try:
        with tenant_scope(entries[0].tenant_id), unit_of_work():
            for entry in entries:
                plugin = queries.plugin_by_slug(entry.plugin)
                if plugin is not None:
                    session.add(
                        PluginCall(
                            plugin_id=plugin.id,
                            hook=entry.hook[:120],
                            outcome=entry.outcome,
                            ms=entry.ms,
                            statements=entry.statements,
                            error=entry.error,
                            request_id=(entry.request_id or current().request_id)[:64],
                        )
                    )
    except Exception:
        log.exception("the calls of a plugin were not logged")


def purge_calls() -> None:
    """Delete entries older than KEEP, and all but the newest MOST_ENTRIES of each plugin and tenant."""
    with platform_scope("delete old calls of plugins"), unit_of_work():
        purge_rows(PluginCall, PluginCall.created_at < clock.now() - KEEP)
        for tenant_id, plugin_id, oldest in queries.full_call_logs(MOST_ENTRIES):
            purge_rows(
                PluginCall,
                PluginCall.tenant_id == tenant_id,
                PluginCall.plugin_id == plugin_id,
                PluginCall.id < oldest,
            )

