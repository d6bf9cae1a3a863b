"""The RQ side: a job that only says "there is work"; the rows say which."""

from __future__ import annotations

from mtc.events.services import drain_lanes, work
from mtc.infra.queue import run_rq_worker
from mtc.runtime import flask_app


def drain_job() -> int:
    """Do what is due; returns how many tasks were tried."""

    with flask_app().app_context():
        return work()


def drain_plugins() -> int:
    """Do what is due of plugins; returns how many tasks were tried."""
    with flask_app().app_context():
        return drain_lanes()


def run() -> None:
    """Work until SIGTERM or SIGINT; the running batch is finished first."""
    app = flask_app()
    config = app.config["MTC"]
    if not config.redis_url:
        raise SystemExit(
            "mtc: `mtc worker` needs MTC_REDIS_URL; without Redis the web processes do the work."
        )
    run_rq_worker(
        config.redis_url,
        drain_job,
        ready=lambda: print("The worker is ready.", flush=True),
        beside=drain_plugins,
        beside_workers=config.plugin_workers,
    )
