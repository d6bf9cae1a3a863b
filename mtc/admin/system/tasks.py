"""Work that was given up after several tries, and another try."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask import Response
from werkzeug.wrappers import Response as WerkzeugResponse

from mtc.admin.blueprints import admin
from mtc.admin.layout import base, page
from mtc.admin.navigation import SET_UP, navigation
from mtc.core.db import scope_tenant
from mtc.core.i18n import _, _l, retold
from mtc.core.relative_time import when
from mtc.tasks import queries
from mtc.tasks.services import replay
from mtc.web.access import requires
from mtc.web.audited import audited
from mtc.web.flash import flash
from mtc.web.responses import see_other


@admin.get("/tasks")
@navigation.entry("tasks", _l("Failed tasks"), section=SET_UP, icon="activity", order=50)
@requires("orders:write")
def tasks(tenant: str) -> Response:
    """The dead tasks, newest first, and how many are waiting."""
    del tenant
    counts = queries.task_counts(scope_tenant())
    return page(
        "admin/tasks.html",
        title=_("Failed tasks"),
        active="tasks",
        tasks=[_row(task) for task in queries.dead_tasks(scope_tenant())],
        waiting=counts.get("pending", 0),
        done=counts.get("done", 0),
    )


def _row(task: Any) -> dict[str, Any]:
    return {
        "id": str(task.id),
        "name": task.name,
        "attempts": task.attempts,
        "error": _problem(task.error)[:600],
        "at": when(task.dead_at or task.created_at),
    }


def _problem(error: str) -> str:
    """The sentence behind the kind of the error, which programmers look for."""
    kind, colon, sentence = error.partition(": ")
    return f"{kind}{colon}{retold(sentence)}"


@admin.post("/tasks/<uuid:which>/replay")
@requires("orders:write")
@audited(_l("Tried a failed task again"), always=True)
def try_task_again(tenant: str, which: UUID) -> WerkzeugResponse:
    """Give a dead task another full set of attempts."""
    del tenant
    replay(scope_tenant(), which)
    flash(_("The task is tried again now."))
    return see_other(f"{base()}/tasks")
