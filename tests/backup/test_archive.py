"""An archive is believed only when every byte of it is as MTC wrote it."""

import gzip
import hashlib
import io
import json
import tarfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from flask import Flask

from mtc.backup import restore as restoring
from mtc.backup.archive import LARGEST_ROW, Archive, open_archive
from mtc.backup.errors import ArchiveError, BackupError
from mtc.backup.write import write_archive
from mtc.core.db import unit_of_work
from mtc.core.events import emit
from mtc.core.tenancy import tenant_scope
from mtc.tenants.events import StoreOpened
from tests.backup.places import migrated_place, place, rows_now
from tests.factories.tenants import make_world
from tests.orders.shop import add_media

Members = list[tuple[str, bytes]]


def quiet(_line: str) -> None:
    """Nobody watches."""


@pytest.fixture(scope="module")
def app(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Flask]:
    """A database with one tenant, two files and an event."""
    with migrated_place("sqlite", tmp_path_factory.mktemp("small"), lambda: None, "") as made:
        world = make_world("acme", "Acme")
        with tenant_scope(world.id), unit_of_work():
            add_media(world.id, "one.zip", b"first file" * 100)
            add_media(world.id, "two.zip", b"second file" * 100)
            emit(StoreOpened(entity_id=world.store.id, name="ü"))
        yield made


@pytest.fixture(scope="module")
def sound(app: Flask, tmp_path_factory: pytest.TempPathFactory) -> bytes:
    """A sound archive of it."""
    stream = io.BytesIO()
    write_archive(stream, quiet, with_keys=True)
    return stream.getvalue()


def members_of(data: bytes) -> Members:
    """What the archive holds; a control that any program which reads tar files can read it."""
    with tarfile.open(fileobj=io.BytesIO(data), mode="r:") as tar:
        return [(one.name, tar.extractfile(one).read()) for one in tar.getmembers()]  # type: ignore[union-attr]


def packed(members: Members, change: Callable[[tarfile.TarInfo], None] = lambda _: None) -> bytes:
    """A tar file of these members, as any program would write it."""
    stream = io.BytesIO()
    with tarfile.open(fileobj=stream, mode="w", format=tarfile.USTAR_FORMAT) as tar:
        for name, data in members:
            info = tarfile.TarInfo(name)
            info.size, info.mode = len(data), 0o600
            change(info)
            tar.addfile(info, io.BytesIO(data))
    return (
        stream.getvalue().rstrip(b"\0") + b"\0" * (-len(stream.getvalue().rstrip(b"\0")) % 512) + b"\0" * 1024
    )


def forged(data: bytes, changed: dict[str, bytes] | None = None, **manifest: Any) -> bytes:
    """The archive with other content, and every checksum made anew by somebody who knows how."""
    body = [(name, (changed or {}).get(name, content)) for name, content in members_of(data)[:-3]]
    old = dict(members_of(data))
    facts = {line["name"]: line for line in map(json.loads, old["index.jsonl"].splitlines())}
    lines = [
        {**facts[name], "size": len(content), "sha256": hashlib.sha256(content).hexdigest()}
        for name, content in body
    ]
    index = "".join(json.dumps(line) + "\n" for line in lines).encode()
    told = {**json.loads(old["manifest.json"]), "index": hashlib.sha256(index).hexdigest(), **manifest}
    text = json.dumps(told).encode()
    end = [("index.jsonl", index), ("manifest.json", text)]
    return packed([*body, *end, ("manifest.sha256", hashlib.sha256(text).hexdigest().encode())])


def opened(folder: Path, data: bytes) -> Archive:
    """The archive, read in full."""
    path = folder / "archive.tar"
    path.write_bytes(data)
    archive = open_archive(path)
    archive.verify(deep=True)
    return archive


def test_a_sound_archive_is_believed_and_is_an_ordinary_tar_file(sound: bytes, tmp_path: Path) -> None:
    archive = opened(tmp_path, sound)
    names = [name for name, _ in members_of(sound)]
    assert (names[-3:], archive.manifest["files"]["count"]) == (
        ["index.jsonl", "manifest.json", "manifest.sha256"],
        2,
    )
    assert opened(tmp_path, forged(sound)).tables == archive.tables
    assert set(archive.keys() or {}) == {"secret_key", "secret_key_old", "keyring"}


