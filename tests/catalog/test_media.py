"""Pictures and private files."""

from __future__ import annotations

import struct

import pytest

from mtc.catalog import queries
from mtc.catalog.services import media
from mtc.catalog.services.pictures import identify
from mtc.core.db import unit_of_work
from mtc.core.errors import NotFoundError, PayloadTooLargeError, ValidationError
from mtc.core.tenancy import tenant_scope

PNG = b"\x89PNG\r\n\x1a\n" + b"\0\0\0\rIHDR" + struct.pack(">II", 640, 480) + b"\0" * 20
GIF = b"GIF89a" + struct.pack("<HH", 10, 20)
JPEG = b"\xff\xd8\xff\xe0\x00\x04ab\xff\xc0\x00\x11\x08" + struct.pack(">HH", 300, 400) + b"\0" * 12
WEBP_X = b"RIFF\0\0\0\0WEBPVP8X" + b"\0" * 8 + (99).to_bytes(3, "little") + (49).to_bytes(3, "little")
WEBP_L = b"RIFF\0\0\0\0WEBPVP8L\0\0\0\0\x2f" + (99 | (49 << 14)).to_bytes(4, "little")
WEBP = b"RIFF\0\0\0\0WEBPVP8 \0\0\0\0\0\0\0\x9d\x01\x2a" + struct.pack("<HH", 100, 50)
SVG = b'<?xml version="1.0"?><svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 120 80"></svg>'


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        (PNG, ("image/png", 640, 480)),
        (GIF, ("image/gif", 10, 20)),
        (JPEG, ("image/jpeg", 400, 300)),
        (WEBP_X, ("image/webp", 100, 50)),
        (WEBP_L, ("image/webp", 100, 50)),
        (WEBP, ("image/webp", 100, 50)),
        (b"\0\0\0\x1cftypavif", ("image/avif", None, None)),
        (SVG, ("image/svg+xml", 120, 80)),
        (b"\xff\xd8\xff", ("image/jpeg", None, None)),
    ],
)
def test_pictures_are_known_by_their_bytes(data, expected):
    found = identify(data)
    assert (found.content_type, found.width, found.height) == expected


@pytest.mark.parametrize("data", [b"", b"MZ\x90", b"<html><script>", b"%PDF-1.7", b"\x89PNG"])
def test_other_files_are_no_pictures(scope, data):
    assert identify(data) is None
    with pytest.raises(ValidationError), unit_of_work():
        media.save("picture.png", data)
    assert queries.media_page().items == []


AVIF = b"\0\0\0\x1cftypavif" + b"\0" * 40
ISPE = b"\0\0\0\x14ispe\0\0\0\0"


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        (b"\xff\xd8\xff", "damaged"),
        (JPEG[:12], "damaged"),
        (PNG[:16] + struct.pack(">II", 0, 0) + PNG[24:], "damaged"),
        (PNG[:16] + struct.pack(">II", 0, 5) + PNG[24:], "damaged"),
        (GIF[:6] + b"\0\0\0\0", "damaged"),
        (WEBP[:26] + b"\0\0\0\0", "damaged"),
        (WEBP[:20], "damaged"),
        (AVIF, "damaged"),
        (PNG[:8] + b"\0\0\0\rXXXX" + PNG[16:], "no picture"),
        (PNG[:16] + struct.pack(">II", 16_384, 16_384) + PNG[24:] + b"\0" * 261_000, "too large"),
        (PNG[:16] + struct.pack(">II", 8_000, 5_001) + PNG[24:], "40 megapixels"),
        (PNG[:16] + struct.pack(">II", 16_385, 1) + PNG[24:], "16,384 pixels a side"),
        (WEBP_X[:24] + (16_383).to_bytes(3, "little") * 2, "too large"),
        (AVIF + ISPE + struct.pack(">II", 64, 64) + ISPE + struct.pack(">II", 16_000, 16_000), "too large"),
    ],
)
def test_a_picture_without_a_true_size_is_refused(scope, ports, data, sentence):
    with pytest.raises(ValidationError, match=sentence), unit_of_work():
        media.save("x.png", data)
    assert queries.media_page().items == []


@pytest.mark.parametrize(
    ("data", "size"),
    [
        (PNG[:16] + struct.pack(">II", 8_000, 5_000) + PNG[24:], (8_000, 5_000)),
        (AVIF + ISPE + struct.pack(">II", 640, 480), (640, 480)),
        (JPEG[:2] + b"\xff\xff" + JPEG[2:], (400, 300)),
    ],
)
def test_a_picture_within_the_limits_is_kept_with_its_size(scope, data, size):
    with unit_of_work():
        row = media.save("x.png", data)
    assert (row.width, row.height) == size


def test_a_picture_is_kept_under_a_random_name(scope, ports):
    with unit_of_work():
        row = media.save("C:\\fakepath\\../cover.png", PNG, alt="A cover")
    assert row.filename == "cover.png"
    assert row.storage_key.startswith(f"{scope.id}/") and row.storage_key.endswith(".png")
    assert "cover" not in row.storage_key
    assert media.as_image(row) == {
        "media_id": str(row.id),
        "src": f"/media/{row.storage_key}",
        "alt": "A cover",
        "width": 640,
        "height": 480,
    }
    with ports.storage.open(row.storage_key) as file:
        assert file.read() == PNG


def test_a_file_for_sale_has_no_public_address(scope):
    with unit_of_work():
        row = media.save("album.zip", b"PK\x03\x04", private=True)
    assert row.storage_key.startswith(f"{scope.id}/private/")
    assert (row.content_type, row.is_private) == ("application/octet-stream", True)
    with pytest.raises(ValidationError):
        media.url(row)
    assert queries.media_page(private=True).items == [row]


def test_svg_is_taken_from_the_house_only(scope):
    with pytest.raises(ValidationError), unit_of_work():
        media.save("x.svg", SVG)
    with unit_of_work():
        assert media.save("x.svg", SVG, trusted=True).content_type == "image/svg+xml"
    for bad in (b"<script>", b'<a onload="x">', b'<a href="javascript:x">'):
        with pytest.raises(ValidationError), unit_of_work():
            media.save("x.svg", SVG.replace(b"</svg>", bad + b"</svg>"), trusted=True)


def test_a_huge_picture_is_refused(scope):
    with pytest.raises(PayloadTooLargeError), unit_of_work():
        media.save("x.png", PNG + b"\0" * media.MAX_PICTURE)


def test_a_deleted_file_leaves_the_storage_after_the_commit(scope, ports):
    with unit_of_work():
        row = media.save("x.png", PNG)
    key, row_id = row.storage_key, row.id
    with unit_of_work():
        media.delete(row_id)
        assert ports.storage.exists(key)
    assert not ports.storage.exists(key)
    with pytest.raises(NotFoundError), unit_of_work():
        media.delete(row_id)


def test_another_tenants_file_does_not_exist(scope, other_tenant):
    with unit_of_work():
        row_id = media.save("x.png", PNG).id
    with tenant_scope(other_tenant.id), pytest.raises(NotFoundError), unit_of_work():
        media.delete(row_id)
