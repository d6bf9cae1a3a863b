"""Reading a file of keys: what is in it, what has to be asked, and its keys one after the other."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import islice
from typing import Any, NamedTuple

from mtc.catalog.services.stock_files import encodings
from mtc.catalog.services.stock_files.blocks import quoted
from mtc.catalog.services.stock_files.cleaning import clean, is_cleaned, objection
from mtc.catalog.services.stock_files.guess import SEPARATORS, Layout, guess, has_digit
from mtc.catalog.services.stock_files.headings import strength
from mtc.catalog.services.stock_files.marks import marks_of
from mtc.catalog.services.stock_files.rows import QuoteError, Row, lines, rows
from mtc.core.errors import UnprocessableError
from mtc.core.i18n import Sentence, _l

SAMPLE_LINES, SAMPLE_SIZE = 500, 256 * 1024
_SEP = re.compile(r'"?sep=([,;\t|])"?', re.IGNORECASE)
# A table of a web page, which some shops call .xls, or a list in JSON. A licence may be XML or an object.
_PROGRAMS = re.compile(
    r"\"?(?:<\?xml[^<>]{0,90}>\s{0,9})?"
    r"(?:<(?:!doctype|html|table|meta|style|\?mso-|workbook|office:)|\[\s{0,50}[\[{\"])",
    re.IGNORECASE,
)
NO_DIGIT = _l(
    "This line has no digit while all others have, so it looks like a heading. "
    "Add it by itself if it is a key."
)

HEADING = _l("This is a usual heading of a list of keys. Add it by itself if it is a key.")


class Entry(NamedTuple):
    """A cell of the column of keys: its line, the key, and why it is none (empty: it is one)."""

    line: int
    key: str
    problem: Sentence


@dataclass(frozen=True, slots=True)
class Choices:
    """Choices of a person about a file; None leaves a choice to the reader.

    `column` is a number from 0 or a heading; an empty `separator` means one key on each line.
    """

    encoding: str | None = None
    separator: str | None = None
    quotes: bool | None = None
    heading: bool | None = None
    column: int | str | None = None


@dataclass(slots=True)
class Survey:
    """Numbers of a file: `keys` that can be added, those of several lines, those that had unseen signs."""

    keys: int = 0
    refused: int = 0
    of_lines: int = 0
    cleaned: int = 0
    longest: int = 0


class KeyFile:
    """A file of keys, read from its source as often as needed and never whole in memory."""

    def __init__(self, source: encodings.Source, choices: Choices | None = None) -> None:
        self._source, self._choices = source, choices or Choices()

    @classmethod
    def of_text(cls, text: str, choices: Choices | None = None) -> KeyFile:
        """A file that is at hand as text, such as what was pasted into a form."""
        data = text.encode("utf-8", "surrogatepass")
        chosen = choices or Choices()
        plain = Choices("utf-8", chosen.separator, chosen.quotes, chosen.heading, chosen.column)
        return cls(lambda: (data,), plain)

    @cached_property
    def _encoding(self) -> tuple[str, bool]:
        if self._choices.encoding:
            return self._choices.encoding, True
        return encodings.detect(self._source)

    @property
    def encoding(self) -> str:
        """The name of the encoding, one of ENCODINGS."""
        return self._encoding[0]

    def _lines(self) -> Iterator[str]:
        all_lines = lines(encodings.texts(self._source, self.encoding))
        return all_lines if self._choices.quotes is False else quoted(all_lines)

    @cached_property
    def _sample(self) -> tuple[list[str], bool]:
        sample: list[str] = []
        size = 0
        for line in self._lines():
            if len(sample) == SAMPLE_LINES or size > SAMPLE_SIZE:
                return sample, False
            sample.append(line)
            size += len(line)
        return sample, True

    @cached_property
    def _declared(self) -> str | None:
        """The separator in a first line `sep=;` of Excel."""
        first = self._sample[0][:1]
        match = _SEP.fullmatch(first[0].strip(" ")) if first else None
        return match[1] if match else None

    @cached_property
    def layout(self) -> Layout:
        """The layout as chosen or guessed; raises ValidationError for quotes without sense."""
        sample, whole = self._sample
        chosen, skip = self._choices, self._declared is not None
        if _PROGRAMS.match("".join(sample[:3])[:400].lstrip()):
            raise encodings.refuse(
                _l("This is a web page or data for programs."),
                _l("Save the list as CSV in UTF-8 and send that."),
            )
        try:
            return guess(
                ["", *sample[1:]] if skip else sample,
                whole=whole,
                separator=self._declared if chosen.separator is None else chosen.separator,
                quotes=chosen.quotes,
                heading=chosen.heading,
                column=chosen.column,
            )
        except QuoteError as error:
            raise _unclosed(error.line) from None

    @cached_property
    def marks(self) -> re.Pattern[str] | None:
        """The marks that each line begins with and no key does: its number in the list, a bullet, a label."""
        if self.layout.width != 1:
            return None
        lines = [line for line in self._sample[0] if line.strip()]
        return marks_of(lines[self.layout.heading :])

    @property
    def questions(self) -> dict[str, Sentence]:
        """Return the open questions of the file, by the choice that answers each."""
        questions = dict(self.layout.questions)
        if not self._encoding[1]:
            questions["encoding"] = _l("This file is not written in UTF-8. Say which encoding it has.")
        return questions

    @property
    def is_plain(self) -> bool:
        """Return whether nothing had to be guessed: one key on each line, and no heading."""
        layout = self.layout
        return not self.questions and layout.width == 1 and not layout.heading and self.marks is None

    def insist(self) -> None:
        """Raise UnprocessableError, with the questions, when something is left open."""
        if self.questions:
            details = {name: [sentence] for name, sentence in self.questions.items()}
            raise UnprocessableError(" ".join(map(str, self.questions.values())), details)

    def _rows(self) -> Iterator[Row]:
        source = self._lines()
        if self._declared is not None:
            source = ("" if not number else line for number, line in enumerate(source))
        try:
            yield from rows(source, self.layout.separator, self.layout.quotes)
        except QuoteError as error:
            raise _unclosed(error.line) from None

    def preview(self, count: int) -> tuple[list[str], list[Row]]:
        """The names of the columns, and the first rows below the heading."""
        layout = self.layout
        rows = list(islice(self._rows(), count + layout.heading))
        names = [f"Column {place + 1}" for place in range(layout.width)]
        if layout.heading and rows:
            first = rows.pop(0).cells
            names = [cell.strip() or names[place] for place, cell in enumerate(first)] + names[len(first) :]
        return names, rows

    @cached_property
    def _odd_first(self) -> bool:
        """Return whether the first line has no digit while all others have; it is never added."""
        if self.layout.heading:
            return False
        digits = (has_digit(key) for _, _, key in self._cells())
        return next(digits, True) is False and next(digits, False) and all(digits)

    def _cells(self) -> Iterator[tuple[int, str, str]]:
        place, marks = self.layout.column, self.marks
        for number, row in enumerate(self._rows()):
            if number or not self.layout.heading:
                cell = row.cells[place] if place < len(row.cells) else ""
                if marks is not None and (mark := marks.match(cell)):
                    cell = cell[mark.end() :]
                yield row.line, cell, clean(cell)

    def entries(self) -> Iterator[Entry]:
        """Every place of a key in the file, in its order."""
        for line, _, key, problem in self._judged():
            yield Entry(line, "" if problem else key, problem)

    def _judged(self) -> Iterator[tuple[int, str, str, Sentence]]:
        """Line, cell, key and what is wrong with it (empty: nothing), of every place of a key."""
        odd = self._odd_first
        for number, (line, cell, key) in enumerate(self._cells()):
            yield line, cell, key, NO_DIGIT if odd and not number else objection(cell, key)

    @cached_property
    def survey(self) -> Survey:
        """Return the numbers of the whole file."""
        survey = Survey()
        for _, cell, key, problem in self._judged():
            if problem:
                survey.refused += 1
                continue
            survey.keys += 1
            survey.of_lines += "\n" in key
            survey.cleaned += is_cleaned(cell, key)
            survey.longest = max(survey.longest, len(key))
        return survey


def entries_of(cells: Sequence[str]) -> Iterator[Entry]:
    """The places of a list, numbered from 1, each of which is to be one key; blank ones are left out."""
    keys = [(number, cell, clean(cell)) for number, cell in enumerate(cells, 1) if cell.strip()]
    digits = [has_digit(key) for _, _, key in keys[1:]]
    for place, (number, cell, key) in enumerate(keys):
        problem = objection(cell, key)
        if not place and digits and (strength(key) or (all(digits) and not has_digit(key))):
            problem = NO_DIGIT if all(digits) else HEADING
        yield Entry(number, "" if problem else key, problem)


def _unclosed(line: int) -> Exception:
    return encodings.refuse(
        _l("The quotation mark on line %(line)s is not closed, or stands inside a key.", line=line),
        _l("Close it, or say that the file has no quotes."),
    )


def choices_of(values: Mapping[str, Any]) -> Choices:
    """Choices as forms, programs and the command line name them; raises UnprocessableError.

    encoding, separator (comma, semicolon, tab, pipe, none), quotes and heading (yes, no), column (a number
    from 1, or a heading). What is missing or empty is left to the reader.
    """
    wrong: dict[str, list[Sentence]] = {}

    def choice(name: str, allowed: Mapping[str, Any]) -> Any:
        text = str(values.get(name) or "").strip().lower()
        if text and text not in allowed:
            wrong[name] = [_l("Send one of: %(list)s.", list=", ".join(allowed))]
        return allowed.get(text)

    words = {label.partition(":")[0].lower(): mark for mark, label in SEPARATORS.items()}
    column = str(values.get("column") or "").strip()[:200]
    number = column if column.isascii() and column.isdecimal() and len(column) < 6 else ""
    if number and int(number) < 1:
        wrong["column"] = [_l("Columns are counted from 1.")]
    choices = Choices(
        choice("encoding", {name: name for name in encodings.ENCODINGS}),
        choice("separator", words),
        choice("quotes", {"yes": True, "no": False}),
        choice("heading", {"yes": True, "no": False}),
        int(number) - 1 if number else column or None,
    )
    if wrong:
        raise UnprocessableError(_l("Correct the named fields."), wrong)
    return choices


def separator_word(mark: str) -> str:
    """Return the word that `choices_of` reads for a separator."""
    return SEPARATORS[mark].partition(":")[0].lower()
