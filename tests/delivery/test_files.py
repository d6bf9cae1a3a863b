"""Files for sale: stored whole or not at all, replaced for buyers too, deleted when nobody needs them."""

from __future__ import annotations

import hashlib
import io
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select

from mtc.catalog.models import ProductVariant
from mtc.core import clock
from mtc.core.db import session, unit_of_work
from mtc.core.errors import NotFoundError, PayloadTooLargeError, ValidationError
from mtc.core.tenancy import tenant_scope
from mtc.delivery import queries
from mtc.delivery.models import Download
from mtc.delivery.services import files
from mtc.infra import ports as running_ports
from mtc.media.models import Media, OrphanedObject
from mtc.media.services import uploads
from mtc.media.services.file_types import media_type
from mtc.media.services.uploads import StoredFile
from mtc.tasks.services import run_due
from mtc.tasks.services.periodic import run_periodic
from tests.delivery.test_downloads import link
from tests.fakes.ports import FakePorts
from tests.orders.shop import Shop, bought
from tests.servers.database import both_databases


def upload(shop: Shop, data: bytes, name: str = "guide.pdf", quota: int = 0) -> StoredFile:
    """A file in the storage, as the pages and the API put it there."""
    with tenant_scope(shop.tenant_id):
        with unit_of_work():
            key = uploads.reserve(len(data), quota)
        return uploads.store(key, name, io.BytesIO(data), len(data))


def names(shop: Shop) -> list[str]:
    with tenant_scope(shop.tenant_id), unit_of_work():
        row = session.get_one(ProductVariant, (shop.tenant_id, shop.file))
        return [one.filename for one in queries.files_of([row])[row.id]]


def clean(shop: Shop, days: float = 1.1) -> None:
    """Let the cleaning come round after so many days."""
    with clock.frozen(clock.now() + timedelta(days=days)):
        run_periodic(force=True)
        run_due()


def orphans(shop: Shop) -> int:
    with tenant_scope(shop.tenant_id), unit_of_work():
        return session.query(OrphanedObject).filter(OrphanedObject.tenant_id == shop.tenant_id).count()


@both_databases
def test_files_are_added_ordered_named_and_removed(shop: Shop) -> None:
    added = [upload(shop, bytes([n]) * 9, f"part {n}.zip") for n in range(3)]
    with tenant_scope(shop.tenant_id), unit_of_work():
        rows = [files.add_file(shop.file, one) for one in added]
        assert files.add_file(shop.file, added[0]).id == rows[0].id  # a repeated upload adds nothing
    assert names(shop) == ["guide.zip", "part 0.zip", "part 1.zip", "part 2.zip"]
    with tenant_scope(shop.tenant_id), unit_of_work():
        files.move_file(shop.file, rows[2].id, -1)
        files.move_file(shop.file, rows[0].id, -50)
        files.rename_file(shop.file, rows[1].id, "../Middle \u202e.zip")
        files.remove_file(shop.file, rows[2].id)
    assert names(shop) == ["part 0.zip", "guide.zip", "Middle .zip"]
    with tenant_scope(shop.tenant_id), pytest.raises(NotFoundError), unit_of_work():
        files.move_file(shop.file, rows[2].id, 1)
    with tenant_scope(shop.tenant_id), pytest.raises(ValidationError), unit_of_work():
        files.rename_file(shop.file, rows[1].id, " / ")


def test_a_file_of_another_variant_of_the_product_is_shared(shop: Shop) -> None:
    stored = upload(shop, b"shared")
    with tenant_scope(shop.tenant_id), unit_of_work():
        row = session.get_one(ProductVariant, (shop.tenant_id, shop.file))
        team = ProductVariant(
            tenant_id=shop.tenant_id, product_id=row.product_id, sku="TEAM", name="Team", price=1,
            stock_source="unlimited", delivery_data={}, attributes={},
        )  # fmt: skip
        session.add(team)
        session.flush()
        media = files.add_file(shop.file, stored)
        assert files.share_file(team.id, media.id).id == media.id
        assert [one.id for one in queries.files_of([team])[team.id]] == [media.id]
    with tenant_scope(shop.tenant_id), pytest.raises(NotFoundError), unit_of_work():
        files.share_file(shop.manual, media.id)  # of another product


