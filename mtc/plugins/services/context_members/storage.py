"""`ctx.storage`: files of one plugin for one tenant, where MTC keeps its own."""

from __future__ import annotations

from collections.abc import Callable
from typing import BinaryIO
from uuid import UUID

from mtc.infra import ports
from mtc.infra.storage.base import checked_key

LARGEST_FILE = 20 * 1024 * 1024
LONGEST_NAME = 200
LONGEST_SECONDS = 7 * 86_400


class PluginStorage:
    """Files by name, such as `reports/2026-03.csv`; another tenant's or plugin's are never found.

    Like a call to another server, each of these commits first what an after-hook, task or job has written.
    """

    def __init__(self, plugin: str, tenant_id: UUID, prepare: Callable[[], None]) -> None:
        self._start, self._prepare = f"p/{tenant_id}/{plugin}/", prepare

    def put(self, name: str, data: bytes, content_type: str = "application/octet-stream") -> None:
        """Keep a file of at most 20 MB, replacing what was there; raises ValueError."""
        if len(data) > LARGEST_FILE:
            raise ValueError(f"a file of a plugin has at most {LARGEST_FILE} bytes")
        key = self._key(name)
        self._prepare()
        ports.storage.save(key, data, content_type)

    def open(self, name: str) -> BinaryIO:
        """The file as a stream, which the caller closes; raises NotFoundError."""
        key = self._key(name)
        self._prepare()
        return ports.storage.open(key)

    def exists(self, name: str) -> bool:
        """Return whether the file is there."""
        key = self._key(name)
        self._prepare()
        return ports.storage.exists(key)

    def delete(self, name: str) -> None:
        """Remove the file; an absent one is no error."""
        key = self._key(name)
        self._prepare()
        ports.storage.delete(key)

    def url(self, name: str, seconds: int = 300, filename: str | None = None) -> str | None:
        """An address that serves the file for so many seconds, a week at most; None where there is none."""
        if not 0 < seconds <= LONGEST_SECONDS:
            raise ValueError(f"an address of a file lasts for 1 to {LONGEST_SECONDS} seconds")
        return ports.storage.url(self._key(name), seconds, filename)

    def _key(self, name: str) -> str:
        if not isinstance(name, str) or not 0 < len(name) <= LONGEST_NAME:
            raise ValueError(f"the name of a file is a text of 1 to {LONGEST_NAME} characters")
        return checked_key(self._start + name)
