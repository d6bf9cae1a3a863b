"""B22: names of files in Content-Disposition (RFC 6266, RFC 8187), read as browsers read them."""

from __future__ import annotations

import re
from urllib.parse import unquote_to_bytes

import pytest

from mtc.web.content_disposition import attachment

_HEADER = re.compile(
    r'attachment; filename="(?P<plain>[\x20\x21\x23-\x5b\x5d-\x7e]*)"'
    r"(?:; filename\*=UTF-8''(?P<true>(?:[A-Za-z0-9!#$&+.^_`|~-]|%[0-9A-F]{2})+))?"
)

# What a file is called, the plain name for all, and the name that is kept.
NAMES = [
    ("guide.zip", "guide.zip", "guide.zip"),
    (
        'Ünïcode "game", build #1 %20 – 日本.zip',
        "_n_code _game_, build #1 _20 _ __.zip",
        'Ünïcode "game", build #1 %20 – 日本.zip',
    ),
    ("o'neil (1); a=b*c.pdf", "o'neil (1); a=b*c.pdf", "o'neil (1); a=b*c.pdf"),
    ("a\r\nSet-Cookie: x=1.zip", "a Set-Cookie: x=1.zip", "a Set-Cookie: x=1.zip"),
    ("a\x00b\x1f\x7f.zip", "ab.zip", "ab.zip"),
    ("../../etc/passwd", ".._.._etc_passwd", ".._.._etc_passwd"),
    ("C:\\temp\\x.zip", "C:_temp_x.zip", "C:_temp_x.zip"),
    ("100%41.zip", "100_41.zip", "100%41.zip"),
    ("🎮 pack.zip", "_ pack.zip", "🎮 pack.zip"),
    ("Cafe\u0301.zip", "Cafe_.zip", "Cafe\u0301.zip"),
    ("ملف.zip", "___.zip", "ملف.zip"),
    ("invoice\u202egpj.exe", "invoicegpj.exe", "invoicegpj.exe"),
    ("  guide .zip  ", "guide .zip", "guide .zip"),
    ("", "file", "file"),
    ("\u200b", "file", "file"),
    (".htaccess", ".htaccess", ".htaccess"),
    ("filename=\"evil.exe\"; filename*=UTF-8''x.exe", "filename=_evil.exe_; filename*=UTF-8''x.exe", None),
    ("x" * 300 + ".zip", "x" * 300 + ".zip", "x" * 300 + ".zip"),
]


@pytest.mark.parametrize(("name", "plain", "true"), NAMES, ids=[ascii(name)[:30] for name, *_ in NAMES])
def test_b22_a_name_is_one_header_that_gives_it_back(name: str, plain: str, true: str | None) -> None:
    header = attachment(name)
    assert header.isascii() and header.isprintable()
    found = _HEADER.fullmatch(header)
    assert found is not None, header
    kept = unquote_to_bytes(found["true"]).decode() if found["true"] else found["plain"]
    assert (found["plain"], kept) == (plain, name if true is None else true)
