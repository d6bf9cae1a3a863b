"""Guesses about the layout of a file of keys, with the questions that they leave open."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import pairwise

from mtc.catalog.services.stock_files.headings import has_number, is_other, strength
from mtc.catalog.services.stock_files.rows import QuoteError, Row, rows
from mtc.core.i18n import Sentence, _l

SEPARATORS = {",": "Comma", ";": "Semicolon", "\t": "Tab", "|": "Pipe", "": "None: one key on each line"}
_MOSTLY = 0.9
_OTHER_SEPARATORS = "~^:\uff0c\uff1b\u3001\u061b\x1f"
_DIGIT = re.compile(r"\d")
_DATE = re.compile(r"\d{1,4}[-./]\d{1,2}[-./]\d{1,4}(?:[ T][\d:.]+Z?)?")


@dataclass(slots=True)
class Layout:
    """The layout of a file. `column` counts from 0; `questions` are those that only a person can answer."""

    separator: str = ""
    quotes: bool = True
    heading: bool = False
    column: int = 0
    width: int = 1
    questions: dict[str, Sentence] = field(default_factory=dict)


def has_digit(text: str) -> bool:
    """Return whether the text has a digit of any script."""
    return _DIGIT.search(text) is not None


def parse(sample: Sequence[str], separator: str, quotes: bool, *, whole: bool) -> list[Row]:
    """The rows of the sample; of one that is cut off, without a last row that may be cut, too."""
    parsed: list[Row] = []
    try:
        for row in rows(sample, separator, quotes):
            parsed.append(row)
    except QuoteError:
        if whole or not parsed:
            raise
    return parsed if whole or len(parsed) < 2 else parsed[:-1]


def guess(
    sample: Sequence[str], *, whole: bool, separator: str | None, quotes: bool | None,
    heading: bool | None, column: int | str | None,
) -> Layout:  # fmt: skip
    """The layout of a file from its first lines; what is given is not guessed.

    Raises QuoteError when the quotes are given and make no sense.
    """
    layout = Layout()
    marks = [
        separator for separator in SEPARATORS if separator == "" or any(separator in line for line in sample)
    ]
    marks = marks if separator is None else [separator]
    layout.quotes, tried = _tried(sample, marks, layout, whole, quotes)
    if separator is None:
        layout.separator = _separator(tried, layout)
    else:
        layout.separator = separator
    rows = tried[layout.separator]
    layout.width = max((len(row.cells) for row in rows), default=1)
    named = _named(rows, column, layout)
    layout.heading = _heading(rows, layout, named) if heading is None else heading
    _column(rows, layout, named)
    if separator is None:
        _other_separator(rows, layout)
    return layout


def _tried(
    sample: Sequence[str], marks: Sequence[str], layout: Layout, whole: bool, quotes: bool | None
) -> tuple[bool, dict[str, list[Row]]]:
    """Return whether quotation marks hold cells together, and the rows by each separator that fits."""
    tried, fault = {}, QuoteError(0)
    for mark in marks:
        try:
            tried[mark] = parse(sample, mark, quotes is not False, whole=whole)
        except QuoteError as error:
            fault = error
    if tried:
        return quotes is not False, tried
    if quotes is not None:
        raise fault
    layout.questions["quotes"] = _l(
        "The quotation mark on line %(line)s is not closed, or stands inside a key. Close it, or say that the"
        " file has no quotes.",
        line=fault.line,
    )
    return False, {mark: parse(sample, mark, False, whole=whole) for mark in marks}


def _separator(tried: dict[str, list[Row]], layout: Layout) -> str:
    headed, even, some = [], {}, []
    for mark, parsed in tried.items():
        if mark == "" or not parsed:
            continue
        widths = Counter(len(row.cells) for row in parsed)
        width, times = max(widths.items(), key=lambda entry: (entry[1], entry[0]))
        first = parsed[0].cells
        if len(first) > 1 and any(strength(cell) for cell in first):
            headed.append(mark)
        if width > 1 and times >= _MOSTLY * len(parsed):
            even[mark] = (times / len(parsed), width)
        elif len(widths) > 1 or width > 1:
            some.append(mark)
    if len(headed) == 1:
        return headed[0]
    choices = headed or sorted(even, key=lambda separator: even[separator], reverse=True)
    if len(choices) > 1:
        names = " or ".join(f"“{SEPARATORS[separator].lower()}”" for separator in choices)
        layout.questions["separator"] = _l(
            "The columns may be separated by %(names)s. Say by which.", names=names
        )
    if choices:
        return choices[0]
    if "" not in tried:  # only a separator makes sense of the quotation marks
        return some[0] if some else next(iter(tried))
    if some:
        names = " or a ".join(SEPARATORS[separator].lower() for separator in some)
        layout.questions["separator"] = _l(
            "Some lines have a %(names)s, others have none. Say what separates the columns, or that"
            " every line is"
            " one key.",
            names=names,
        )
    return ""


def _named(rows: Sequence[Row], column: int | str | None, layout: Layout) -> int | None:
    """Return the column that is given, by its number or its heading; an unknown one is a question."""
    if column is None or not rows:
        return None
    if isinstance(column, int):
        if 0 <= column < layout.width:
            return column
        layout.questions["column"] = _l(
            "This file has no column %(column)s. It has %(width)s.", column=column + 1, width=layout.width
        )
        return None
    heading = column.strip().casefold()
    places = [place for place, cell in enumerate(rows[0].cells) if cell.strip().casefold() == heading]
    if len(places) == 1:
        return places[0]
    layout.questions["column"] = (
        _l("More than one column is headed “%(heading)s”. Give its number.", heading=column[:60])
        if places
        else _l("No column is headed “%(heading)s”. Give its number.", heading=column[:60])
    )
    return None


def _other_separator(rows: Sequence[Row], layout: Layout) -> None:
    """Ask about lines that a sign seems to divide which is not known as a separator."""
    if layout.width > 1 or not layout.heading or len(rows) < 2:
        return
    texts = [row.cells[0].strip() for row in rows]
    for mark in _OTHER_SEPARATORS:
        if all(mark in text[1:-1] for text in texts):
            layout.questions["separator"] = _l(
                "The columns seem to be separated by “%(mark)s”. Send them with commas, semicolons or tabs,"
                " or say that every line is one key.",
                mark=mark,
            )


def _heading(rows: Sequence[Row], layout: Layout, named: int | None) -> bool:
    if not rows:
        return False
    width, first, rest = layout.width, rows[0].cells, rows[1:]
    if any(strength(cell) for cell in first):
        return True
    if width > 1 and any(is_other(cell) for cell in first) and not any(map(has_digit, first)):
        return True
    if _is_numbered(first, rest) or (width == 1 and _is_unlike(first[0].strip(), rest)):
        layout.questions["heading"] = _l(
            "The first line “%(line)s” is unlike the others. Say whether it is a heading or a key.",
            line=", ".join(first)[:60],
        )
        return True
    place = named or 0
    if not rest or (width > 1 and named is None) or place >= len(first):
        return False
    below = [row.cells[place] for row in rest if place < len(row.cells)]
    return not has_digit(first[place]) and bool(below) and all(map(has_digit, below))


def _is_numbered(first: Sequence[str], rest: Sequence[Row]) -> bool:
    """Return whether the first line names keys beside a number (Key 1), which no other line does."""
    places = [place for place, cell in enumerate(first) if has_number(cell)]
    below = [row.cells[place] for place in places for row in rest if place < len(row.cells)]
    return bool(below) and not any(map(has_number, below))


def _is_unlike(first: str, rest: Sequence[Row]) -> bool:
    """Return whether the first line has another shape than all others: words above keys."""
    below = [row.cells[0].strip() for row in rest]
    if len(below) < 2 or (not has_digit(first) and all(map(has_digit, below))):
        return False
    if any(map(str.isspace, first)) and not any(map(str.isspace, "".join(below))):
        return True
    if has_digit(first):
        return False
    if any(not fits(first) and all(map(fits, below)) for fits in (str.isascii, str.isupper)):
        return True
    return {len(text) for text in below} == {len(below[0])} != {len(first)}


def _column(rows: Sequence[Row], layout: Layout, named: int | None) -> None:
    if named is not None:
        layout.column = named
        return
    if layout.width == 1 or not rows:
        return
    marks = [(strength(cell), place) for place, cell in enumerate(rows[0].cells)] if layout.heading else []
    best = max((mark for mark, _ in marks), default=0)
    places = [place for mark, place in marks if mark == best] if best else []
    clear = len(places) == 1 and sum(mark >= 2 for mark, _ in marks) <= 1
    shapes = _shapes(rows[1:] if layout.heading else rows, layout.width)
    layout.column = max(places or range(layout.width), key=lambda place: (shapes[place], -place))
    if clear or "column" in layout.questions:
        return
    if len(places) + sum(mark >= 2 for mark, _ in marks) > 1:
        names = ", ".join(f"“{rows[0].cells[place].strip()}”" for mark, place in marks if mark)
        sentence = _l(
            "More than one column is headed like a key: %(names)s. Say which one holds the keys.", names=names
        )
    else:
        sentence = _l(
            "This file has %(width)s columns, and none is headed like a key. Say which one holds the keys.",
            width=layout.width,
        )
    layout.questions["column"] = sentence


def _shapes(rows: Sequence[Row], width: int) -> list[float]:
    """Return how much the texts of each column look like keys."""
    marks = []
    for place in range(width):
        cells = [row.cells[place].strip() for row in rows if place < len(row.cells)]
        filled = [cell for cell in cells if cell]
        marks.append(_shape(filled, len(rows)) if filled else 0.0)
    return marks


def _shape(cells: Sequence[str], total: int) -> float:
    counts = len(cells)

    def share(fits: Sequence[bool]) -> float:
        return sum(fits) / counts

    mark = len(set(cells)) / counts + counts / max(total, 1)
    mark += share([has_digit(cell) and any(c.isalpha() for c in cell) for cell in cells])
    mark += share([len(cell) >= 8 and " " not in cell for cell in cells])
    mark += 0.5 * share([bool(re.search(r"\w-\w", cell)) for cell in cells])
    mark -= 3 * share(["@" in cell or "://" in cell or bool(_DATE.fullmatch(cell)) for cell in cells])
    numbers = [int(cell) for cell in cells if cell.isascii() and cell.isdecimal() and len(cell) < 12]
    if len(numbers) == counts > 1 and all(after - before == 1 for before, after in pairwise(numbers)):
        mark -= 3
    return mark
