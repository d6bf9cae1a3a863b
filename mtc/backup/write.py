"""Making a backup: the files, then every table as it stood at one moment, then the files that came meanwhile.

A file is saved before the row that names it is committed, and deleted after the row is: whatever stood in
the storage at the first look and is named by the snapshot is in the archive, whoever deletes it later. What
came between the first look and the snapshot is copied right after it.
"""

from __future__ import annotations

import gzip
import hashlib
import io
import json
import tempfile
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any, BinaryIO, cast

from sqlalchemy import Connection

from mtc.backup import queries
from mtc.backup.tar import TarWriter
from mtc.backup.values import Digest
from mtc.core import clock, crypto
from mtc.core.encrypted_columns import key_id, sealed_columns, sealed_texts
from mtc.core.errors import NotFoundError
from mtc.core.tenancy import snapshot
from mtc.infra import ports
from mtc.plugins.services import plugin_revisions
from mtc.plugins.versions import MTC_VERSION

FORMAT = 1
INDEX, MANIFEST, SEAL, KEYS = "index.jsonl", "manifest.json", "manifest.sha256", "keys.json"
PART = 4 << 20
Say = Callable[[str], None]


@dataclass
class Report:
    """Contents of a backup; `missing` are files that rows name and the storage does not have."""

    manifest: dict[str, Any]
    size: int
    missing: list[str] = field(default_factory=list)


class Writer:
    """One archive on its way out: its members, the index of them, and what the manifest will say."""

    def __init__(self, stream: BinaryIO, index: BinaryIO, say: Say) -> None:
        now = clock.now()
        self._tar = TarWriter(stream, int(now.timestamp()))
        self._index = index
        self._say = say
        self._seen: set[bytes] = set()
        self._sealed: Counter[str] = Counter()
        self._moment = now
        self.manifest: dict[str, Any] = {
            "format": FORMAT,
            "mtc": MTC_VERSION,
            "tables": [],
            "files": {"count": 0, "bytes": 0},
        }

    def put(self, name: str, data: bytes, **facts: Any) -> None:
        """A member of which all is at hand."""
        self._note(name, len(data), self._tar.add(name, io.BytesIO(data), len(data)), facts)

    def _note(self, name: str, size: int, sha256: str, facts: dict[str, Any]) -> None:
        line = json.dumps({"name": name, "size": size, "sha256": sha256, **facts})
        self._index.write(f"{line}\n".encode())

    def file(self, key: str, content_type: str) -> bool:
        """Copy a file once; False when the storage does not have it."""
        mark = hashlib.sha256(key.encode()).digest()[:16]
        if mark in self._seen:
            return True
        try:
            size = ports.storage.stat(key).size
            stream = ports.storage.open(key)
        except NotFoundError:
            return False
        with stream:
            name = f"files/{key}"
            self._note(name, size, self._tar.add(name, stream, size), {"type": content_type})
        self._seen.add(mark)
        self.manifest["files"]["count"] += 1
        self.manifest["files"]["bytes"] += size
        return True

    def database(self, connection: Connection) -> None:
        """Every table of the snapshot."""
        self.manifest |= {
            "revision": queries.revision(connection),
            "plugins": plugin_revisions(connection),
            "database": connection.dialect.name,
            "made_at": self._moment.isoformat(),
        }
        for table in queries.describe(connection):
            digest = Digest(table.kinds)
            for number, (lines, count) in enumerate(self._parts(connection, table, digest), 1):
                data = gzip.compress(lines, 6, mtime=0)
                self.put(f"database/{table.name}/{number:06}.jsonl.gz", data, table=table.name, rows=count)
            columns = [list(column) for column in table.columns]
            facts = {"name": table.name, "columns": columns, "rows": digest.rows, "digest": digest.text()}
            self.manifest["tables"].append(facts)
            if digest.rows:
                self._say(f"{table.name}: {digest.rows:,} rows")

    def _parts(
        self, connection: Connection, table: queries.Columns, digest: Digest
    ) -> Iterator[tuple[bytes, int]]:
        sealed = {name: kind for (of, name), kind in sealed_columns().items() if of == table.name}
        places = [(place, sealed[name]) for place, (name, _) in enumerate(table.columns) if name in sealed]
        buffer, count = bytearray(), 0
        for row in queries.rows(connection, table):
            digest.add(row)
            for place, kind in places:
                self._count_seals(row[place], kind)
            buffer += json.dumps(row, separators=(",", ":")).encode() + b"\n"
            count += 1
            if len(buffer) >= PART:
                yield bytes(buffer), count
                buffer, count = bytearray(), 0
        if count:
            yield bytes(buffer), count

    def _count_seals(self, value: str | None, kind: str) -> None:
        if value:
            texts = sealed_texts(json.loads(value) if kind == "values" else value)
            self._sealed.update(name for text in texts if (name := key_id(text)))

    def finish(self, *, with_keys: bool) -> int:
        """The keys where they are wanted, the index and the manifest; returns the size of the archive."""
        ring = crypto.keyring()
        if with_keys:
            self.put(KEYS, json.dumps(ring.texts()).encode())
        self.manifest |= {
            "sealed": dict(sorted(self._sealed.items())),
            "keys": ring.fingerprints(),
            "with_keys": with_keys,
        }
        size = self._index.tell()
        self._index.seek(0)
        digest = self._tar.add(INDEX, self._index, size)
        self.manifest["index"] = digest
        text = json.dumps(self.manifest, indent=1).encode()
        self._tar.add(MANIFEST, io.BytesIO(text), len(text))
        mark = hashlib.sha256(text).hexdigest().encode()
        self._tar.add(SEAL, io.BytesIO(mark), len(mark))
        self._tar.close()
        return self._tar.size


def write_archive(stream: BinaryIO, say: Say, *, with_keys: bool = False) -> Report:
    """Write a backup of all tenants to the stream; needs an application context. Raises BackupError."""
    with tempfile.TemporaryFile() as index:
        writer = Writer(stream, cast(BinaryIO, index), say)
        for key, content_type in _named_files():
            writer.file(key, content_type)
        with snapshot("back up every table") as connection:
            writer.database(connection)
            named = queries.stored_files(connection)
            gone = [key for key, content_type in named if not writer.file(key, content_type)]
        files = writer.manifest["files"]
        say(f"files: {files['count']:,} with {files['bytes']:,} bytes")
        missing = _still_named(gone)
        return Report(writer.manifest, writer.finish(with_keys=with_keys), missing)


def _named_files() -> Iterator[tuple[str, str]]:
    """The files that are named now; noted aside first, since copying them may take hours."""
    with tempfile.TemporaryFile("w+", encoding="utf-8") as notes:
        with snapshot("list the files") as connection:
            for stored_file in queries.stored_files(connection):
                notes.write(json.dumps(stored_file) + "\n")
        notes.seek(0)
        for line in notes:
            key, content_type = json.loads(line)
            yield key, content_type


def _still_named(keys: list[str]) -> list[str]:
    """The keys that a row names to this day: deleted with its row is in order, absent without is not."""
    with snapshot("look which files are missed") as connection:
        return [key for key in keys if queries.names_file(connection, key)]
