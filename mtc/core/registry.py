"""Named things that one part registers and others look up, each with its owner: the core or a plugin.

A look-up for a tenant gives what belongs to the core and to the plugins that are active for the tenant.
"""

from __future__ import annotations

from collections.abc import Callable, Container, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Any, Generic, TypeVar
from weakref import WeakSet

from mtc.core.errors import NotFoundError

T = TypeVar("T")

CORE = "core"
_owner: ContextVar[str] = ContextVar("mtc_registry_owner", default=CORE)
_registries: WeakSet[Registry[Any]] = WeakSet()
_active: list[Callable[[], Container[str]]] = []


@dataclass(frozen=True, slots=True)
class Entry(Generic[T]):
    """A registered thing and whose it is."""

    value: T
    owner: str = CORE


class Registry(Generic[T]):
    """An ordered map from name to thing; a name can be taken once."""

    def __init__(self, label: str) -> None:
        self.label = label
        self.entries: dict[str, Entry[T]] = {}
        _registries.add(self)

    def register(self, name: str, value: T) -> T:
        """Add the thing for whoever is registering.

        Raises ValueError when another one has the name, and when a plugin's name does not begin with its id.
        """
        existing, owner = self.entries.get(name), _owner.get()
        if existing is not None and existing.value is not value:
            raise ValueError(f"{self.label} {name!r} is registered twice")
        if owner != CORE and not name.startswith((f"{owner}.", f"{owner}-", f"{owner}:")):
            raise ValueError(f"{self.label} {name!r} must begin with the plugin's id, {owner!r}")
        self.entries.setdefault(name, Entry(value, owner))
        return value

    def add(self, name: str) -> Callable[[T], T]:
        """Decorator form of register."""
        return lambda value: self.register(name, value)

    def get(self, name: str) -> T:
        """The thing of that name; raises NotFoundError."""
        value = self.find(name)
        if value is None:
            raise NotFoundError(f"There is no {self.label} called “{name}”.")
        return value

    def find(self, name: str) -> T | None:
        """The thing of that name, or None."""
        entry = self.entries.get(name)
        return entry.value if entry is not None and self._is_visible(entry) else None

    def find_any(self, name: str) -> T | None:
        """The thing of that name, whoever it belongs to and whether or not that is active here; or None."""
        entry = self.entries.get(name)
        return entry.value if entry is not None else None

    def owner_of(self, name: str) -> str:
        """The plugin's id, or `core`; raises KeyError."""
        return self.entries[name].owner

    def items(self) -> Iterator[tuple[str, T]]:
        """Names with their things, in the order of registration."""
        return iter([(name, entry.value) for name, entry in self.entries.items() if self._is_visible(entry)])

    def remove(self, name: str) -> None:
        """Take a thing out again; raises KeyError."""
        del self.entries[name]

    def names_of(self, owner: str) -> list[str]:
        """The names of whatever belongs to a plugin, active here or not."""
        return [name for name, entry in self.entries.items() if entry.owner == owner]

    def remove_of(self, owner: str) -> None:
        """Take out whatever belongs to a plugin."""
        for name in self.names_of(owner):
            del self.entries[name]

    def __iter__(self) -> Iterator[str]:
        """Names, in the order of registration."""
        return (name for name, _ in self.items())

    def __contains__(self, name: str) -> bool:
        return self.find(name) is not None

    def _is_visible(self, entry: Entry[T]) -> bool:
        # Who is active is asked for what belongs to a plugin only: it may cost a statement.
        return entry.owner == CORE or any(entry.owner in active() for active in _active)


@contextmanager
def registering(owner: str) -> Iterator[None]:
    """Attribute registrations within the block to this plugin; undo them when the block raises."""
    mark = _owner.set(owner)
    try:
        yield
    except BaseException:
        forget(owner)
        raise
    finally:
        _owner.reset(mark)


def current_owner() -> str:
    """Whose is what is registered now: a plugin's id, or `core`."""
    return _owner.get()


def forget(owner: str) -> None:
    """Take what belongs to a plugin out of every registry."""
    for registry in _registries:
        registry.remove_of(owner)


def active_owners(function: Callable[[], Container[str]]) -> Callable[[], Container[str]]:
    """Register the function that says which plugins are active for the running tenant."""
    _active.append(function)
    return function
