"""Files in a folder of this machine."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from secrets import token_hex
from shutil import copyfileobj
from typing import BinaryIO
from urllib.parse import unquote, urlsplit

from mtc.core.errors import NotFoundError
from mtc.core.i18n import _l
from mtc.core.private_files import make_folder, open_new
from mtc.infra.storage.base import CHUNK, FileInfo, checked_key, checked_range, storage_providers


class LocalStorage:
    """A `Storage` below `root`; no key and no symbolic link leads out of it."""

    def __init__(self, root: str | Path) -> None:
        self.root = Path(root).absolute()

    def save(self, key: str, data: BinaryIO | bytes, content_type: str) -> FileInfo:
        """Write beside the target, flush to the disk, then rename: whole or not at all."""
        path = self._path(key)
        make_folder(path.parent)
        # A leading dot: no key can name it.
        draft = path.parent / f".{token_hex(8)}.part"
        try:
            with open_new(draft) as file:
                if isinstance(data, bytes):
                    file.write(data)
                else:
                    copyfileobj(data, file, CHUNK)
                file.flush()
                os.fsync(file.fileno())
            draft.replace(path)
        finally:
            draft.unlink(missing_ok=True)
        return self.stat(key)

    def open(self, key: str) -> BinaryIO:
        """The file as a stream."""
        try:
            return self._path(key).open("rb")
        except (FileNotFoundError, NotADirectoryError, IsADirectoryError) as error:
            raise _absent() from error

    def read_range(self, key: str, start: int, end: int | None = None) -> Iterator[bytes]:
        """The bytes from `start` up to, not including, `end`."""
        checked_range(start, end)
        file = self.open(key)
        file.seek(start)
        return _chunks(file, None if end is None else end - start)

    def stat(self, key: str) -> FileInfo:
        """Size, tag and time; the tag is made of time and size, so no content is read."""
        path = self._path(key)
        if not path.is_file():
            raise _absent()
        status = path.stat()
        etag = f"{status.st_mtime_ns:x}-{status.st_ino:x}-{status.st_size:x}"
        return FileInfo(status.st_size, etag, datetime.fromtimestamp(status.st_mtime, UTC))

    def exists(self, key: str) -> bool:
        """Return whether the file is there."""
        return self._path(key).is_file()

    def delete(self, key: str) -> None:
        """Remove the file; empty folders stay, since a save may be about to use them."""
        with suppress(NotADirectoryError):
            self._path(key).unlink(missing_ok=True)

    def url(self, key: str, expires: int, filename: str | None = None) -> str | None:
        """None: the application serves local files itself."""
        checked_key(key)
        return None

    def _path(self, key: str) -> Path:
        path = self.root / checked_key(key)
        if not path.resolve().is_relative_to(self.root.resolve()):
            raise ValueError("This storage key leads out of the store.")
        return path


def _chunks(file: BinaryIO, left: int | None) -> Iterator[bytes]:
    with file:
        while left is None or left > 0:
            chunk = file.read(CHUNK if left is None else min(CHUNK, left))
            if not chunk:
                return
            if left is not None:
                left -= len(chunk)
            yield chunk


def _absent() -> NotFoundError:
    return NotFoundError(_l("This file does not exist."))


@storage_providers.add("file")
def local_storage(url: str) -> LocalStorage:
    """The store in the folder of an address such as `file:///path`; raises ValueError."""
    parts = urlsplit(url)
    if not parts.path or parts.netloc:
        raise ValueError("storage in a folder has an address like file:///path")
    return LocalStorage(unquote(parts.path))
