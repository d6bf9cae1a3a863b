"""Hooks for plugins before files come and go."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from mtc.core.context import Context
from mtc.core.hooks import hookspec


@dataclass(frozen=True, slots=True)
class UploadDraft:
    """A file about to be stored: a picture for everyone, or (`private`) a file for sale.

    A file for sale has not been read yet: its `content_type` and its `sha256` are empty.
    """

    name: str
    size: int
    private: bool
    content_type: str = ""
    sha256: str = ""


@dataclass(frozen=True, slots=True)
class MediaView:
    """A file about to be deleted."""

    media_id: UUID
    name: str
    size: int
    private: bool


@hookspec
def before_media_upload(ctx: Context, payload: UploadDraft) -> UploadDraft | None:
    """Refuse (raise Reject) a file before it is stored."""


@hookspec
def before_media_delete(ctx: Context, payload: MediaView) -> MediaView | None:
    """Refuse (raise Reject) to delete a file."""
