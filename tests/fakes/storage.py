"""Files that are kept in a dictionary."""

import hashlib
import io
from collections.abc import Iterator
from typing import BinaryIO

from mtc.core import clock
from mtc.core.errors import NotFoundError
from mtc.core.outside_calls import check_outside_call
from mtc.infra.storage import FileInfo
from mtc.infra.storage.base import CHUNK, checked_key, checked_range


class MemoryStorage:
    """A `Storage` for tests; `files` maps keys to content."""

    def __init__(self) -> None:
        self.files: dict[str, bytes] = {}
        self.types: dict[str, str] = {}
        self._infos: dict[str, FileInfo] = {}

    def save(self, key: str, data: BinaryIO | bytes, content_type: str) -> FileInfo:
        check_outside_call("The storage")
        content = data if isinstance(data, bytes) else data.read()
        self.files[checked_key(key)] = content
        self.types[key] = content_type
        self._infos[key] = FileInfo(len(content), hashlib.sha256(content).hexdigest()[:32], clock.now())
        return self._infos[key]

    def open(self, key: str) -> BinaryIO:
        self.stat(key)
        return io.BytesIO(self.files[key])

    def read_range(self, key: str, start: int, end: int | None = None) -> Iterator[bytes]:
        checked_range(start, end)
        self.stat(key)
        part = self.files[key][start:end]
        return iter([part[at : at + CHUNK] for at in range(0, len(part), CHUNK)])

    def stat(self, key: str) -> FileInfo:
        check_outside_call("The storage")
        if checked_key(key) not in self.files:
            raise NotFoundError("This file does not exist.")
        return self._infos[key]

    def exists(self, key: str) -> bool:
        check_outside_call("The storage")
        return checked_key(key) in self.files

    def delete(self, key: str) -> None:
        check_outside_call("The storage")
        self.files.pop(checked_key(key), None)

    def url(self, key: str, expires: int, filename: str | None = None) -> str | None:
        checked_key(key)
        return None
