"""The interface of kinds of delivery."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol

from mtc.catalog.registry import DeliveryFacts, DeliveryProblem
from mtc.core.i18n import Sentence
from mtc.core.registry import Registry
from mtc.delivery.models import Delivery
from mtc.orders.models import Order, OrderItem


@dataclass(frozen=True, slots=True)
class DeliveryRequest:
    """One line to deliver. `config` is the method's, cleaned; `secrets` are its sealed fields in clear."""

    order: Order
    item: OrderItem
    delivery: Delivery
    quantity: int
    config: Mapping[str, Any]
    secrets: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Outcome:
    """The result: done; or to wait for somebody (`wait`); or failed, with a sentence for the merchant."""

    done: bool
    data: dict[str, Any] = field(default_factory=dict)
    error: Sentence = ""
    wait: bool = False


@dataclass(frozen=True, slots=True)
class FirstMethod:
    """The method of a kind that a tenant begins with."""

    slug: str
    name: str
    config: dict[str, Any] = field(default_factory=dict)


class DeliveryKind(Protocol):
    """A way to hand over what was bought. An `outside` kind calls another server, between transactions."""

    @property
    def label(self) -> Sentence:
        """The name for the merchant."""

    @property
    def settings(self) -> list[dict[str, Any]]:
        """The fields of a method's `config`, in the field language."""

    @property
    def outside(self) -> bool:
        """Return whether `deliver` talks to another server and so must not run inside a transaction."""

    @property
    def automatic(self) -> bool:
        """Return whether it is done without a person."""

    @property
    def shows(self) -> str:
        """The part of an order's page that it fills: keys, files, or manual for nothing of its own."""

    @property
    def first_method(self) -> FirstMethod | None:
        """The method of new tenants."""

    @property
    def needs_method(self) -> bool:
        """Return whether it can do nothing without a method's settings."""

    def suits(self, delivery: Mapping[str, Any], source: str) -> bool:
        """Return whether it is the way for what names none; `source` is where the stock comes from."""

    def mails_keys(self, config: Mapping[str, Any]) -> bool:
        """Return whether keys are written into the mail."""

    def problem(self, facts: DeliveryFacts, config: Mapping[str, Any]) -> DeliveryProblem | None:
        """Return why a variant cannot be delivered this way; `facts` list the files that exist."""

    def deliver(self, job: DeliveryRequest) -> Outcome:
        """Hand the line over; safe to run twice."""


class OrdinaryDelivery:
    """Defaults that most kinds share."""

    outside = False
    automatic = True
    shows = "manual"
    first_method: FirstMethod | None = None
    needs_method = False

    def suits(self, delivery: Mapping[str, Any], source: str) -> bool:
        """Only for what names it."""
        return False

    def mails_keys(self, config: Mapping[str, Any]) -> bool:
        """It has none."""
        return False

    def problem(self, facts: DeliveryFacts, config: Mapping[str, Any]) -> DeliveryProblem | None:
        """Nothing."""
        return None


kinds: Registry[DeliveryKind] = Registry("delivery kind")
