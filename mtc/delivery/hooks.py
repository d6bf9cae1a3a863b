"""Hooks for plugins while something is delivered."""

from __future__ import annotations

from dataclasses import dataclass
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


@hookspec
def before_delivery(ctx: Context, payload: DeliveryDraft) -> DeliveryDraft | None:
    """Refuse (raise Reject) to deliver a line for now; its sentence is shown to the merchant."""
