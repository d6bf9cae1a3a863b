"""Lines of CSV that no spreadsheet takes for formulas (OWASP, "CSV Injection").

A cell is text for people: where it, a line in it or a part behind a tab or semicolon would begin like a
formula, an apostrophe goes in front. What begins so may hide behind spaces and marks without width, or be
written in full width. Numbers stay numbers, negative ones too.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from flask import Response, stream_with_context

_NUMBER = re.compile(r"[+-]?[0-9]+(?:[.,][0-9]+)*(?:[eE][+-]?[0-9]+)?")
_BLANK = "\\s\u00a0\u00ad\u180e\u200b-\u200f\u2028-\u202f\u2060-\u2064\u3000\ufeff\x00-\x20\x7f"
_BLANK += "\u034f\u061c\u115f\u1160\u2065-\u206f\u2800\u3164\ufe00-\ufe0f\uffa0\ufff9-\ufffb"
_SIGNS = "=+\\-@\u2212\uff1d\uff0b\uff0d\uff20\ufe62\ufe63\ufe66\ufe6b\u207a\u207b\u207c\u208a\u208b\u208c"
_FORMULA = re.compile(f"(^|[\\r\\n\\t\\v\\f;\x85\u2028\u2029])([{_BLANK}]*)([{_SIGNS}]?)")


def cell(value: Any) -> str:
    """The value as text that begins no formula."""
    if value is None:
        return ""
    text = str(value)
    return text if _NUMBER.fullmatch(text) else _FORMULA.sub(_quoted, text)


def _quoted(match: re.Match[str]) -> str:
    return f"{match[1]}{match[2]}'{match[3]}" if match[3] else match[0]


def reversible(text: str) -> str | None:
    """The text as a cell that begins no formula and gives the text back to who drops one apostrophe in front.

    A text that begins with an apostrophe gets one more. None where only apostrophes within would help.
    """
    if cell(text) == text and not text.startswith("'"):
        return text
    quoted = f"'{text}"
    return quoted if cell(quoted) == quoted else None


def line(values: Iterable[Any]) -> str:
    """One line (RFC 4180), every cell quoted."""
    out = io.StringIO()
    csv.writer(out, quoting=csv.QUOTE_ALL, lineterminator="\r\n").writerow([cell(value) for value in values])
    return out.getvalue()


def download(filename: str, head: Sequence[str], batches: Iterable[Iterable[Iterable[Any]]]) -> Response:
    """A file of these columns and rows, made while it is sent; the mark in front tells that it is UTF-8."""

    def lines() -> Iterator[str]:
        yield "\ufeff" + line(head)
        for rows in batches:
            yield "".join(line(row) for row in rows)

    response = Response(stream_with_context(lines()), mimetype="text/csv")
    response.headers.set("Content-Disposition", "attachment", filename=filename)
    response.headers["Cache-Control"] = "no-store"
    return response
