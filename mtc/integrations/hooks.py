"""Hooks for plugins before keys of programs are made and taken back."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from mtc.core.context import Context
from mtc.core.hooks import hookspec


@dataclass(frozen=True, slots=True)
class ApiKeyDraft:
    """An API key about to be made; `scopes` is what it may do."""

    name: str
    scopes: tuple[str, ...]
    expires_at: datetime | None


@dataclass(frozen=True, slots=True)
class ApiKeyView:
    """An API key about to be taken back; `prefix` is how it begins."""

    key_id: UUID
    name: str
    prefix: str


@hookspec
def before_api_key_create(ctx: Context, payload: ApiKeyDraft) -> ApiKeyDraft | None:
    """Refuse (raise Reject) to make an API key."""


@hookspec
def before_api_key_revoke(ctx: Context, payload: ApiKeyView) -> ApiKeyView | None:
    """Refuse (raise Reject) to take an API key back."""
