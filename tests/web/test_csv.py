"""CSV: no cell of ours is a formula in anybody's spreadsheet, and numbers stay numbers."""

from __future__ import annotations

import csv as reader
import io

import pytest

from mtc.web import csv

FORMULAS = [
    "=1+1", "+1+1", "-1+1", "@SUM(A1)", "=cmd|' /C calc'!A0", '=HYPERLINK("http://evil.example","x")',
    "\t=1+1", "\r=1+1", "\n=1+1", " =1+1", "   @x", "\u00a0=1+1", "\ufeff=1+1", "\u200b=1+1", "\u3000=1+1",
    "\x00=1+1", "first\n=1+1", "first\r\n  =1+1", "first\u2028=1+1", "a\t=1+1", "a;=1+1", "a; =1+1",
    "\uff1d1+1", "\uff0b1+1", "\uff0d1+1", "\uff20x", "\u22121+1", " \uff1d1+1", "-", "--1", "-1-", "=",
    "+49 170 1234567", "-2+3+cmd|' /C calc'!A0", "1\n-2\n=3", "-1\n", "\n-1",
]  # fmt: skip
PLAIN = [
    "",
    "a",
    "a=b",
    "a -> b",
    "a, =b",
    "1",
    "-1",
    "+1",
    "-1,234.50",
    "-1e-5",
    "12.5",
    "a@b.example",
    "x - y",
]


def _starts(text: str) -> list[str]:
    """What a spreadsheet may take for the beginning of a cell, with all that does not show taken off."""
    parts = [text]
    for mark in "\r\n\t;\u2028\u2029\x0b\x0c\x85":
        parts = [piece for part in parts for piece in part.split(mark)]
    return ["".join(c for c in part if c.isprintable() and not c.isspace())[:1] for part in parts]


def test_what_begins_like_a_formula_is_quoted() -> None:
    for text in FORMULAS:
        made = csv.cell(text)
        assert not set(_starts(made)) & set("=+-@＝＋－＠−"), (text, made)
        assert made.replace("'", "") == text.replace("'", ""), "nothing else is changed"


def test_the_plain_text_would_be_a_formula() -> None:
    """The control: each of them begins like one as it stands."""
    assert [one for one in FORMULAS if not set(_starts(one)) & set("=+-@＝＋－＠−")] == []


@pytest.mark.parametrize("text", PLAIN)
def test_what_begins_none_stays(text: str) -> None:
    assert csv.cell(text) == text


def test_lines_are_read_back_as_they_were_written() -> None:
    row = ['say "hi"', "two\nlines", None, -5, "a,b", "=x"]
    made = csv.line(row)
    assert made.endswith("\r\n") and made.startswith('"say ""hi"""')
    assert next(reader.reader(io.StringIO(made, newline=""))) == [
        'say "hi"', "two\nlines", "", "-5", "a,b", "'=x",
    ]  # fmt: skip


def test_a_long_run_of_blanks_takes_no_time_to_speak_of() -> None:
    text = "\t" * 200_000 + "x"
    assert csv.cell(text) == text
