"""Interface of a file store, and the names that it takes."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import BinaryIO, Protocol

from mtc.core.registry import Registry

CHUNK = 64 * 1024
_PART = re.compile(r"[A-Za-z0-9_][A-Za-z0-9._-]{0,127}")


@dataclass(frozen=True)
class FileInfo:
    """Size in bytes, a tag that changes with the content, and when it was saved (UTC)."""

    size: int
    etag: str
    modified: datetime


class Storage(Protocol):
    """Files under keys such as `<tenant>/<random>.zip`; absent ones raise NotFoundError (404)."""

    def save(self, key: str, data: BinaryIO | bytes, content_type: str) -> FileInfo:
        """Keep a file, replacing what was there; nobody ever sees half of it."""

    def open(self, key: str) -> BinaryIO:
        """The file as a stream, which the caller closes."""

    def read_range(self, key: str, start: int, end: int | None = None) -> Iterator[bytes]:
        """The bytes from `start` up to, not including, `end` (None: to the last) in chunks of 64 KiB.

        What lies behind the file's end is left out. An absent file raises at the call, not at a chunk.
        """

    def stat(self, key: str) -> FileInfo:
        """Size, tag and time of a file."""

    def exists(self, key: str) -> bool:
        """Return whether the file is there."""

    def delete(self, key: str) -> None:
        """Remove a file; an absent one is no error."""

    def url(self, key: str, expires: int, filename: str | None = None) -> str | None:
        """An address that serves the file directly for `expires` seconds, None when the store has none."""


def checked_key(key: str) -> str:
    """The key itself; raises ValueError unless it is plain names joined by slashes, without leading dots."""
    if len(key) > 512 or not all(_PART.fullmatch(part) for part in key.split("/")):
        raise ValueError("A storage key is made of letters, digits, dots, dashes and slashes.")
    return key


def checked_range(start: int, end: int | None) -> None:
    """Raises ValueError for a range that runs backwards or starts before the file."""
    if start < 0 or (end is not None and end < start):
        raise ValueError("A range starts at 0 or later and does not end before it starts.")


# By the scheme of the setting storage_url. Each makes the store behind an address, or raises ValueError.
storage_providers: Registry[Callable[[str], Storage]] = Registry("storage provider")
