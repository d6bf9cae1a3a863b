"""The RQ side: a job that only says "there is work"; the rows say which."""

from __future__ import annotations

import os
from collections.abc import Callable

from mtc.infra.queue import run_rq_worker
from mtc.lifecycle import flask_app
from mtc.tasks.services import drain_lanes, watch_overruns, work

LEFT = 75
"""The exit code of a process that ended because a task in it did not come back."""


def drain_job() -> int:
    """Do what is due; returns how many tasks were tried."""

    with flask_app().app_context():
        return work()


def drain_plugins() -> int:
    """Do what is due of plugins; returns how many tasks were tried."""
    with flask_app().app_context():
        return drain_lanes()


def run(ready: Callable[[], None]) -> None:
    """Work until SIGTERM or SIGINT; the running batch is finished first. `ready` is called once it can."""
    app = flask_app()
    config = app.config["MTC"]

    def begin() -> None:
        watch_overruns(lambda: os._exit(LEFT))
        ready()
        print("The worker is ready.", flush=True)

    run_rq_worker(
        config.redis_url,
        drain_job,
        ready=begin,
        stop_timeout=25.0,
        beside=drain_plugins,
        beside_workers=config.plugin_workers,
    )
