"""The keys of an order as files: plain text that is exact, and CSV for spreadsheets."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from flask import Response

from mtc.core.i18n import _l
from mtc.delivery.services import LineKeys
from mtc.web import csv
from mtc.web.content_disposition import attachment
from mtc.web.responses import keep_secret

COLUMNS = (_l("product"), _l("variant"), _l("key"))
NOTE = _l("note")
QUOTED = _l("The apostrophe in front is not part of the key.")
LEFT_OUT = _l("A spreadsheet would take a part of this key for a formula. It is in the .txt file.")


def text_of(lines: Sequence[LineKeys]) -> str:
    """The keys exactly as they are, each from the beginning of a line.

    Those of several items stand below their names; a blank line follows each key that has lines itself.
    """
    parts = []
    for line in lines:
        gap = "\n\n" if any("\n" in key or "\r" in key for key in line.keys) else "\n"
        head = f"{_one_line(line.item.title, line.item.variant_title)}\n" if len(lines) > 1 else ""
        parts.append(head + gap.join(line.keys) + "\n")
    return "\n".join(parts)


def csv_of(lines: Sequence[LineKeys]) -> str:
    """Product, variant and key, with the mark that tells spreadsheets that it is UTF-8.

    A key that begins like a formula has an apostrophe in front, and one that cannot be made safe so is left
    out; then a fourth column says it.
    """
    rows = [_row(line, key) for line in lines for key in line.keys]
    head = [*COLUMNS, NOTE] if any(row[3] for row in rows) else [*COLUMNS]
    return "\ufeff" + "".join(csv.line(row[: len(head)]) for row in [head, *rows])


def _row(line: LineKeys, key: str) -> list[Any]:
    safe = csv.reversible(key)
    note = "" if safe == key else LEFT_OUT if safe is None else QUOTED
    return [line.item.title, line.item.variant_title, safe or "", note]


def _one_line(*words: str) -> str:
    return ", ".join(" ".join(word.split()) for word in words if word)


FILES: dict[str, tuple[Callable[[Sequence[LineKeys]], str], str]] = {
    "txt": (text_of, "text/plain"),
    "csv": (csv_of, "text/csv"),
}


def key_file(extension: str, number: str, lines: Sequence[LineKeys], slug: str = "") -> Response:
    """The file as an answer that nobody keeps; its name says which order it is of, and which product."""
    write, mimetype = FILES[extension]
    response = Response(write(lines), mimetype=mimetype)
    name = "-".join(part for part in (number, slug, "keys") if part)
    response.headers["Content-Disposition"] = attachment(f"{name}.{extension}")
    return keep_secret(response)
