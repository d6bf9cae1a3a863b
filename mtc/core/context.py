"""Context of the running request or job: actor, store and language."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field, replace
from typing import Any
from uuid import UUID

from mtc.core.store_info import StoreInfo


@dataclass(frozen=True, slots=True)
class Actor:
    """Person or program that acts. `kind` is anonymous, customer, staff, super_admin, api_key or system."""

    kind: str = "anonymous"
    id: UUID | None = None
    name: str = ""
    email: str = ""
    role: str = ""
    permissions: frozenset[str] = frozenset()

    def may(self, permission: str) -> bool:
        """Return whether the actor holds the permission; `*` and `orders:*` stand for all of theirs."""
        held = self.permissions
        return permission in held or "*" in held or f"{permission.split(':', 1)[0]}:*" in held


ANONYMOUS = Actor()
SYSTEM = Actor(kind="system", name="MTC", permissions=frozenset({"*"}))


@dataclass(frozen=True, slots=True)
class Context:
    """The facts of one request or job.

    An empty locale stands for the one that is running already, and for English where the system acts.
    """

    tenant_id: UUID | None = None
    store: StoreInfo | None = None
    actor: Actor = ANONYMOUS
    locale: str = ""
    currency: str = "EUR"
    request_id: str = ""
    extra: dict[str, Any] = field(default_factory=dict)


_OUTSIDE = Context(actor=SYSTEM, locale="en")
_current: ContextVar[Context] = ContextVar("mtc_context", default=_OUTSIDE)


def current() -> Context:
    """The running context; outside a request it is the system's, with no tenant."""
    return _current.get()


@contextmanager
def use(context: Context) -> Iterator[Context]:
    """Make the context the running one for the length of the block."""
    if not context.locale:
        running = "en" if context.actor is SYSTEM else _current.get().locale
        context = replace(context, locale=running)
    mark = _current.set(context)
    try:
        yield context
    finally:
        _current.reset(mark)


@contextmanager
def acting(**changes: Any) -> Iterator[Context]:
    """The running context with some facts changed."""
    with use(replace(_current.get(), **changes)) as context:
        yield context
