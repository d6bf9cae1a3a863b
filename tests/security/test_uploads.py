"""Files that merchants send: known by their bytes, named by us, never run."""

from __future__ import annotations

import re
import struct
import zipfile
from dataclasses import replace
from io import BytesIO
from typing import Any

from flask import Flask
from PIL import Image
from sqlalchemy import select

from mtc.core.db import session, unit_of_work
from mtc.core.tenancy import tenant_scope
from mtc.delivery.models import Download
from mtc.tasks.services import run_due
from tests.security.fort import Fort, People
from tests.servers import photos
from tests.servers.database import both_databases

PNG = photos.written("PNG")
GIF = b"GIF89a" + struct.pack("<HH", 10, 20)
SCRIPT = b"<script>alert(1)</script>"
REFUSED: dict[str, tuple[str, bytes, str]] = {
    "svg with a script": (
        "a.svg",
        b'<svg xmlns="http://www.w3.org/2000/svg"><script>x()</script></svg>',
        "image/svg+xml",
    ),
    "svg called png": ("a.png", b"<svg xmlns='x' onload='x()'/>", "image/png"),
    "plain svg": (
        "a.svg",
        b'<svg xmlns="http://www.w3.org/2000/svg" width="1" height="1"/>',
        "image/svg+xml",
    ),
    "html called png": ("a.png", b"<html>" + SCRIPT, "image/png"),
    "html after spaces": ("a.jpg", b" " * 600 + b"<html>" + SCRIPT, "image/jpeg"),
    "svg with odd numbers": ("a.svg", b'<svg viewBox="0 0 1.1.1 ."/>', "image/svg+xml"),
    "svg with huge numbers": ("a.svg", b'<svg viewBox="0 0 ' + b"9" * 400 + b' 1"/>', "image/svg+xml"),
    "svg with many numbers": ("a.svg", b'<svg viewBox="' + b"1 " * 100_000 + b'x"/>', "image/svg+xml"),
    "a picture of a mile": ("a.png", PNG[:16] + b"\xff" * 8 + PNG[24:], "image/png"),
    "a program": ("a.png", b"MZ\x90\x00" + b"\0" * 200, "image/png"),
    "an archive": ("a.png", b"PK\x03\x04" + b"\0" * 200, "image/png"),
    "a document": ("a.pdf", b"%PDF-1.7\n", "image/png"),
    "nothing": ("a.png", b"", "image/png"),
    "half an animation": ("a.gif", GIF, "image/gif"),
    "an animation": ("a.gif", photos.moving("GIF"), "image/gif"),
    "an animation called png": ("a.png", photos.moving("PNG"), "image/png"),
    "an animation of its time": ("a.webp", photos.moving("WEBP"), "image/webp"),
    "a picture without its end": ("a.jpg", photos.jpeg()[:600], "image/jpeg"),
    "a bomb of pixels": ("a.png", photos.empty_png(16_000, 16_000), "image/png"),
    "one that no browser shows": ("a.heic", b"\0\0\0\x18ftypheic" + b"\0" * 90, "image/heic"),
    "half a head": ("a.png", b"\x89PNG", "image/png"),
    "a bomb of entities": ("a.svg", b'<!DOCTYPE x [<!ENTITY a "b">]><svg>&a;</svg>', "image/svg+xml"),
}
NAMES = [
    "../../../../tmp/evil.png", "..\\..\\evil.png", "/etc/passwd", "C:\\x\\y.png", "a\x00b.png",
    "x" * 5000 + ".png", "<svg onload=alert(1)>.png", "a.png\r\nX-Evil: 1", ".htaccess", "con.png", "a.php",
    "\u202egnp.png", "é😀.png", " ",
]  # fmt: skip


def _send(people: People, fort: Fort, *files: tuple[str, bytes, str], **more: Any) -> Any:
    data = {"pictures": [(BytesIO(body), name, kind) for name, body, kind in files], **more}
    path = f"/admin/acme/products/{fort.ids['product']}/pictures"
    return people.staff("owner").post(path, data, content_type="multipart/form-data")


