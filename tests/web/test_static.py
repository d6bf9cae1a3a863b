"""Files of the installation: compressed where that helps, kept for ever only under their own hash."""

from __future__ import annotations

import gzip
from pathlib import Path

import pytest
from flask import Flask

from mtc.web.assets import asset_url
from tests.storefront.conftest import shop, site

__all__ = ["shop", "site"]

PACKED = {"Accept-Encoding": "gzip, deflate, br"}


@pytest.mark.parametrize("path", ["/static/css/core.css", "/static/js/app.js", "/themes/slate/theme.css"])
def test_texts_leave_compressed(site: Flask, path: str) -> None:
    client = site.test_client()
    plain = client.get(path, base_url="http://localhost:8000")
    packed = client.get(path, base_url="http://localhost:8000", headers=PACKED)
    assert plain.headers.get("Content-Encoding") is None
    assert packed.headers["Content-Encoding"] == "gzip"
    assert gzip.decompress(packed.data) == plain.data
    assert len(packed.data) < 0.45 * len(plain.data)
    assert plain.headers["Vary"] == packed.headers["Vary"] == "Accept-Encoding"
    assert plain.headers["Content-Type"] == packed.headers["Content-Type"]
    again = {**PACKED, "If-None-Match": packed.headers["ETag"]}
    known = client.get(path, base_url="http://localhost:8000", headers=again)
    assert (known.status_code, known.data) == (304, b"")
    assert plain.headers["ETag"] != packed.headers["ETag"]


@pytest.mark.parametrize("headers", [{}, {"Accept-Encoding": "gzip;q=0"}, {**PACKED, "Range": "bytes=0-9"}])
def test_who_does_not_want_it_gets_it_as_it_is(site: Flask, headers: dict[str, str]) -> None:
    answer = site.test_client().get("/static/css/core.css", base_url="http://localhost:8000", headers=headers)
    assert answer.headers.get("Content-Encoding") is None
    whole = Path(site.root_path, "static", "css", "core.css").read_bytes()
    assert answer.data == (whole[:10] if "Range" in headers else whole)


def test_fonts_are_not_compressed_twice(site: Flask) -> None:
    font = sorted(Path(site.root_path, "static", "fonts").glob("*.woff2"))[0].name
    answer = site.test_client().get(f"/static/fonts/{font}", base_url="http://localhost:8000", headers=PACKED)
    assert answer.status_code == 200 and answer.headers.get("Content-Encoding") is None


def test_only_the_hash_of_the_file_is_kept_for_ever(site: Flask) -> None:
    client = site.test_client()
    with site.app_context():
        own = asset_url("css/core.css")
    kept = client.get(own, base_url="http://localhost:8000").headers["Cache-Control"]
    other = client.get("/static/css/core.css?v=000000000000", base_url="http://localhost:8000")
    assert kept == "public, max-age=31536000, immutable"
    assert other.headers["Cache-Control"] == "public, max-age=300"
