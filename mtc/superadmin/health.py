"""Whether the platform is well: database, tasks, cache."""

from __future__ import annotations

import time
from typing import Any

from flask import Response, current_app

from mtc.core import clock
from mtc.core.i18n import _l
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
        _part("Database", True, f"It answers; counting the tasks took {spent} ms.", "database"),
        _part(
            "Tasks",
            not late,
            f"{tasks['due']:,} due, {tasks['later']:,} for later."
            + (f" The oldest has been due since {when(oldest)}: is a worker running?" if late else ""),
            "timer",
        ),
        _part(
            "Failed tasks",
            tasks["dead"] == 0,
            f"{tasks['dead']:,} were given up." if tasks["dead"] else "None was given up.",
            "activity",
        ),
        _cache(),
        *_broken(),
    ]
    return page(
        "superadmin/health.html",
        title="Health",
        active="health",
        parts=parts,
        well=all(one["well"] for one in parts),
        dead=queries.dead_by_tenant(),
        tenants=queries.status_counts(),
    )


def _part(name: str, well: bool, sentence: str, icon: str) -> dict[str, Any]:
    return {"name": name, "well": well, "text": sentence, "icon": icon}


def _broken() -> list[dict[str, Any]]:
    """Plugins and themes that cannot be used, each with what to mend."""
    plugins = [
        _part(f"Plugin {row.name}", False, f"Broken. {row.problem}", "triangle-alert")
        for row in broken_plugins()
    ]
    themes = [
        _part(
            f"Theme {row.name}",
            False,
            f"Broken. {row.problem} Its stores have the default look.",
            "triangle-alert",
        )
        for row in broken_themes()
    ]
    return plugins + themes


def _cache() -> dict[str, Any]:
    if not current_app.config["MTC"].redis_url:
        return _part("Cache", True, "Kept in the memory of each process; no Redis is set up.", "zap")
    key, mark = "health:probe", token(6)
    started = time.perf_counter()
    ports.cache.set(key, mark, 10)
    well = ports.cache.get(key) == mark
    spent = round((time.perf_counter() - started) * 1000)
    said = f"It answers within {spent} ms." if well else "It does not answer. The platform goes on without."
    return _part("Redis", well, said, "zap")
