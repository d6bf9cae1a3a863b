"""Plugins' own tests have the project's fixtures: `app`, `tenant`, `other_tenant`, `ports` and the rest."""

import pytest

from tests import conftest as project
from tests.conftest import (
    app,
    database,
    database_kind,
    enumerating,
    other_tenant,
    ports,
    postgres_app,
    postgres_database,
    queries,
    root,
    scope,
    sqlite_app,
    tenant,
)

__all__ = [
    "app",
    "database",
    "database_kind",
    "enumerating",
    "other_tenant",
    "ports",
    "postgres_app",
    "postgres_database",
    "queries",
    "root",
    "scope",
    "sqlite_app",
    "tenant",
    "worker_name",
]


def pytest_configure(config: pytest.Config) -> None:
    """The project's own: no environment, no network, and servers for those who ask."""
    project.pytest_configure(config)
    config.pluginmanager.import_plugin("tests.servers.fixtures")


@pytest.fixture(scope="session")
def worker_name(request: pytest.FixtureRequest) -> str:
    """The name of this pytest process, other than in the project's tests: so are its databases."""
    return str(getattr(request.config, "workerinput", {}).get("workerid", "main")) + "_plugins"
