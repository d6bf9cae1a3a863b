"""Pictures and private files."""

from __future__ import annotations

import hashlib
import struct

import pytest

from mtc.core.db import unit_of_work
from mtc.core.errors import NotFoundError, PayloadTooLargeError, ValidationError
from mtc.core.tenancy import tenant_scope
from mtc.media import queries
from mtc.media.queries import stored_bytes
from mtc.media.services import media
from mtc.media.services.picture_formats import identify
from tests.servers import photos

PNG = b"\x89PNG\r\n\x1a\n" + b"\0\0\0\rIHDR" + struct.pack(">II", 640, 480) + b"\0" * 20
GIF = b"GIF89a" + struct.pack("<HH", 10, 20)
JPEG = b"\xff\xd8\xff\xe0\x00\x04ab\xff\xc0\x00\x11\x08" + struct.pack(">HH", 300, 400) + b"\0" * 12
WEBP_X = b"RIFF\0\0\0\0WEBPVP8X" + b"\0" * 8 + (99).to_bytes(3, "little") + (49).to_bytes(3, "little")
WEBP_L = b"RIFF\0\0\0\0WEBPVP8L\0\0\0\0\x2f" + (99 | (49 << 14)).to_bytes(4, "little")
WEBP = b"RIFF\0\0\0\0WEBPVP8 \0\0\0\0\0\0\0\x9d\x01\x2a" + struct.pack("<HH", 100, 50)
PICTURE = photos.written("PNG")
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


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        (JPEG[:12], "missing"),
        (GIF[:6] + b"\0\0\0\0", "damaged"),
        (WEBP[:20], "damaged"),
        (PNG[:8] + b"\0\0\0\rXXXX" + PNG[16:], "no picture"),
        (photos.empty_png(16_384, 1), "16,383 pixels a side"),
        (photos.empty_png(8_000, 5_001), "40 megapixels"),
    ],
)
def test_a_picture_that_cannot_be_shown_is_refused(scope, ports, data, sentence):
    with pytest.raises(ValidationError, match=sentence), unit_of_work():
        media.save("x.png", data)
    assert queries.media_page().items == []
    assert ports.storage.files == {}


def test_b39_what_is_stored_carries_no_place_camera_or_author(scope, ports):
    with unit_of_work():
        row = media.save("photo.jpg", photos.jpeg(6))
    stored = ports.storage.files[row.storage_key]
    assert not any(secret in stored for secret in photos.SECRETS)
    assert (row.width, row.height, row.size) == (40, 60, len(stored))
    assert row.sha256 == hashlib.sha256(stored).hexdigest()


def test_a_picture_counts_against_the_space_of_the_tenant(scope):
    with pytest.raises(PayloadTooLargeError, match="no room"), unit_of_work():
        media.reserve("x.png", media.clean(PICTURE), quota=100)
    with unit_of_work():
        new = media.reserve("x.png", media.clean(PICTURE), quota=10_000)
    media.store(new)
    with unit_of_work():
        media.keep(new)
    assert stored_bytes() == len(PICTURE)


def test_the_same_picture_twice_has_two_addresses(scope, ports):
    with unit_of_work():
        first, second = media.save("x.png", PICTURE), media.save("x.png", PICTURE)
    with unit_of_work():
        media.delete(first.id)
    assert list(ports.storage.files) == [second.storage_key]


def test_a_picture_is_kept_under_a_random_name(scope, ports):
    with unit_of_work():
        row = media.save("C:\\fakepath\\../cover.png", PICTURE, alt="A cover")
    assert row.filename == "cover.png"
    assert row.storage_key.startswith(f"{scope.id}/") and row.storage_key.endswith(".png")
    assert "cover" not in row.storage_key
    assert media.as_image(row) == {
        "media_id": str(row.id),
        "src": f"/media/{row.storage_key}",
        "alt": "A cover",
        "width": 60,
        "height": 40,
    }
    with ports.storage.open(row.storage_key) as file:
        assert file.read() == PICTURE


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
        row = media.save("x.png", PICTURE)
    key, row_id = row.storage_key, row.id
    with unit_of_work():
        media.delete(row_id)
        assert key in ports.storage.files
    assert not ports.storage.exists(key)
    with pytest.raises(NotFoundError), unit_of_work():
        media.delete(row_id)


def test_another_tenants_file_does_not_exist(scope, other_tenant):
    with unit_of_work():
        row_id = media.save("x.png", PICTURE).id
    with tenant_scope(other_tenant.id), pytest.raises(NotFoundError), unit_of_work():
        media.delete(row_id)