@both_databases
def test_what_is_no_picture_is_refused(people: People, fort: Fort, site: Flask) -> None:
    for what in REFUSED:
        _refuse(people, fort, site, what)


def _refuse(people: People, fort: Fort, site: Flask, what: str) -> None:
    before = len(site.extensions["mtc.ports"].storage.files)
    answer = _send(people, fort, REFUSED[what])
    assert answer.status_code in (400, 413, 422), (what, answer.status_code)
    assert "alert(1)" not in answer.text and "x()" not in answer.text
    product = people.shopper().get("/p/game").text
    assert fort.picture in product
    assert len(site.extensions["mtc.ports"].storage.files) <= before + 1  # none is on a page


def test_names_of_files_lead_nowhere(people: People, fort: Fort, site: Flask) -> None:
    for number, name in enumerate(NAMES):
        product = fort.ids["draft" if number % 2 else "product"]  # one holds twelve pictures
        _name(people, replace(fort, ids={**fort.ids, "product": product}), site, name)


def _name(people: People, fort: Fort, site: Flask, name: str) -> None:
    before = set(site.extensions["mtc.ports"].storage.files)
    answer = _send(people, fort, (name, PNG, "image/png"), alt="'\"><svg onload=alert(1)>")
    assert answer.status_code in (303, 400, 422) and "X-Evil" not in answer.headers
    for key in set(site.extensions["mtc.ports"].storage.files) - before:
        assert re.fullmatch(rf"{fort.tenant_id}/[A-Za-z0-9]{{24}}\.png", key), key
    page = people.staff("owner").get(f"/admin/acme/products/{fort.ids['product']}").text
    assert "<svg onload" not in page


def test_a_polyglot_is_served_as_what_it_claims_and_cannot_run(
    people: People, fort: Fort, site: Flask
) -> None:
    assert _send(people, fort, ("x.html", PNG + SCRIPT, "text/html")).status_code == 303
    page = people.staff("owner").get(f"/admin/acme/products/{fort.ids['product']}").text
    found = next(
        part.partition(".w")[0] for part in page.split("/admin/acme/media/")[1:] if ".png.w" in part[:60]
    )
    for who, path in (
        (people.staff("owner"), f"/admin/acme/media/{found}"),
        (people.shopper(), f"/media/{fort.tenant_id}/{found}"),
    ):
        answer = who.get(path)
        assert (answer.status_code, answer.mimetype) == (200, "image/png")
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        assert "default-src 'none'" in answer.headers["Content-Security-Policy"]
        assert SCRIPT not in answer.get_data()


def _drawn(kind: str, **more: Any) -> bytes:
    out = BytesIO()
    Image.new("RGB", (12, 8), "teal").save(out, kind, **more)
    return out.getvalue()


def _zip_bomb() -> bytes:
    out = BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("a", b"\0" * 20_000_000)
    return out.getvalue()


