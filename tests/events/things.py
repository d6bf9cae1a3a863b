"""Events that only tests know."""

from __future__ import annotations

from dataclasses import dataclass

from mtc.core.events import DomainEvent


@dataclass(frozen=True, kw_only=True)
class ThingHappened(DomainEvent, name="thing.happened", label="A thing happened", entity="store"):
    """Something that subscribers of tests follow."""

    n: int | None = None


@dataclass(frozen=True, kw_only=True)
class OtherThing(DomainEvent, name="thing.else", label="Another thing happened"):
    """Something that they do not."""
