"""The scope of the running work: whose rows its session may touch."""

from __future__ import annotations

from collections.abc import Callable
from contextvars import ContextVar
from dataclasses import dataclass, field
from threading import get_ident
from typing import Any
from uuid import UUID


@dataclass(eq=False)
class Scope:
    """Whose rows a session may touch. `tenant_id` None with `platform` set means all of them."""

    tenant_id: UUID | None
    platform: bool = False
    reason: str = ""
    readonly: bool = False
    before_commit: list[Callable[[], object]] = field(default_factory=list)
    after_commit: list[Callable[[], object]] = field(default_factory=list)
    outer: Scope | None = None
    thread: int = field(default_factory=get_ident)
    writes: bool = False
    deferred: bool = False  # on SQLite the lock is taken by the first statement that writes
    refuses: str = ""  # why nothing may be written
    statements: int = 0  # sent so far, counted in deferred scopes only
    driver: Any = None  # the driver's connection of a deferred scope, for who has to end it from outside


_scope: ContextVar[Scope | None] = ContextVar("mtc_scope", default=None)


class ScopeError(RuntimeError):
    """Tenants' data was asked for outside a scope, or outside the scope's tenant."""


def current_scope() -> Scope | None:
    """The running scope, or None."""
    return _scope.get()


def require_scope() -> Scope:
    """The running scope; raises ScopeError when there is none."""
    scope = _scope.get()
    if scope is None:
        raise ScopeError("no tenant is set: open tenant_scope(...) or platform_scope(why)")
    if scope.thread != get_ident():
        raise ScopeError("the scope belongs to another thread: open one here")
    return scope


def scope_tenant() -> UUID:
    """The tenant of the running scope; raises ScopeError outside a tenant's."""
    tenant_id = require_scope().tenant_id
    if tenant_id is None:
        raise ScopeError("this belongs to a tenant: open tenant_scope(...)")
    return tenant_id


def scope_key() -> int:
    """Return the identity of the running scope, which keeps the sessions of one thread apart."""
    return id(_scope.get())