def test_buyers_get_the_file_that_replaces_theirs(shop: Shop, ports: FakePorts) -> None:
    order = bought(shop, (shop.file, 1))
    token = link(shop, order)
    stored = upload(shop, b"second edition", "guide-2.pdf")
    with tenant_scope(shop.tenant_id), unit_of_work():
        row = session.get_one(ProductVariant, (shop.tenant_id, shop.file))
        [media] = queries.files_of([row])[row.id]
        old = media.storage_key
        assert files.replace_file(shop.file, media.id, stored).id == media.id
    with tenant_scope(shop.tenant_id), unit_of_work():
        from mtc.delivery.services import open_download

        opened = open_download(token)
        assert (opened.media.sha256, opened.end) == (hashlib.sha256(b"second edition").hexdigest(), 14)
        assert opened.download.filename == "guide-2.pdf"
    assert old in ports.storage.files
    clean(shop)
    assert old not in ports.storage.files
    assert stored.storage_key in ports.storage.files


@both_databases
def test_what_was_bought_outlives_its_variant_and_the_rest_is_deleted(shop: Shop, ports: FakePorts) -> None:
    stored, unsold, broken = (upload(shop, text, text.decode()) for text in (b"sold", b"unsold", b"broken"))
    with tenant_scope(shop.tenant_id), unit_of_work():
        sold = files.add_file(shop.file, stored)
        other = files.add_file(shop.file, unsold)
    order = bought(shop, (shop.file, 1))
    with tenant_scope(shop.tenant_id), unit_of_work():
        # The second was never bought: its right goes with the order in this test.
        for one in queries.downloads_of([order.items[0].id]):
            if one.media_id == other.id:
                session.delete(one)
        files.remove_file(shop.file, sold.id)
        files.remove_file(shop.file, other.id)
    clean(shop, 0.9)
    assert {one.storage_key for one in (stored, unsold, broken)} <= set(ports.storage.files)
    clean(shop)
    assert stored.storage_key in ports.storage.files
    assert unsold.storage_key not in ports.storage.files  # taken off and not bought
    assert broken.storage_key not in ports.storage.files  # an upload that nobody finished
    assert orphans(shop) == 0
    with tenant_scope(shop.tenant_id), unit_of_work():
        assert session.get(Media, (shop.tenant_id, other.id)) is None
        assert session.get(Media, (shop.tenant_id, sold.id)) is not None


def test_a_broken_upload_leaves_nothing(shop: Shop, ports: FakePorts) -> None:
    before = set(ports.storage.files)
    with tenant_scope(shop.tenant_id):
        with unit_of_work():
            key = uploads.reserve(100)
        with pytest.raises(ValidationError, match="broke off"):
            uploads.store(key, "x.zip", io.BytesIO(b"short"), 100)
    assert set(ports.storage.files) == before
    clean(shop)
    assert orphans(shop) == 0


def test_empty_files_and_full_stores_are_refused(shop: Shop) -> None:
    with pytest.raises(ValidationError, match="empty"):
        upload(shop, b"")
    with pytest.raises(PayloadTooLargeError, match="no room"):
        upload(shop, b"x" * 5000, quota=5000)  # ten bytes are there already
    upload(shop, b"x" * 4000, quota=5000)
    with pytest.raises(PayloadTooLargeError):
        upload(shop, b"x" * 4000, quota=5000)  # what is on its way counts