@pytest.mark.thorough
def test_one_flipped_bit_anywhere_is_found(sound: bytes, tmp_path: Path) -> None:
    step = max(1, len(sound) // 400)
    for place_of in [*range(0, len(sound), step), len(sound) - 1]:
        data = bytearray(sound)
        data[place_of] ^= 1 << (place_of % 8)
        with pytest.raises(ArchiveError):
            opened(tmp_path, bytes(data))


def test_an_archive_that_was_cut_off_is_found(sound: bytes, tmp_path: Path) -> None:
    for length in [0, 1, 511, 512, 513, *range(1024, len(sound), len(sound) // 40), len(sound) - 1]:
        with pytest.raises(ArchiveError):
            opened(tmp_path, sound[:length])
    with pytest.raises(ArchiveError, match="does not end as MTC writes it"):
        opened(tmp_path, sound + b"\0" * 512)


def test_names_that_lead_out_and_things_that_are_no_files_are_refused(sound: bytes, tmp_path: Path) -> None:
    rest = members_of(sound)
    for name in (
        "../../evil",
        "/etc/passwd",
        "files/../x",
        "files//x",
        "files/.x",
        "files\\..\\x",
        "C:x",
        "ä",
    ):
        with pytest.raises(ArchiveError, match="MTC wrote none"):
            opened(tmp_path, packed([(name, b"x"), *rest]))
    for kind in (tarfile.SYMTYPE, tarfile.LNKTYPE, tarfile.CHRTYPE, tarfile.FIFOTYPE, tarfile.DIRTYPE, b"x"):

        def change(info: tarfile.TarInfo, kind: bytes = kind) -> None:
            info.type = kind if info.name == "files/thing" else tarfile.REGTYPE
            info.linkname = "/etc/passwd" if kind in (tarfile.SYMTYPE, tarfile.LNKTYPE) else ""

        with pytest.raises(ArchiveError):
            opened(tmp_path, packed([("files/thing", b""), *rest], change))


def test_what_the_index_does_not_name_is_refused(sound: bytes, tmp_path: Path) -> None:
    rest = members_of(sound)
    for given in ([("files/extra", b"x"), *rest], rest[1:], [rest[1], rest[0], *rest[2:]], rest[:-1], []):
        with pytest.raises(ArchiveError):
            opened(tmp_path, packed(given))


def test_a_manifest_that_is_huge_or_makes_no_sense_is_refused(sound: bytes, tmp_path: Path) -> None:
    told = json.loads(dict(members_of(sound))["manifest.json"])
    table = told["tables"][0]
    with pytest.raises(ArchiveError, match="larger than MTC writes"):
        opened(tmp_path, forged(sound, padding="x" * (5 << 20)))
    for wrong in (
        {"format": "1"},
        {"tables": None},
        {"tables": [{**table, "name": "tenants; DROP TABLE tenants"}]},
        {"tables": [{**table, "columns": [['id" FROM users --', "uuid"]]}]},
        {"tables": [{**table, "columns": [["id", "pickle"]]}]},
        {"tables": [{**table, "rows": "many"}]},
        {"revision": ""},
        {"files": {"count": 1, "bytes": 1}},
        {"tables": [one for one in told["tables"] if not one["rows"]]},
        {"tables": [{**one, "digest": "0" * 64} for one in told["tables"]]},
    ):
        with pytest.raises(ArchiveError):
            opened(tmp_path, forged(sound, **wrong))
    with pytest.raises(ArchiveError, match="newer MTC"):
        opened(tmp_path, forged(sound, format=2))


def test_rows_that_no_table_could_hold_are_refused(sound: bytes, tmp_path: Path) -> None:
    name = "database/tenants/000001.jsonl.gz"
    [row] = [json.loads(line) for line in gzip.decompress(dict(members_of(sound))[name]).splitlines()]
    for line in (
        b"no json\n",
        b"{}\n",
        json.dumps(row[:-1]).encode() + b"\n",
        json.dumps([5, *row[1:]]).encode() + b"\n",
        json.dumps(row).encode() * 2 + b"\n",
        json.dumps(row).encode(),
        b"[" * 100_000 + b"\n",
        b"\n".join([json.dumps(row).encode()] * 2) + b"\n",
    ):
        with pytest.raises(ArchiveError):
            opened(tmp_path, forged(sound, {name: gzip.compress(line)}))
    settings = next(place for place, value in enumerate(row) if value == "{}")
    for text in ("{}a2", "[" * 100_000, ""):
        broken = json.dumps([*row[:settings], text, *row[settings + 1 :]]).encode() + b"\n"
        with pytest.raises(ArchiveError, match="no JSON"):
            opened(tmp_path, forged(sound, {name: gzip.compress(broken)}))
    with pytest.raises(ArchiveError):
        opened(tmp_path, forged(sound, {name: b"no gzip"}))
    with pytest.raises(
        ArchiveError, match="too long"
    ):  # a hundred kilobytes that unpack to a hundred megabytes
        opened(tmp_path, forged(sound, {name: gzip.compress(b" " * (LARGEST_ROW + 1), 1)}))


def test_what_cannot_be_restored_changes_nothing(app: Flask, sound: bytes, tmp_path: Path) -> None:
    storage = app.extensions["mtc.ports"].storage
    before, files = rows_now(), dict(storage.files)
    key = next(iter(files))

    def refused(data: bytes, why: str, **options: Any) -> None:
        with pytest.raises(BackupError, match=why):
            restoring.restore(opened(tmp_path, data), quiet, **options)
        assert (rows_now(), storage.files) == (before, files)

    def no(_state: restoring.State) -> None:
        raise BackupError("not agreed")

    told = json.loads(dict(members_of(sound))["manifest.json"])
    keys = told["keys"]
    refused(sound, "holds 1 tenants and 0 users")
    refused(sound, "not agreed", replace=True, agree=no)
    refused(forged(sound, revision="9999", mtc="7.0"), r"revision 9999 \(MTC 7.0\)")
    refused(forged(sound, keys={**keys, "": "other"}), "sealed with an MTC_SECRET_KEY")
    refused(forged(sound, sealed={"k9": 3}), "sealed with a key k9", replace=True)
    renamed = [
        {**one, "name": "tenantz" if one["name"] == "users" else one["name"]} for one in told["tables"]
    ]
    refused(forged(sound, tables=renamed), "not those of its revision", replace=True)
    # The rows are loaded, then the storage gives out: the rows go back, and so do the files.
    del storage.files[key]
    files = dict(storage.files)
    save, storage.save = storage.save, lambda *_: (_ for _ in ()).throw(BackupError("disk full"))
    refused(sound, "disk full", replace=True)
    storage.save = save
    restoring.restore(opened(tmp_path, sound), quiet, replace=True)
    assert (_tenants(rows_now()), sorted(storage.files)) == (_tenants(before), sorted([*files, key]))


def _tenants(rows: dict[str, list[dict[str, Any]]]) -> list[dict[str, Any]]:
    """The tenants without their content version, which a restore raises: pages are made anew."""
    return [
        {name: value for name, value in row.items() if name not in ("content_version", "updated_at")}
        for row in rows["tenants"]
    ]


def test_two_files_of_one_name_are_not_mixed_up(app: Flask, sound: bytes, tmp_path: Path) -> None:
    storage = app.extensions["mtc.ports"].storage
    key = next(iter(storage.files))
    kept = storage.files[key]
    with place("sqlite", tmp_path / "new", lambda: None, "") as other:
        other.extensions["mtc.ports"].storage.save(key, b"something else", "text/plain")
        with pytest.raises(BackupError, match="holds another"):
            restoring.restore(opened(tmp_path, sound), quiet)
        assert other.extensions["mtc.ports"].storage.files == {key: b"something else"}
        assert rows_now()["tenants"] == []
        restoring.restore(opened(tmp_path, sound), quiet, replace=True)
        assert other.extensions["mtc.ports"].storage.files[key] == kept