CORPUS: dict[str, tuple[str, bytes, str, str]] = {
    # name, content, what the sender says it is; what it is served as, or nothing when it is refused
    "a gif that is a script": ("x.js", b"GIF89a/*\x0a\x00*/=1;alert(1)//", "text/javascript", ""),
    "a gif called png": ("x.png", _drawn("GIF"), "image/png", "image/png"),
    "a bomb called png": ("x.png", _zip_bomb(), "image/png", ""),
    "a bomb behind a picture": ("x.zip", _drawn("PNG") + _zip_bomb(), "application/zip", "image/png"),
    "a page behind a picture": ("x.html", _drawn("PNG") + SCRIPT, "text/html", "image/png"),
    "a page in a comment": ("x.htm", _drawn("JPEG", comment=SCRIPT), "text/html", "image/jpeg"),
    "a page before a picture": ("x.png", SCRIPT + _drawn("PNG"), "image/png", ""),
    "php in a picture": ("x.php", _drawn("PNG") + b"<?php system($_GET[0]); ?>", "image/png", "image/png"),
    "jpeg called png": ("x.png", _drawn("JPEG"), "image/png", "image/jpeg"),
    "webp called svg": ("x.svg", _drawn("WEBP"), "image/svg+xml", "image/webp"),
    "two endings": ("x.svg.png", _drawn("PNG"), "image/svg+xml", "image/png"),
    "cut off in the head": ("x.png", _drawn("PNG")[:20], "image/png", ""),
    "too wide": ("x.png", PNG[:16] + struct.pack(">II", 16_385, 1) + PNG[24:], "image/png", ""),
    "four thousand million pixels": (
        "x.jpg",
        b"\xff\xd8\xff\xc0\x00\x11\x08\xff\xff\xff\xff\x03" + b"\0" * 9 + b"\xff\xd9",
        "image/jpeg",
        "",
    ),
}


def test_a_corpus_of_pictures_that_are_more_than_pictures(people: People, fort: Fort, site: Flask) -> None:
    """Known by bytes alone; whatever else is in there is served as a picture, under which nothing runs.

    The control is what a browser would be told by the sender's word: most of these would run.
    """
    believed = 0
    for number, (what, (name, body, said, served)) in enumerate(CORPUS.items()):
        product = fort.ids["draft" if number % 2 else "product"]
        before = set(site.extensions["mtc.ports"].storage.files)
        answer = _send(people, replace(fort, ids={**fort.ids, "product": product}), (name, body, said))
        assert answer.status_code == (303 if served else 400), (what, answer.status_code)
        believed += not said.startswith("image/") or "svg" in said
        if not served:
            continue
        (key,) = set(site.extensions["mtc.ports"].storage.files) - before
        shown = people.shopper().get(f"/media/{key}")
        assert (shown.status_code, shown.headers["Content-Type"]) == (200, served), what
        assert shown.headers["X-Content-Type-Options"] == "nosniff"
        assert shown.headers["Content-Security-Policy"] == "default-src 'none'; frame-ancestors 'none'"
        assert shown.headers["Cross-Origin-Resource-Policy"] == "same-origin"
        assert not any(alien in shown.get_data() for alien in (SCRIPT, b"<?php", b"PK\x03\x04")), what
        shown.close()
    assert believed == 6


def test_b39_a_picture_of_a_phone_is_published_without_place_camera_and_author(
    people: People, fort: Fort, site: Flask
) -> None:
    for number, data in enumerate((photos.jpeg(6), photos.png(), photos.webp(3), photos.avif())):
        before = set(site.extensions["mtc.ports"].storage.files)
        assert _send(people, fort, ("a.jpg", data, "image/jpeg")).status_code == 303
        (key,) = set(site.extensions["mtc.ports"].storage.files) - before
        run_due()
        for path in (f"/media/{key}", f"/media/{key}.w{60 if number else 40}.webp"):
            shown = people.shopper().get(path)
            assert shown.status_code == 200
            with Image.open(BytesIO(shown.get_data())) as picture:
                assert picture.size == ((40, 60) if number == 0 else (60, 40))
                assert not dict(picture.getexif())
            assert not any(secret in shown.get_data() for secret in photos.SECRETS)


