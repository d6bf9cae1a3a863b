"""Session fixtures for the real servers: each pytest process starts its own when a test first asks."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.servers.chromium import chromium_path
from tests.servers.postgres import Postgres, start_postgres
from tests.servers.redis import Redis, start_redis


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[Postgres]:
    """A PostgreSQL of this pytest process."""
    server = start_postgres()
    yield server
    server.stop()


@pytest.fixture(scope="session")
def redis_server() -> Iterator[Redis]:
    """A Redis of this pytest process."""
    server = start_redis()
    yield server
    server.stop()


@pytest.fixture(scope="session")
def chromium_executable() -> Path:
    """Path of a Chromium."""
    return chromium_path()
