"""Plugins' own tests have the project's fixtures: `app`, `tenant`, `other_tenant`, `ports` and the rest."""

from tests.conftest import (
    app,
    database,
    database_kind,
    other_tenant,
    ports,
    postgres_app,
    postgres_database,
    pytest_configure,
    queries,
    root,
    scope,
    sqlite_app,
    tenant,
    worker_name,
)
from tests.services.fixtures import postgres_server

__all__ = [
    "app",
    "database",
    "database_kind",
    "other_tenant",
    "ports",
    "postgres_app",
    "postgres_database",
    "postgres_server",
    "pytest_configure",
    "queries",
    "root",
    "scope",
    "sqlite_app",
    "tenant",
    "worker_name",
]
