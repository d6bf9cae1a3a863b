"""The servers of the tests can be found, used, killed and started again."""

import os
import subprocess
import sys
import time
from pathlib import Path

import psycopg
import pytest
import redis

from tests.servers import provide
from tests.servers.postgres import Postgres
from tests.servers.redis import Redis


@pytest.mark.postgres
def test_postgres_keeps_what_was_committed_before_a_kill(postgres_server: Postgres) -> None:
    postgres_server.create_database("kept", owner="postgres")
    postgres_server.execute("CREATE TABLE word (text text)", "kept")
    postgres_server.execute("INSERT INTO word VALUES ('still here')", "kept")
    postgres_server.shut_down()
    postgres_server.start()
    with psycopg.connect(postgres_server.dsn("kept")) as connection:
        assert connection.execute("SELECT text FROM word").fetchall() == [("still here",)]
    postgres_server.drop_database("kept")


@pytest.mark.redis
def test_redis_comes_back_empty_on_the_same_address(redis_server: Redis) -> None:
    with redis.Redis.from_url(redis_server.url()) as client:
        client.set("word", "here")
        redis_server.kill()
        with pytest.raises(redis.ConnectionError):
            client.ping()
        redis_server.start()
        assert client.get("word") is None


@pytest.mark.redis
def test_a_server_does_not_outlive_a_killed_test_run(tmp_path: Path) -> None:
    script = (
        "import os, signal; from tests.servers.redis import start_redis; server = start_redis();"
        "print(server._service.process.pid, server._service.folder, flush=True); os.kill(os.getpid(), 9)"
    )
    result = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=False)
    number, folder = result.stdout.split()
    deadline = time.monotonic() + 10
    while alive(int(number)):
        assert time.monotonic() < deadline
        time.sleep(0.01)
    subprocess.run(["rm", "-r", folder], check=True)


def alive(number: int) -> bool:
    """Whether the process runs; one that waits to be reaped does not."""
    try:
        return Path(f"/proc/{number}/stat").read_text().rsplit(")", 1)[1].split()[0] != "Z"
    except OSError:
        return False


def test_what_cannot_be_had_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    need = provide.Need("Chromium", lambda: None, "chromium", wheel=False)
    monkeypatch.setattr(provide, "NEEDS", (need,))
    monkeypatch.setattr(os, "geteuid", lambda: 1000)
    assert provide.provide() == ["Chromium is missing and cannot be had: apt-get install chromium"]
