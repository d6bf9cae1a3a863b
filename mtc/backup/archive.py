"""Reading an archive: what its manifest says, and whether every byte is as it was written."""

from __future__ import annotations

import gzip
import hashlib
import json
import re
import zlib
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, BinaryIO, cast

from mtc.backup.errors import ArchiveError
from mtc.backup.queries import Columns
from mtc.backup.tar import Member, Part, TarReader
from mtc.backup.values import WRITTEN, Digest, checked_row
from mtc.backup.write import FORMAT, INDEX, KEYS, MANIFEST, SEAL

LARGEST_MANIFEST = 4 << 20
LARGEST_ROW = 64 << 20
LARGEST_KEYS = 64 << 10
_WORD = re.compile(r"[a-z][a-z0-9_]{0,62}")
_HASH = re.compile(r"[0-9a-f]{64}")
_LINE = 8 << 10


@dataclass(frozen=True)
class Table:
    """A table of the archive: its columns, how many rows it has, the digest of all of them."""

    described: Columns
    rows: int
    digest: str


@dataclass(frozen=True)
class Entry:
    """A member with what the index says of it."""

    member: Member
    sha256: str
    facts: dict[str, Any]
    part: Part

    def check(self) -> None:
        """Read what is left of the member; raises ArchiveError unless it is what was written."""
        if self.part.sha256() != self.sha256:
            raise ArchiveError(f"{self.member.name} was damaged: its checksum is another one.")


@dataclass
class Archive:
    """An archive whose manifest has been read and found sound. Nothing else has been looked at yet."""

    path: Path
    manifest: dict[str, Any]
    index: Member
    tables: dict[str, Table] = field(default_factory=dict)

    @property
    def revision(self) -> str:
        """The revision of the schema that the rows have."""
        return str(self.manifest["revision"])

    def entries(self) -> Iterator[Entry]:
        """Every member in the order of writing, each with its line of the index."""
        with ExitStack() as stack:
            stream = stack.enter_context(self.path.open("rb"))
            second = stack.enter_context(self.path.open("rb"))
            reader, lines = TarReader(stream), TarReader(second).content(self.index)
            buffered = _Lines(lines)
            for member in reader.members():
                if member.name == INDEX:
                    break
                line = buffered.next()
                if line is None or (line.get("name"), line.get("size")) != (member.name, member.size):
                    raise ArchiveError(f"{member.name} is not what the index of the archive names here.")
                yield Entry(member, str(line.get("sha256")), line, reader.content(member))
            if buffered.next() is not None:
                raise ArchiveError("the index of the archive names more than it holds.")

    def rows(self, entry: Entry) -> Iterator[list[Any]]:
        """The rows of a part of a table, checked; raises ArchiveError."""
        kinds = self.tables[entry.facts["table"]].described.kinds
        count = 0
        try:
            with gzip.GzipFile(fileobj=cast(BinaryIO, entry.part)) as lines:
                while line := lines.readline(LARGEST_ROW):
                    if not line.endswith(b"\n"):
                        raise ArchiveError(f"{entry.member.name} holds a row that is too long.")
                    yield checked_row(json.loads(line), kinds)
                    count += 1
        except (OSError, EOFError, zlib.error, ValueError, RecursionError) as error:
            raise ArchiveError(f"{entry.member.name} cannot be read: {error}.") from error
        if count != entry.facts.get("rows"):
            raise ArchiveError(f"{entry.member.name} holds another number of rows than the index says.")
        entry.check()

    def verify(self, *, deep: bool = False) -> None:
        """Check every byte; with `deep` also every row. Raises ArchiveError at the first thing wrong."""
        digests = {name: Digest(table.described.kinds) for name, table in self.tables.items()}
        files = {"count": 0, "bytes": 0}
        for entry in self.entries():
            if "table" in entry.facts:
                if entry.facts["table"] not in digests:
                    raise ArchiveError(f"{entry.member.name} belongs to no table of the manifest.")
                if deep:
                    self._digest(entry, digests[entry.facts["table"]])
            elif entry.member.name.startswith("files/"):
                files["count"] += 1
                files["bytes"] += entry.member.size
            elif entry.member.name != KEYS:
                raise ArchiveError(f"{entry.member.name} has no place in an archive of MTC.")
            entry.check()
        if files != self.manifest["files"]:
            raise ArchiveError("the archive holds other files than its manifest says.")
        for name, table in self.tables.items() if deep else ():
            if (digests[name].rows, digests[name].text()) != (table.rows, table.digest):
                raise ArchiveError(f"the rows of {name} are not those that the manifest was written for.")

    def _digest(self, entry: Entry, digest: Digest) -> None:
        try:
            for row in self.rows(entry):
                digest.add(row)
        except (ValueError, RecursionError) as error:
            raise ArchiveError(f"{entry.member.name} was damaged: a value is no JSON.") from error

    def keys(self) -> dict[str, str] | None:
        """The keys that were put in with `--with-keys`."""
        for entry in self.entries():
            if entry.member.name == KEYS and entry.member.size <= LARGEST_KEYS:
                stored_keys: dict[str, str] = json.loads(entry.part.read())
                return stored_keys
        return None


