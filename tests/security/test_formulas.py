"""Cells of exports against a reader that takes more for a formula than any spreadsheet does."""

from __future__ import annotations

import csv
import io
import re
import unicodedata
from collections.abc import Callable

from mtc.web.csv import line

HIDDEN = (
    "", "\t", "\r", "\n", " ", "\u00a0", "\u200b", "\ufeff", '"', "a\n", "a\r", "a;", "a\t", "\x0b", "\u2028",
    "\x1c", "\u3000", "\u2003", "\u061c", "\u180e", "\u2800", "\u3164", "\u115f", "\u00ad", "\u034f",
    "\ufe0f", "\x00", "\x1f", "\u2007", "1\n", "-1;", " \u200b\t", "\ufff9", "\u2066",
)  # fmt: skip
SIGNS = ("=", "+", "-", "@", "\uff1d", "\uff0b", "\uff0d", "\uff20", "\ufe63", "\u207a", "\ufe62", "\ufe66")
FILLERS = "\u2800\u3164\u115f\u1160\uffa0"
_PARTS = re.compile(r"[\r\n\t;\v\f\x1c-\x1e\x85\u2028\u2029]")


def formulas(written: str) -> list[str]:
    """The parts of the cells of a line that would be taken for formulas."""
    found = []
    for cell in next(csv.reader(io.StringIO(written, newline=""))):
        for part in _PARTS.split(cell):
            plain = [
                c
                for c in unicodedata.normalize("NFKC", part)
                if unicodedata.category(c) not in ("Cf", "Cc", "Mn", "Zs", "Zl", "Zp") and c not in FILLERS
            ]
            if plain and plain[0] in "=+-@\u2212" and not re.fullmatch(r"-?[0-9]+", part.strip()):
                found.append(part)
    return found


def _all(write: Callable[[str], str]) -> int:
    texts = (hidden + sign + "cmd|' /C calc'!A0" for hidden in HIDDEN for sign in SIGNS)
    return sum(bool(formulas(write(text))) for text in texts)


def _plain(text: str) -> str:
    out = io.StringIO()
    csv.writer(out).writerow([text])
    return out.getvalue()


def test_no_cell_of_an_export_begins_a_formula() -> None:
    """The control writes cells as they are: nearly all of them are formulas."""
    assert _all(lambda text: line([text])) == 0
    assert _all(_plain) >= 0.9 * len(HIDDEN) * len(SIGNS)


def test_numbers_and_words_stay_as_they_are() -> None:
    for text in ("-5", "+3.50", "1e5", "a-b", "a=b", "x@y.example", "", "100 %", "ä"):
        assert next(csv.reader(io.StringIO(line([text])))) == [text]