def test_a_copy_that_is_not_made_yet_leads_to_the_picture(people: People, fort: Fort, site: Flask) -> None:
    before = set(site.extensions["mtc.ports"].storage.files)
    _send(people, fort, ("a.png", PNG, "image/png"))
    (key,) = set(site.extensions["mtc.ports"].storage.files) - before
    early = people.shopper().get(f"/media/{key}.w60.webp")
    assert (early.status_code, early.headers["Cache-Control"]) == (302, "public, max-age=60")
    assert early.headers["Location"] == f"/media/{key}"
    assert people.shopper().get(f"/media/{key}.w60.webp", follow_redirects=True).mimetype == "image/png"
    run_due()
    made = people.shopper().get(f"/media/{key}.w60.webp")
    assert (made.status_code, made.mimetype) == (200, "image/webp")
    assert made.headers["Cache-Control"] == "public, max-age=31536000, immutable"
    again = people.shopper().get(f"/media/{key}.w60.webp", headers={"If-None-Match": made.headers["ETag"]})
    assert again.status_code == 304
    for odd in (".w0.webp", ".w60.png", ".w60.webp.w60.webp", ".w12345.webp", ".w-1.webp"):
        assert people.shopper().get(f"/media/{key}{odd}").status_code == 404


def test_a_picture_of_20_mb_is_too_large(people: People, fort: Fort) -> None:
    head = b'--b\r\nContent-Disposition: form-data; name="pictures"; filename="a.png"\r\n\r\n'
    body = head + PNG + b"\0" * 20 * 2**20 + b"\r\n--b--\r\n"
    path = f"/admin/acme/products/{fort.ids['product']}/pictures"
    more = {"data": body, "content_type": "multipart/form-data; boundary=b"}
    answer = people.staff("owner").open("POST", path, **more)
    assert answer.status_code == 413 and "10 MB" in answer.text


def test_files_for_sale_are_not_pictures_for_all(people: People, fort: Fort, site: Flask) -> None:
    private = [key for key in site.extensions["mtc.ports"].storage.files if "/private/" in key]
    assert private
    for key in private:
        assert people.shopper().get(f"/media/{key}").status_code == 404
        assert people.staff("").get(f"/media/{key}").status_code == 404
        rest = key.partition("/")[2]
        for path in (rest, rest.replace("/", "%2f"), rest.replace(".bin", ".png"), f"../{key}"):
            assert people.staff("owner").get(f"/admin/acme/media/{path}").status_code == 404


def test_downloads_have_the_name_of_the_file(people: People, fort: Fort) -> None:
    """Not one that the address proposes, and quoted, whatever a merchant called it."""
    path = f"/d/{fort.download}"
    plain = people.shopper().get(path, query_string={"filename": "evil.html"})
    assert plain.headers["Content-Disposition"] == 'attachment; filename="guide.zip"'
    for name, quoted in (
        ('a".html\r\nX-Evil: 1', "a_.html X-Evil: 1\"; filename*=UTF-8''a%22.html%20X-Evil%3A%201"),
        ("ä/../b;c.zip", "__.._b;c.zip\"; filename*=UTF-8''%C3%A4_.._b%3Bc.zip"),
        ("😀 \\ 100%.zip", "_ _ 100_.zip\"; filename*=UTF-8''%F0%9F%98%80%20_%20100%25.zip"),
    ):
        with tenant_scope(fort.tenant_id), unit_of_work():
            session.scalars(select(Download)).one().filename = name
        answer = people.shopper().get(path)
        assert answer.status_code == 200 and "X-Evil" not in answer.headers
        assert answer.headers["Content-Disposition"] == f'attachment; filename="{quoted}'
        answer.close()


BODIES = (
    b"\xff\xfe\x00A", b"a\x00b", b"\xed\xa0\x80", b"=cmd()", b"x" * 100_000, b"\n" * 100_000, b'"a\n',
    b"a,b\n" * 20_000,
)  # fmt: skip


def test_odd_files_of_keys(people: People, fort: Fort) -> None:
    path, owner = f"/admin/acme/stock/{fort.ids['variant']}", people.staff("owner")
    for body in BODIES:
        data = {"file": (BytesIO(body), "keys.csv"), "batch": "\u2028"}
        answer = owner.post(path, data, content_type="multipart/form-data")
        assert answer.status_code in (200, 303, 400, 413, 422), (body[:10], answer.status_code)
