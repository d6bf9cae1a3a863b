"""Named things that higher floors register and lower floors look up."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Generic, TypeVar

from mtc.core.errors import NotFoundError

T = TypeVar("T")


class Registry(Generic[T]):
    """An ordered map from name to thing; a name can be taken once."""

    def __init__(self, label: str) -> None:
        self.label = label
        self._things: dict[str, T] = {}

    def register(self, name: str, thing: T) -> T:
        """Add the thing; raises ValueError when another one has the name."""
        if self._things.get(name, thing) is not thing:
            raise ValueError(f"{self.label} {name!r} is registered twice")
        self._things[name] = thing
        return thing

    def add(self, name: str) -> Callable[[T], T]:
        """Decorator form of register."""
        return lambda thing: self.register(name, thing)

    def get(self, name: str) -> T:
        """The thing of that name; raises NotFoundError."""
        try:
            return self._things[name]
        except KeyError:
            raise NotFoundError(f"There is no {self.label} called “{name}”.") from None

    def find(self, name: str) -> T | None:
        """The thing of that name, or None."""
        return self._things.get(name)

    def items(self) -> Iterator[tuple[str, T]]:
        """Names with their things, in the order of registration."""
        return iter(list(self._things.items()))

    def __contains__(self, name: str) -> bool:
        return name in self._things
