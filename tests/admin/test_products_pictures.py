"""Pictures of a product in its editor: added, put in order, taken off, and what is no picture."""

from __future__ import annotations

import io
import re
import struct
import zlib
from typing import Any

import pytest

from mtc.tasks.services import run_due
from tests.admin.conftest import Shop, stored_product
from tests.admin.people import Person


def png(width: int = 2, height: int = 2) -> bytes:
    """A real, tiny PNG."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        body = kind + data
        return struct.pack(">I", len(data)) + body + struct.pack(">I", zlib.crc32(body))

    rows = b"".join(b"\x00" + b"\x10\x20\x30" * width for _ in range(height))
    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", header)
        + chunk(b"IDAT", zlib.compress(rows))
        + chunk(b"IEND", b"")
    )


def _upload(owner: Person, shop: Shop, name: str, data: bytes) -> Any:
    return owner.post(
        f"{shop.url}/products/{shop.product}/pictures",
        {"pictures": (io.BytesIO(data), name), "alt": "A ship"},
        content_type="multipart/form-data",
    )


def test_pictures_are_added_ordered_and_taken_off(shop: Shop, owner: Person) -> None:
    assert _upload(owner, shop, "one.png", png()).status_code == 303
    assert _upload(owner, shop, "two.png", png(3, 3)).status_code == 303
    row = stored_product(shop, shop.product)[0].product
    first, second = row.image["media_id"], row.gallery[0]["media_id"]
    assert (row.image["width"], row.image["alt"]) == (2, "A ship")
    page = owner.get(f"{shop.url}/products/{shop.product}").get_data(as_text=True)
    address = re.search(r'<img src="([^"]+/media/[^"]+\.png)\.w2\.webp"', page)
    assert address is not None
    shown = owner.get(address[1])
    assert (shown.status_code, shown.mimetype, shown.get_data()[:4]) == (200, "image/png", b"\x89PNG")
    assert "sandbox" in shown.headers["Content-Security-Policy"]
    assert owner.get(f"{address[1]}.w2.webp").get_data() == shown.get_data()
    run_due()
    assert owner.get(f"{address[1]}.w2.webp").mimetype == "image/webp"
    url = f"{shop.url}/products/{shop.product}/pictures"
    assert owner.post(f"{url}/1", {"do": "first"}).status_code == 303
    row = stored_product(shop, shop.product)[0].product
    assert [row.image["media_id"], row.gallery[0]["media_id"]] == [second, first]
    assert owner.post(f"{url}/0", {"do": "remove"}).status_code == 303
    row = stored_product(shop, shop.product)[0].product
    assert (row.image["media_id"], row.gallery) == (first, [])
    assert owner.post(f"{url}/7", {"do": "remove"}).status_code == 404


def test_what_is_no_picture_is_refused(shop: Shop, owner: Person, subtests: pytest.Subtests) -> None:
    for name, data in [
        ("x.svg", b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'),
        ("x.png", b"<html><script>alert(1)</script>"),
        ("x.png", b""),
        ("x.gif", b"GIF89a\x01\x00\x01\x00\x80\x00\x00"),
        ("../../etc/passwd.png", b"\x89PNG"),
    ]:
        with subtests.test(name=name):
            answer = _upload(owner, shop, name, data)
            assert answer.status_code == 400
            assert 'id="pictures"' in answer.get_data(as_text=True)
            assert stored_product(shop, shop.product)[0].product.image == {}


def test_pictures_that_are_not_there(shop: Shop, owner: Person, subtests: pytest.Subtests) -> None:
    for key in ["../secret.png", "a/b.png", "none.png", "x.exe", "private/x.png", "%2e%2e/x.png"]:
        with subtests.test(key=key):
            assert owner.get(f"{shop.url}/media/{key}").status_code == 404
