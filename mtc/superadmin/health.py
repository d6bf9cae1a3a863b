"""Health of the platform: database, tasks, cache."""

from __future__ import annotations

import time
from datetime import datetime
from typing import Any

from flask import Response, current_app

from mtc.core import clock
from mtc.core.i18n import _, _l, formats, ngettext
from mtc.core.ids import token
from mtc.core.relative_time import when
from mtc.infra import ports
from mtc.pages.queries import broken_themes
from mtc.platform import queries
from mtc.plugins.queries import broken_plugins
from mtc.superadmin.blueprint import platform
from mtc.superadmin.layout import navigation, page
from mtc.web.access import platform_only

LATE_SECONDS = 120


@platform.get("/health")
@navigation.entry("health", _l("Health"), icon="activity", order=40)
@platform_only()
def health() -> Response:
    """Each part with its state, in words."""
    now, started = clock.now(), time.perf_counter()
    tasks = queries.task_counts(now)
    spent = round((time.perf_counter() - started) * 1000)
    oldest = queries.oldest_due(now)
    late = oldest is not None and (now - oldest).total_seconds() > LATE_SECONDS
    parts = [
        _part(
            _("Database"),
            True,
            _("It answers; counting the tasks took %(spent)s ms.", spent=spent),
            "database",
        ),
        *_tasks(tasks, oldest, late),
        _cache(),
        *_broken(),
    ]
    return page(
        "superadmin/health.html",
        title=_("Health"),
        active="health",
        parts=parts,
        well=all(part["well"] for part in parts),
        dead=queries.dead_by_tenant(),
        tenants=queries.status_counts(),
    )


def _tasks(tasks: dict[str, int], oldest: datetime | None, late: bool) -> list[dict[str, Any]]:
    """Return the state of the queue: due, later and dead tasks."""
    return [
        _part(
            _("Tasks"),
            not late,
            _(
                "%(due)s due, %(later)s for later.",
                due=formats.number(tasks["due"]),
                later=formats.number(tasks["later"]),
            )
            + (
                " " + _("The oldest has been due since %(moment)s: is a worker running?", moment=when(oldest))
                if late
                else ""
            ),
            "timer",
        ),
        _part(
            _("Failed tasks"),
            tasks["dead"] == 0,
            ngettext(
                "%(number)s was given up.",
                "%(number)s were given up.",
                tasks["dead"],
                number=formats.number(tasks["dead"]),
            )
            if tasks["dead"]
            else _("None was given up."),
            "activity",
        ),
    ]


def _part(name: str, well: bool, sentence: str, icon: str) -> dict[str, Any]:
    return {"name": name, "well": well, "text": sentence, "icon": icon}


def _broken() -> list[dict[str, Any]]:
    """Plugins and themes that cannot be used, each with what to mend."""
    plugins = [
        _part(
            _("Plugin %(name)s", name=row.name),
            False,
            _("Broken. %(problem)s", problem=row.problem),
            "triangle-alert",
        )
        for row in broken_plugins()
    ]
    themes = [
        _part(
            _("Theme %(name)s", name=row.name),
            False,
            _("Broken. %(problem)s Its stores have the default look.", problem=row.problem),
            "triangle-alert",
        )
        for row in broken_themes()
    ]
    return plugins + themes


def _cache() -> dict[str, Any]:
    if not current_app.config["MTC"].redis_url:
        return _part(_("Cache"), True, _("Kept in the memory of each process; no Redis is set up."), "zap")
    key, mark = "health:probe", token(6)
    started = time.perf_counter()
    ports.cache.set(key, mark, 10)
    well = ports.cache.get(key) == mark
    spent = round((time.perf_counter() - started) * 1000)
    said = (
        _("It answers within %(spent)s ms.", spent=spent)
        if well
        else _("It does not answer. The platform goes on without.")
    )
    return _part("Redis", well, said, "zap")
