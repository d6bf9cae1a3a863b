"""The running tenant, and facts that are read once per scope."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Generic, TypeVar
from uuid import UUID
from weakref import WeakKeyDictionary

from sqlalchemy import Executable, Uuid, bindparam

from mtc.core import clock
from mtc.core.context import current
from mtc.core.db import Scope, UtcDateTime, is_postgresql, require_scope, scope_tenant
from mtc.core.local_cache import LocalCache

T = TypeVar("T")
S = TypeVar("S", bound=Executable)
_LARGEST = 2000


def tenant_id() -> UUID:
    """The tenant of the running scope; raises ScopeError outside one."""
    return scope_tenant()


# For statements that are built once and kept: both are read anew whenever the statement runs.
TENANT = bindparam("scope_tenant", callable_=tenant_id, type_=Uuid())
NOW = bindparam("scope_now", callable_=lambda: clock.now(), type_=UtcDateTime())


_statements: LocalCache[tuple[Any, ...], Any] = LocalCache(500)


def prepared(key: tuple[Any, ...], build: Callable[[], S]) -> S:
    """The statement of this key, built once in a process.

    The key names everything that `build` depends on; what differs between calls is a bindparam.
    """
    statement: S = _statements.get_or_make((*key, is_postgresql()), build)
    return statement


def content_key() -> tuple[UUID, int] | None:
    """Tenant and content version of a request for a store; None where no store is known."""
    store = current().store
    if store is None or store.tenant_id != tenant_id():
        return None
    return store.tenant_id, store.content_version


class Remembered(Generic[T]):
    """Something small that a whole scope needs: loaded once in it.

    With `across`, read-only scopes of requests for the same content version share it in the process.
    """

    def __init__(self, load: Callable[[], T], *, across: bool = False) -> None:
        self._load = load
        self._across = across
        self._scopes: WeakKeyDictionary[Scope, T] = WeakKeyDictionary()
        self._versions: LocalCache[tuple[UUID, int], T] = LocalCache(_LARGEST)

    def __call__(self) -> T:
        scope = require_scope()
        if scope in self._scopes:
            return self._scopes[scope]
        key = content_key() if self._across and scope.readonly else None
        value = self._versions.get_or_make(key, self._load) if key is not None else self._load()
        self._scopes[scope] = value
        return value

    def peek(self) -> T | None:
        """Return what the running scope has loaded; None when it did not need it."""
        return self._scopes.get(require_scope())

    def forget(self) -> None:
        """Load anew in the running scope, after a change."""
        self._scopes.pop(require_scope(), None)
