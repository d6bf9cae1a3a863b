"""What every kind of delivery promises."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol

from mtc.core.registry import Registry
from mtc.delivery.models import Delivery
from mtc.orders.models import Order, OrderItem


@dataclass(frozen=True, slots=True)
class Job:
    """One line to deliver. `config` is the method's, cleaned; `secrets` are its sealed fields in clear."""

    order: Order
    item: OrderItem
    delivery: Delivery
    quantity: int
    config: Mapping[str, Any]
    secrets: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Outcome:
    """How it went: done; or to wait for somebody (`wait`); or failed, with a sentence for the merchant."""

    done: bool
    data: dict[str, Any] = field(default_factory=dict)
    error: str = ""
    wait: bool = False


class DeliveryKind(Protocol):
    """A way to hand over what was bought. An `outside` kind calls another server, between transactions."""

    @property
    def label(self) -> str:
        """What the merchant calls it."""

    @property
    def settings(self) -> list[dict[str, Any]]:
        """The fields of a method's `config`, in the field language."""

    @property
    def outside(self) -> bool:
        """Whether `deliver` talks to another server and so must not run inside a transaction."""

    @property
    def automatic(self) -> bool:
        """Whether it is done without a person."""

    def deliver(self, job: Job) -> Outcome:
        """Hand the line over; safe to run twice."""


kinds: Registry[DeliveryKind] = Registry("delivery kind")
