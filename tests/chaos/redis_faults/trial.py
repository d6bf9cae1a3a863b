"""An installation of its own through every state of Redis, and the controls beside it."""

from __future__ import annotations

import subprocess
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any
from uuid import UUID

from mtc.catalog.services import stock_reservation
from mtc.core.db import unit_of_work
from mtc.core.tenancy import tenant_scope
from mtc.extensions import db
from tests.chaos.redis_faults.bent import VARIANT
from tests.chaos.redis_faults.counts import Counts, Outcome
from tests.chaos.redis_faults.crowd import measure
from tests.chaos.redis_faults.house import House
from tests.e2e.server import served
from tests.factories.tenants import make_world
from tests.security.fort import Fort, build, hire, sync_all
from tests.servers.database import KEYRING, SECRET, make_postgres_database, migrated_app
from tests.servers.postgres import start_postgres
from tests.servers.redis import Redis, start_redis

TIMEOUT = 250  # milliseconds that mtc.infra.redis_connection waits for an answer
MOST_SECONDS = 1.5  # for a change of content, with a machine that is busy with everything else


def run(seconds: float) -> Outcome:
    """An installation of its own through all states."""
    postgres, redis = start_postgres(), start_redis()
    try:
        with tempfile.TemporaryDirectory() as folder:
            database = make_postgres_database(postgres, "mtc_redis_faults")
            app = migrated_app(Path(folder) / "var", database)
            with app.app_context():
                sync_all()
                fort = build(make_world("acme", "Acme"))
                hire(app, fort)
                with tenant_scope(fort.tenant_id), unit_of_work():
                    keys = "\n".join(f"WALK-{number:05d}-KEY" for number in range(9_000))
                    stock_reservation.add_keys(UUID(fort.ids["variant"]), keys)
                database_url = database.app_url
            outcome = _all(fort, redis, app, Path(folder), database_url, seconds)
            with app.app_context():
                db.engine.dispose()
            return outcome
    finally:
        redis.stop()
        postgres.stop()


def _all(fort: Fort, redis: Redis, app: Any, folder: Path, database_url: str, seconds: float) -> Outcome:
    settings = {
        "database_url": database_url, "redis_url": redis.url(), "secret_key": SECRET, "keyring": KEYRING,
        "processes": "2", "trusted_hops": "1", "demo": "no",
    }  # fmt: skip

    def house(variant: str = "") -> House:
        site = served(folder, **settings)
        site.environment[VARIANT] = variant
        with (folder / "serve.log").open("ab") as log:
            command = [sys.executable, "-m", "tests.chaos.redis_faults.bent"]
            site.run("worker")
            site.processes.append(subprocess.Popen(command, env=site.environment, stdout=log, stderr=log))
        site.wait()
        return House(fort, redis, site, app)

    found = _states(house(), seconds)
    # Before and after: what else the machine does is then in both.
    healthy = Counts("", spent=found[0].spent + found[-1].spent).p95()
    broken = []
    for one in found:
        if one.bad or one.keys < one.bought or one.p95() > 2 * healthy or one.seen > MOST_SECONDS:
            broken.append(one.name)
        # A wipe between counting a call and taking a refused one back loses it: a few more in 90 calls.
        most = 30 if one.name.startswith("up") else 66 if one.name.startswith("wiped") else 60
        if not 30 <= one.passed <= most:
            broken.append(f"limit, {one.name}")
    bare = _control(house("no fallback"), "no fallback", redis.kill, redis.start, seconds)
    slow = _control(house("no breaker"), "no breaker", redis.freeze, redis.thaw, seconds)
    # On a busy machine everything is slow; what hangs on a limit waits for the line's timeout all the same.
    waits = slow.knock() >= max(TIMEOUT, 2 * found[2].knock())
    if not bare.bad or not (slow.p95() > 2 * healthy or waits):
        broken.append("a control does not fail")
    return Outcome(found, [bare, slow], healthy, broken)


def _states(house: House, seconds: float) -> list[Counts]:
    """Every state in turn; a healthy Redis first and last."""
    redis = house.redis
    try:
        measure(house, "warming up", 2)
        found = [measure(house, "up", seconds)]
        for name, before, during, after in (
            ("killed", redis.kill, int, redis.start),
            ("frozen", redis.freeze, int, redis.thaw),
            ("wiped every 0.5 s", redis.flush, redis.flush, int),
            ("up again", int, int, int),
        ):
            before()
            try:
                found.append(measure(house, name, seconds, during))
            finally:
                after()
        return found
    finally:
        house.site.stop()


def _control(
    house: House, name: str, before: Callable[[], object], after: Callable[[], object], seconds: float
) -> Counts:
    """The same with a part taken out."""
    try:
        measure(house, "warming up", 2)
        before()
        return measure(house, f"control: {name}", min(seconds, 10))
    finally:
        after()
        house.site.stop()
