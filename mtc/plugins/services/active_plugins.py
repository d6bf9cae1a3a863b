"""Plugins that run for the tenant, with their settings: read once per request or job."""

from __future__ import annotations

from collections.abc import Container
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from flask import current_app

from mtc.core import clock
from mtc.core.configured import SecretColumn
from mtc.core.context import current
from mtc.core.db import current_scope, require_scope, session
from mtc.core.registry import active_owners
from mtc.core.retry import running_operation
from mtc.plugins import queries
from mtc.plugins.services.loader import loaded

SECRETS = SecretColumn("tenant_plugins", "secrets")


@dataclass(frozen=True, slots=True)
class Running:
    """A plugin that is switched on for a tenant; `id` is that of its installation."""

    id: UUID
    tenant_id: UUID
    config: dict[str, Any]
    secrets: str | None = None
    failures: int = 0
    broken_until: datetime | None = None

    @property
    def is_broken(self) -> bool:
        """Return whether the breaker is open: before-hooks are passed over for now."""
        return self.broken_until is not None and self.broken_until > clock.now()

    def settings(self) -> dict[str, Any]:
        """The settings with the secrets in clear."""
        return {**self.config, **SECRETS.read(self)}


def _key(tenant_id: UUID) -> str:
    return f"plugins of {tenant_id}"


def tenant_of_scope() -> UUID | None:
    """Return the tenant that plugins run for here, or None: the platform's own work calls none."""
    return require_scope().tenant_id or current().tenant_id


def running_plugins() -> dict[str, Running]:
    """Return the plugins that are switched on for the tenant, by id."""
    tenant_id = tenant_of_scope()
    if tenant_id is None or not loaded(current_app):
        return {}
    context, operation = current(), running_operation()
    remembered: dict[Any, Any] = context.extra if context.tenant_id == tenant_id else {}
    if operation is not None:  # each attempt is to see the same
        remembered = operation.results
    if _key(tenant_id) not in remembered:
        remembered[_key(tenant_id)] = {
            row.slug: Running(row.id, tenant_id, row.config, row.secrets, row.failures, row.broken_until)
            for row in queries.active_plugins(tenant_id)
        }
    running: dict[str, Running] = remembered[_key(tenant_id)]
    return running


@active_owners
def active_plugins() -> Container[str]:
    """The plugins whose extension points exist here; none where no tenant's work is done."""
    if current_scope() is None:
        return ()
    with session.no_autoflush:  # a look-up may come between the columns of a row that is being made
        return running_plugins()


def forget_running(tenant_id: UUID) -> None:
    """Ask anew within this request: something was switched or set up."""
    current().extra.pop(_key(tenant_id), None)
    operation = running_operation()
    if operation is not None:
        operation.results.pop(_key(tenant_id), None)
