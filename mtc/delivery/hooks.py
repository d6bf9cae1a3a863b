"""Where plugins may join in while something is delivered."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from mtc.core.context import Context
from mtc.core.hooks import hookspec


@dataclass(frozen=True, slots=True)
class DeliveryDraft:
    """A line about to be delivered. Only a refusal has an effect: the line then waits for a person."""

    order_id: UUID
    order_item_id: UUID
    kind: str
    title: str
    quantity: int
    email: str


@dataclass(frozen=True, slots=True)
class DeliveryFact:
    """A line was delivered; `data` is that of the event `delivery.done`."""

    order_id: UUID
    data: dict[str, Any]


@hookspec
def before_delivery(ctx: Context, payload: DeliveryDraft) -> DeliveryDraft | None:
    """Refuse (raise Reject) to deliver a line for now; its sentence is shown to the merchant."""


@hookspec
def after_delivery(ctx: Context, payload: DeliveryFact) -> None:
    """Do something once a line was delivered; runs as a task of its own, possibly twice."""