def test_a_large_file_is_never_in_memory_whole(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    reads: list[int] = []

    class Large(io.RawIOBase):
        left = 50_000_000

        def read(self, size: int = -1) -> bytes:
            reads.append(size)
            part = min(size if size >= 0 else self.left, self.left)
            self.left -= part
            return bytes(part)

    def save(key: str, data: Any, content_type: str) -> Any:
        total = 0
        while chunk := data.read(65536):
            total += len(chunk)
        return type("Info", (), {"size": total})()

    monkeypatch.setattr(running_ports.storage, "save", save)
    with tenant_scope(shop.tenant_id):
        with unit_of_work():
            key = uploads.reserve(50_000_000)
        stored = uploads.store(key, "large.iso", Large(), 50_000_000)  # type: ignore[arg-type]
    assert stored.size == 50_000_000
    assert max(reads) <= 65536
    assert min(reads) > 0


@given(st.binary(max_size=30_000), st.lists(st.integers(1, 9000), min_size=1, max_size=5))
def test_a_source_gives_each_byte_once_and_short_reads_only_at_the_end(data: bytes, sizes: list[int]) -> None:
    stream = io.BytesIO(data)
    source = uploads._Source(stream.read(uploads.HEAD), stream)
    got, number = b"", 0
    while True:
        wanted = sizes[number % len(sizes)]
        part = source.read(wanted)
        got, number = got + part, number + 1
        if len(part) < wanted:
            break
    assert got == data
    assert source.digest == hashlib.sha256(data).hexdigest()


@pytest.mark.parametrize(
    ("head", "expected"),
    [
        (b"%PDF-1.7 ...", "application/pdf"),
        (b"PK\x03\x04" + b"\0" * 26 + b"mimetypeapplication/epub+zip", "application/epub+zip"),
        (b"PK\x03\x04" + b"\0" * 60, "application/zip"),
        (b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\0\x01\0\0\0\x01" + b"\0" * 30, "image/png"),
        (b"<svg><script>alert(1)</script></svg>", "application/octet-stream"),
        (b"<html><script>", "application/octet-stream"),
        (b"\0" * 257 + b"ustar", "application/x-tar"),
        (b"", "application/octet-stream"),
    ],
)
def test_the_type_is_told_from_the_bytes(head: bytes, expected: str) -> None:
    assert media_type(head) == expected


@pytest.mark.parametrize(
    ("given_name", "expected"),
    [
        ("C:\\books\\guide.pdf", "guide.pdf"),
        ("../../etc/passwd", "passwd"),
        ("a\x00b\u202e.zip", "ab.zip"),
        ("x" * 300 + ".epub", "x" * 195 + ".epub"),
        ("Ünïcode – 日本.zip", "Ünïcode – 日本.zip"),
    ],
)
def test_names_are_cleaned(given_name: str, expected: str) -> None:
    assert uploads.clean_name(given_name) == expected


@both_databases
def test_a_file_that_is_added_later_reaches_those_who_bought_it(shop: Shop) -> None:
    early, refunded = bought(shop, (shop.file, 1)), bought(shop, (shop.file, 1))
    over = bought(shop, (shop.file, 1))
    with tenant_scope(shop.tenant_id), unit_of_work():
        rows = {row.order_id: row for row in session.scalars(select(Download)).all()}
        rows[refunded.id].revoked_at = clock.now()
        rows[over.id].expires_at = clock.now() - timedelta(days=1)
        rows[early.id].expires_at = ends = clock.now() + timedelta(days=400)
        rows[early.id].used = 3
    stored = upload(shop, b"chapter two", "two.pdf")
    with tenant_scope(shop.tenant_id), unit_of_work():
        added = files.add_file(shop.file, stored).id
    run_due()
    run_due()
    with tenant_scope(shop.tenant_id), unit_of_work():
        (row,) = session.scalars(select(Download).where(Download.media_id == added)).all()
        assert (row.order_id, row.filename, row.used, row.max_downloads) == (early.id, "two.pdf", 0, 5)
        assert row.expires_at == ends


def test_a_file_that_is_added_reaches_every_line_however_many(
    shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("mtc.delivery.services.added_files.SOME", 2)
    for _ in range(5):
        bought(shop, (shop.file, 1))
    stored = upload(shop, b"chapter two", "two.pdf")
    with tenant_scope(shop.tenant_id), unit_of_work():
        added = files.add_file(shop.file, stored).id
    run_due()
    with tenant_scope(shop.tenant_id), unit_of_work():
        assert len(session.scalars(select(Download).where(Download.media_id == added)).all()) == 5
