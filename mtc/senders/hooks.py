"""Hooks for plugins before the address changes that a store's mail comes from."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from mtc.core.context import Context
from mtc.core.hooks import Changeable, hookspec


@dataclass(frozen=True, slots=True)
class SenderDraft:
    """An address that a store wants its mail to come from."""

    store_id: UUID
    address: Changeable[str]


@dataclass(frozen=True, slots=True)
class SenderView:
    """The address of its own that a store is about to give up."""

    store_id: UUID
    address: str


@hookspec
def before_mail_sender_change(ctx: Context, payload: SenderDraft) -> SenderDraft | None:
    """Look at, change or refuse an address to send from."""


@hookspec
def before_mail_sender_remove(ctx: Context, payload: SenderView) -> SenderView | None:
    """Refuse (raise Reject) that the store's mail comes from the platform's address again."""
