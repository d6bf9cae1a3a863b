"""Events of files: added, replaced, deleted, turned upright."""

from __future__ import annotations

from dataclasses import dataclass

from mtc.core.events import DomainEvent


@dataclass(frozen=True, kw_only=True)
class _MediaEvent(DomainEvent, entity="media", permission="products:read"):
    filename: str


@dataclass(frozen=True, kw_only=True)
class MediaAdded(_MediaEvent, name="media.added", label="File added"):
    """A picture or a file for sale was uploaded; `size` in bytes, `private` for what is sold."""

    size: int
    private: bool


@dataclass(frozen=True, kw_only=True)
class MediaReplaced(_MediaEvent, name="media.replaced", label="File replaced"):
    """Another file took the place of one."""

    size: int
    private: bool


@dataclass(frozen=True, kw_only=True)
class MediaDeleted(_MediaEvent, name="media.deleted", label="File deleted"):
    """A file was deleted."""


@dataclass(frozen=True, kw_only=True)
class MediaResized(_MediaEvent, name="media.resized", label="Picture resized"):
    """A picture that was stored lying on its side is upright now; `width` and `height` in pixels."""

    width: int
    height: int
