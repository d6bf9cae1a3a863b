"""The archive as a tar file: written as a stream, read strictly.

Python's tarfile makes and reads the headers only. Its reader believes too much for a file that is about
to replace a shop: links, devices, extensions of any size. What MTC writes is plain files with short names;
all else is refused.
"""

from __future__ import annotations

import hashlib
import re
import tarfile
from collections.abc import Iterator
from dataclasses import dataclass
from typing import BinaryIO

from mtc.backup.errors import ArchiveError, BackupError

BLOCK = tarfile.BLOCKSIZE
CHUNK = 1 << 20
_NAME = re.compile(r"[A-Za-z0-9_][A-Za-z0-9._-]*(/[A-Za-z0-9_][A-Za-z0-9._-]*)*")


@dataclass(frozen=True, slots=True)
class Member:
    """One file of the archive: its name, its size in bytes, where its content begins."""

    name: str
    size: int
    start: int


def _header(name: str, size: int, mtime: int) -> bytes:
    info = tarfile.TarInfo(name)
    info.size, info.mode, info.mtime = size, 0o600, mtime
    return info.tobuf(tarfile.USTAR_FORMAT)


class TarWriter:
    """Writes members one after the other to a stream that need not be seekable."""

    def __init__(self, stream: BinaryIO, mtime: int) -> None:
        self._stream = stream
        self._mtime = mtime
        self.size = 0

    def add(self, name: str, source: BinaryIO, size: int) -> str:
        """Write exactly `size` bytes of the source, BackupError when it has fewer; returns their SHA-256."""
        try:
            self._put(_header(name, size, self._mtime))
        except ValueError as error:
            raise BackupError(f"{name} does not fit into an archive: {error}.") from error
        digest, left = hashlib.sha256(), size
        while left:
            chunk = source.read(min(CHUNK, left))
            if not chunk:
                raise BackupError(f"{name} became shorter while it was read. Start the backup again.")
            digest.update(chunk)
            self._put(chunk)
            left -= len(chunk)
        self._put(b"\0" * (-size % BLOCK))
        return digest.hexdigest()

    def close(self) -> None:
        """Write the end of the archive; the stream stays open."""
        self._put(b"\0" * (2 * BLOCK))
        self._stream.flush()

    def _put(self, data: bytes) -> None:
        self._stream.write(data)
        self.size += len(data)


class TarReader:
    """Reads an archive that this program wrote; anything else raises ArchiveError."""

    def __init__(self, stream: BinaryIO) -> None:
        self._stream = stream

    def members(self) -> Iterator[Member]:
        """Each member in order. The content may be read in between; the padding and the end are checked."""
        place = 0
        while True:
            self._stream.seek(place)
            block = self._stream.read(BLOCK)
            if len(block) < BLOCK:
                raise ArchiveError("the archive ends too early: it was cut off.")
            if not any(block):
                if self._stream.read(BLOCK + 1) != b"\0" * BLOCK:
                    raise ArchiveError("the archive does not end as MTC writes it: it was damaged.")
                return
            member = self._member(block, place + BLOCK)
            yield member
            end = member.start + member.size
            place = end + (-end % BLOCK)
            self._stream.seek(end)
            padding = self._stream.read(place - end)
            if len(padding) < place - end:
                raise ArchiveError(f"the archive ends in the middle of {member.name}: it was cut off.")
            if any(padding):
                raise ArchiveError(f"the archive is damaged behind {member.name}.")

    def content(self, member: Member) -> Part:
        """The content of a member as a stream that hashes what is read."""
        self._stream.seek(member.start)
        return Part(self._stream, member)

    @staticmethod
    def _member(block: bytes, start: int) -> Member:
        try:
            info = tarfile.TarInfo.frombuf(block, "utf-8", "strict")
        except (tarfile.HeaderError, UnicodeError, ValueError) as error:
            raise ArchiveError("this is no archive of MTC, or it was damaged.") from error
        if info.type != tarfile.REGTYPE or info.size < 0 or info.linkname:
            raise ArchiveError(
                f"the archive holds {info.name[:100]!r}, which is no plain file: MTC wrote none."
            )
        if len(info.name) > 255 or not _NAME.fullmatch(info.name):
            raise ArchiveError(f"the archive holds a file of the name {info.name[:100]!r}: MTC wrote none.")
        if block != _header(info.name, info.size, int(info.mtime)):
            raise ArchiveError(f"the archive is damaged in front of {info.name}.")
        return Member(info.name, info.size, start)


class Part:
    """The content of one member; behaves like a file for whoever reads forward."""

    def __init__(self, stream: BinaryIO, member: Member) -> None:
        self._stream, self._name, self._left = stream, member.name, member.size
        self._digest = hashlib.sha256()

    def read(self, size: int = -1) -> bytes:
        """Up to so many bytes; raises ArchiveError where the archive ends before the member does."""
        length = self._left if size is None or size < 0 else min(size, self._left)
        data = self._stream.read(length)
        if len(data) < length:
            raise ArchiveError(f"the archive ends in the middle of {self._name}: it was cut off.")
        self._left -= len(data)
        self._digest.update(data)
        return data

    def sha256(self) -> str:
        """The SHA-256 of the whole member; what was not read yet is read now."""
        while self.read(CHUNK):
            pass
        return self._digest.hexdigest()
