"""No pattern or parser of ours takes long over 100 kB that were written to make it."""

from __future__ import annotations

import time
from collections.abc import Callable
from contextlib import suppress
from typing import Any

import pytest

from mtc.admin.emails.redaction import masked
from mtc.catalog.queries.search_terms import words
from mtc.catalog.services.slugs import slugify
from mtc.core.errors import AppError
from mtc.core.fields import canonical
from mtc.core.money import parse_amount
from mtc.core.paging import decode_cursor
from mtc.core.sql_guard.tokens import UnreadableError
from mtc.emails.services.outbox import _MARK, check_address
from mtc.media.services.picture_formats import identify
from mtc.middleware.store_resolution import below_path
from mtc.payments.types.signatures import check
from mtc.web.byte_ranges import read_range
from mtc.web.content_disposition import attachment
from mtc.web.csv import cell
from mtc.web.responses import local_path
from mtc.web.site import clean_host

SIZE = 100_000
PIECES = (
    "a", "<", "<a", "<a href='", "&", "&amp;", "\t", "=", ";=", "/", "?a=", "-", "1", "1,", "1 ", "1.", ".",
    "@", "a@", "a.",
    " ", "\\", "'", '"', "[[a:", "[[key:", "(", "{", "%", "t=1,", "bytes=1-1,", "é", "\u0130", "\ufdfa", "\n",
    "xn--", "<!--", "viewBox=",
)  # fmt: skip


def _page(text: str) -> Any:
    def app(_: Any, start: Callable[..., Any]) -> list[bytes]:
        start("200 OK", [("Content-Type", "text/html")])
        return [text.encode()]

    return below_path(app, {}, lambda *_: None, "/s/acme")


READERS: dict[str, Callable[[str], Any]] = {
    "address": check_address,
    "attachment": attachment,
    "amount": lambda text: parse_amount(text, "EUR"),
    "cell": cell,
    "colour": lambda text: canonical("color", text),
    "cursor": lambda text: decode_cursor(text, (int,)),
    "host": clean_host,
    "link": lambda text: canonical("link", text),
    "mail": lambda text: _MARK.sub("", text),
    "masking": masked,
    "path": lambda text: local_path("/" + text, "/"),
    "picture": lambda text: identify(b"<svg viewBox='" + text.encode("utf-8", "ignore")),
    "prefix": _page,
    "range": lambda text: read_range("bytes=" + text, None, 10, ""),
    "rich text": lambda text: canonical("richtext", text),
    "signature": lambda text: check("secret", b"", {"h": text}, "h"),
    "slug": lambda text: slugify(text, 63),
    "words": words,
}


@pytest.mark.parametrize("reader", READERS)
def test_long_texts_are_read_fast(reader: str) -> None:
    for piece in PIECES:
        for text in (
            piece * (SIZE // len(piece)),
            piece * (SIZE // len(piece)) + "!",
            "x" + piece * 5000 + "\x00",
        ):
            begun = time.process_time()
            with suppress(AppError, UnreadableError, KeyError, ValueError):
                READERS[reader](text)
            assert time.process_time() - begun < 1.5, (reader, piece)
