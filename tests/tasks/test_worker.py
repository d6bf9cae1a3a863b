"""A real worker process on a real Redis and PostgreSQL: Redis only wakes it, and may go away."""

import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from flask import Flask

from mtc.core.db import unit_of_work
from mtc.core.tenancy import tenant_scope
from mtc.emails.services import send_email
from mtc.infra.queue import RqQueue
from mtc.infra.redis_connection import RedisLink
from mtc.tasks import queries
from tests.chaos.house import children
from tests.factories.tenants import World
from tests.servers.database import KEYRING, SECRET, PostgresDatabase
from tests.servers.redis import Redis, start_redis
from tests.servers.waiting import eventually

pytestmark = [pytest.mark.postgres, pytest.mark.redis]
Start = Callable[..., subprocess.Popen[bytes]]


@pytest.fixture
def own_redis() -> Iterator[Redis]:
    """A Redis that the test may maltreat."""
    server = start_redis()
    yield server
    server.stop()


@pytest.fixture
def start(own_redis: Redis, postgres_database: PostgresDatabase, tmp_path: Path) -> Iterator[Start]:
    """Starts `mtc worker` processes."""
    processes = []
    environment = {
        **{name: value for name, value in os.environ.items() if not name.startswith("MTC_")},
        "MTC_VAR": str(tmp_path),
        "MTC_DATABASE_URL": postgres_database.app_url,
        "MTC_REDIS_URL": own_redis.url(),
        "MTC_SECRET_KEY": SECRET,
        "MTC_KEYRING": KEYRING,
    }

    def run(**more: str) -> subprocess.Popen[bytes]:
        with (tmp_path / "worker.log").open("ab") as log:
            process = subprocess.Popen(
                [sys.executable, "-m", "mtc.cli", "worker"],
                env={**environment, **more},
                stdout=log,
                stderr=log,
            )
        processes.append(process)
        return process

    yield run
    for process in processes:
        process.kill()
        process.wait()


def post(world: World, *names: str) -> None:
    """Mails of the tenant, with their tasks."""
    with tenant_scope(world.id), unit_of_work():
        for name in names:
            send_email("test", to=f"{name}@shop.example", subject=name, text=name)


def sent(world: World) -> int:
    """How many tasks are done."""
    with tenant_scope(world.id, readonly=True):
        return queries.task_counts(world.id).get("done", 0)


def outbox(folder: Path) -> list[str]:
    """Whom mails went to, once for each mail that left."""
    texts = [file.read_text() for file in (folder / "outbox").glob("*.eml")]
    return sorted(line[4:] for text in texts for line in text.splitlines() if line.startswith("To: "))


def test_no_mail_is_lost_or_sent_twice_whatever_redis_does(
    app: Flask, tenant: World, own_redis: Redis, start: Start, tmp_path: Path
) -> None:
    link = RedisLink(own_redis.url())
    post(tenant, "a", "b")
    worker = start()
    assert eventually(lambda: sent(tenant) == 2, 120), (tmp_path / "worker.log").read_text()

    RqQueue(link).wake()
    post(tenant, "woken")
    assert eventually(lambda: sent(tenant) == 3)

    own_redis.flush()
    post(tenant, "flushed")
    assert eventually(lambda: sent(tenant) == 4)

    own_redis.freeze()
    post(tenant, "frozen")
    assert eventually(lambda: sent(tenant) == 5)
    own_redis.thaw()

    own_redis.kill()
    post(tenant, "dead")
    assert eventually(lambda: sent(tenant) == 6)

    own_redis.start()
    post(tenant, "back")
    assert eventually(lambda: sent(tenant) == 7)

    worker.send_signal(signal.SIGTERM)
    assert worker.wait(60) == 0
    link.close()
    names = ["a", "b", "back", "dead", "flushed", "frozen", "woken"]
    assert outbox(tmp_path) == [f"{name}@shop.example" for name in names]


def test_two_workers_share_the_work(app: Flask, tenant: World, start: Start, tmp_path: Path) -> None:
    names = [f"n{number:02}" for number in range(40)]
    post(tenant, *names)
    workers = [start(), start()]
    log = tmp_path / "worker.log"
    assert eventually(lambda: sent(tenant) == 40, 120), log.read_text()
    assert eventually(lambda: log.read_text().count("The worker is ready.") == 2, 120), log.read_text()
    for worker in workers:
        worker.send_signal(signal.SIGTERM)
    assert [worker.wait(60) for worker in workers] == [0, 0]
    assert outbox(tmp_path) == [f"{name}@shop.example" for name in names]


@pytest.mark.parametrize("who", ["getppid", "getpid"])
def test_a_worker_that_is_told_to_go_while_it_starts_ends_cleanly(who: str, tmp_path: Path) -> None:
    """Told to its parent or, as by a supervisor that tells all of them, to both."""
    program = (
        "import os, signal, time; from mtc import cli; "
        "tell = lambda number: os.kill(number, signal.SIGTERM); "
        f"cli.server.import_module = lambda name: [tell(os.getppid()), tell(os.{who}()), time.sleep(80)]; "
        "cli.main(['worker'])"
    )
    environment = {**os.environ, "MTC_REDIS_URL": "redis://127.0.0.1:1/0", "MTC_VAR": str(tmp_path)}
    done = subprocess.run([sys.executable, "-c", program], timeout=90, check=False, env=environment)
    assert done.returncode == 0


def test_a_worker_without_redis_says_so(tmp_path: Path) -> None:
    environment = {**os.environ, "MTC_VAR": str(tmp_path)}
    done = subprocess.run(
        [sys.executable, "-m", "mtc.cli", "worker"],
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr.startswith("mtc: `mtc worker` needs MTC_REDIS_URL;")


def test_so_many_worker_processes_as_are_set(app: Flask, start: Start, tmp_path: Path) -> None:
    worker, log = start(MTC_WORKER_PROCESSES="2"), tmp_path / "worker.log"
    assert eventually(lambda: log.read_text().count("The worker is ready.") == 2, 120), log.read_text()
    first = children(worker.pid)
    os.kill(first[0], signal.SIGKILL)
    assert eventually(lambda: log.read_text().count("The worker is ready.") == 3, 120), log.read_text()
    assert len(children(worker.pid)) == 2 and len({*children(worker.pid), *first}) == 3
    worker.send_signal(signal.SIGTERM)
    assert worker.wait(60) == 0
