"""Lines and rows of a file of keys, with the numbers that an editor shows."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from mtc.catalog.services.stock_files.encodings import refuse
from mtc.core.i18n import _l

LONGEST_LINE = 1_000_000
# What programs for texts take for the end of a line, beside CR and LF: form feeds, soft breaks of a word
# processor, the separators of Unicode.
_ENDS = dict.fromkeys(map(ord, "\v\f\x85\u2028\u2029"), "\n")
_NO_SEPARATOR = "\U0010ffff"  # names no character, so that no text has it


class Row(NamedTuple):
    """A row that is not blank: the line on which it begins, from 1, and its cells."""

    line: int
    cells: list[str]


class QuoteError(Exception):
    """The quotation marks of a file do not make sense; `line` is where that row begins."""

    def __init__(self, line: int) -> None:
        super().__init__(line)
        self.line = line


def lines(texts: Iterable[str]) -> Iterator[str]:
    """The lines of a text without their ends, whichever it has: LF, CRLF, CR."""
    rest = ""
    for text in texts:
        rest += text.translate(_ENDS)
        # The LF that belongs to a CR may come with the next piece.
        carriage_return = "\r" if rest.endswith("\r") else ""
        *whole, rest = (
            rest[: len(rest) - len(carriage_return)].replace("\r\n", "\n").replace("\r", "\n").split("\n")
        )
        yield from whole
        rest += carriage_return
        if len(rest) > LONGEST_LINE:
            raise refuse(_l("A line of this file is too long."), _l("Write one key on each line."))
    if rest.endswith("\r"):
        rest = rest[:-1]
    if rest:
        yield rest


def rows(lines: Iterable[str], separator: str, quotes: bool) -> Iterator[Row]:
    """The rows of these lines, blank ones left out. A quoted cell may hold separators and line ends.

    `separator` is empty where a line is one cell. Raises QuoteError, and ValidationError for a cell that
    is too long.
    """
    reader = csv.reader(
        (f"{line}\n" for line in lines),
        delimiter=separator or _NO_SEPARATOR,
        quoting=csv.QUOTE_MINIMAL if quotes else csv.QUOTE_NONE,
        skipinitialspace=True,
        strict=True,
    )
    begin = 1
    while True:
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            if "limit" in str(error):
                sentence = _l("Close every quotation mark, or say that the file has no quotes.")
                raise refuse(_l("A cell of this file is too long."), sentence) from None
            raise QuoteError(begin) from None
        if any(cell and not cell.isspace() for cell in cells):
            yield Row(begin, cells)
        begin = reader.line_num + 1
