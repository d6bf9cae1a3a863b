"""The session of the running scope."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, cast

from sqlalchemy.orm import Session

from mtc.core.db.scopes import Scope, _scope, require_scope

_sessions: Callable[[], Session] | None = None
_forget: Callable[[], None] | None = None


class ScopedSessionMixin:
    """A session that remembers the scope it was opened in, for its whole life."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        cast(Session, self).info["scope"] = require_scope()


def bind_sessions(factory: Callable[[], Session], forget: Callable[[], None]) -> None:
    """Register where sessions of the running scope come from and how they are dropped."""
    global _sessions, _forget
    _sessions, _forget = factory, forget


@contextmanager
def open_scope(scope: Scope) -> Iterator[Scope]:
    """Make the scope the running one; its session is closed on the way out."""
    scope.outer = _scope.get()
    mark = _scope.set(scope)
    try:
        yield scope
    finally:
        try:
            if _forget is not None:
                _forget()
        finally:
            _scope.reset(mark)


class _SessionProxy:
    """Stands for the session of the running scope."""

    def __call__(self) -> Session:
        if _sessions is None:
            raise RuntimeError("the database is not initialised")
        require_scope()
        return _sessions()

    def __getattr__(self, name: str) -> Any:
        return getattr(self(), name)


session = cast(Session, _SessionProxy())


def running_session() -> Session:
    """The session of the running scope."""
    return cast(_SessionProxy, session)()


def is_postgresql() -> bool:
    """Return whether the running session speaks to PostgreSQL; only core/db and infra may ask."""
    return running_session().get_bind().dialect.name == "postgresql"