class _Lines:
    """The lines of the index, read in pieces."""

    def __init__(self, part: Part) -> None:
        self._part, self._rest = part, b""

    def next(self) -> dict[str, Any] | None:
        while b"\n" not in self._rest:
            more = self._part.read(_LINE)
            if not more:
                if self._rest:
                    raise ArchiveError("the index of the archive was damaged.")
                return None
            self._rest += more
            if len(self._rest) > 2 * _LINE:
                raise ArchiveError("the index of the archive has a line that is too long.")
        line, _, self._rest = self._rest.partition(b"\n")
        parsed = _json(line, "the index")
        if not isinstance(parsed, dict):
            raise ArchiveError("the index of the archive was damaged.")
        return parsed


def open_archive(path: Path) -> Archive:
    """Read the manifest and check the index; raises ArchiveError, OSError."""
    with path.open("rb") as stream:
        reader = TarReader(stream)
        last: list[Member] = []
        for member in reader.members():
            last = [*last[-2:], member]
        if [member.name for member in last] != [INDEX, MANIFEST, SEAL]:
            raise ArchiveError("this is no archive of MTC: it has no manifest at its end.")
        index, manifest, seal = last
        if manifest.size > LARGEST_MANIFEST or seal.size != len(hashlib.sha256().hexdigest()):
            raise ArchiveError("the manifest of the archive is larger than MTC writes any.")
        text = reader.content(manifest).read()
        if hashlib.sha256(text).hexdigest().encode() != reader.content(seal).read():
            raise ArchiveError("the manifest of the archive was damaged: its checksum is another one.")
        archive = Archive(path, _json(text, "the manifest"), index)
        _read_manifest(archive)
        if reader.content(index).sha256() != archive.manifest["index"]:
            raise ArchiveError("the index of the archive was damaged: its checksum is another one.")
    return archive


def _read_manifest(archive: Archive) -> None:
    manifest = archive.manifest
    if not isinstance(manifest, dict) or not isinstance(manifest.get("format"), int):
        raise ArchiveError("the manifest of the archive is none of MTC's.")
    if manifest["format"] > FORMAT:
        raise ArchiveError(
            f"the archive was made by a newer MTC ({manifest.get('mtc')}). Restore it with that one."
        )
    try:
        for table in manifest["tables"]:
            columns = tuple((name, kind) for name, kind in table["columns"])
            words = [table["name"], *(name for name, _ in columns)]
            sound = all(_WORD.fullmatch(word) for word in words) and _HASH.fullmatch(table["digest"])
            if (
                not sound
                or any(kind not in WRITTEN for _, kind in columns)
                or table["rows"] != int(table["rows"])
            ):
                raise ValueError(table["name"])
            archive.tables[table["name"]] = Table(
                Columns(table["name"], columns), table["rows"], table["digest"]
            )
        facts = (
            str(manifest["revision"]),
            manifest["files"]["count"],
            manifest["keys"][""],
            manifest["sealed"].items(),
        )
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise ArchiveError(f"the manifest of the archive cannot be understood: {error!r}.") from error
    if not facts[0]:
        raise ArchiveError("the archive names no revision of the database.")


def _json(text: bytes, label: str) -> Any:
    try:
        return json.loads(text)
    except (ValueError, RecursionError) as error:
        raise ArchiveError(f"{label} of the archive is no JSON: it was damaged.") from error
