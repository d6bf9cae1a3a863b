"""Unicode, HTML and host names as people send them, read at a cost that grows with their length only.

`unicodedata.normalize` sorts each run of combining marks by insertion: 50,000 marks take seconds, and
nothing else of the process runs meanwhile. `str.encode("idna")` and `urlsplit` call it, too. So nothing
else in the program calls these (tests/architecture/test_text_limits.py): the functions here cut first and
then work on one character, or on a run that has a bound (UAX #15, "Stream-Safe Text Format").
"""

from __future__ import annotations

import html
import re
import unicodedata
from collections.abc import Callable
from functools import lru_cache
from urllib.parse import SplitResult, urlsplit

from anyascii import anyascii

MOST_MARKS = 30  # combining marks in a row that stay (UAX #15, section 13)
LONGEST_TEXT = 100_000
LONGEST_URL = 2_048
LONGEST_HOST = 253
_CACHED = 4_096

# a longer number names no character, and int() refuses one of thousands of digits
_LONG_REFERENCE = re.compile(r"&#(?:[0-9]{8,}|[xX][0-9a-fA-F]{7,});?")


class _Characters(dict[int, str]):
    """Replacement of each character, worked out once: a table for str.translate, emptied when it is full."""

    def __init__(self, change: Callable[[str], str]) -> None:
        super().__init__()
        self._change = change

    def __missing__(self, code: int) -> str:
        if len(self) >= _CACHED:
            self.clear()
        replacement = self[code] = self._change(chr(code))
        return replacement


def _without_marks(char: str) -> str:
    parts = unicodedata.normalize("NFKD", char)
    return "".join(part for part in parts if not unicodedata.combining(part))


_FOLDED = _Characters(_without_marks)


def fold(text: str, longest: int = LONGEST_TEXT) -> str:
    """The first `longest` characters of the text without case and accents.

    Without its marks a text needs no sorting, so that each character can be decomposed by itself.
    """
    folded = text[:longest].casefold()
    return folded if folded.isascii() else folded.translate(_FOLDED)


# Letters that are no plain letter with a mark, and yet are looked up and sorted with one.
_PLAIN = str.maketrans(
    {
        "ł": "l", "ø": "o", "æ": "ae", "œ": "oe", "đ": "d", "ð": "d", "þ": "th", "ı": "i", "ħ": "h", "ŧ": "t",
        "ŋ": "n", "ĸ": "k", "ƒ": "f", "ɖ": "d", "ɛ": "e", "ə": "e", "ƙ": "k", "ɓ": "b", "ɗ": "d", "ŀ": "l",
    }
)  # fmt: skip


def fold_letters(text: str, longest: int = LONGEST_TEXT) -> str:
    """As `fold`, and ł becomes l, ø o, æ ae, đ d, ı i: letters that are no plain letter with a mark."""
    folded = fold(text, longest)
    return folded if folded.isascii() else folded.translate(_PLAIN)


def _latin(char: str) -> str:
    if char.isascii():
        return char
    latin, category = anyascii(char), unicodedata.category(char)[0]
    if category == "N":
        return latin.replace("/", "-")
    if category in "LM":
        return "".join(part for part in latin if part.isalnum())
    return f" {latin} "  # a sign or a picture stands for a word of its own


_LATIN = _Characters(_latin)


def in_latin(text: str, longest: int = LONGEST_TEXT) -> str:
    """The first `longest` characters as Latin letters spell them: Игра is Igra, 🎮 is video_game."""
    cut = text[:longest]
    return cut if cut.isascii() else compose(cut).translate(_LATIN)


def compose(text: str, longest: int = LONGEST_TEXT) -> str:
    """The first `longest` characters in Normalization Form C, with at most 30 marks on one character."""
    cut = text[:longest]
    return cut if cut.isascii() else unicodedata.normalize("NFC", _stream_safe(cut))


def _stream_safe(text: str) -> str:
    characters: list[str] = []
    marks = 0
    for char in text:
        classes = _classes(char)
        if marks + len(classes) > MOST_MARKS and all(classes):
            continue
        characters.append(char)
        # marks at the end of what the character becomes begin the next run
        marks = marks + len(classes) if all(classes) else len(classes) - 1 - _last_starter(classes)
    return "".join(characters)


@lru_cache(maxsize=_CACHED)
def _classes(char: str) -> tuple[int, ...]:
    """The combining classes of what the character decomposes to; 0 is a character that stands by itself."""
    return tuple(unicodedata.combining(part) for part in unicodedata.normalize("NFD", char))


def _last_starter(classes: tuple[int, ...]) -> int:
    return max(place for place, combining_class in enumerate(classes) if combining_class == 0)


# Format characters that are drawn, such as the Arabic sign of a number.
_DRAWN = {*range(0x600, 0x606), 0x6DD, 0x70F, 0x890, 0x891, 0x8E2, 0x110BD, 0x110CD}
_FILLERS = {0x3164, 0xFFA0}  # letters of Hangul that are blank
_LINE_ENDS = {0x85, 0x2028, 0x2029}
_DIRECTIONS = {*range(0x202A, 0x202F), *range(0x2066, 0x206A)}
_JOINERS = {"\u200c", "\u200d"}
_FIRST_JOINED = 0x590  # Latin, Greek and Cyrillic letters stand before it and are never joined


def _shown(char: str) -> str:
    code = ord(char)
    if code in _DRAWN or char in _JOINERS:
        return char
    if char in "\n\t" or code in _LINE_ENDS:
        return " "
    return "" if code in _FILLERS or unicodedata.category(char) in ("Cc", "Cf", "Cs") else char


def _shown_in_lines(char: str) -> str:
    if char in "\n\t":
        return char
    if ord(char) in _LINE_ENDS:
        return "\n"
    return "" if ord(char) in _DIRECTIONS or unicodedata.category(char) in ("Cc", "Cs") else char


_SHOWN, _SHOWN_IN_LINES = _Characters(_shown), _Characters(_shown_in_lines)


def strip_invisible(text: str, *, multiline: bool) -> str:
    """The text without characters that nobody sees: controls, format characters, lone surrogates.

    They come with texts that are pasted, unseen by whoever pastes them, so that they are removed and not
    refused; where the characters themselves matter, as in an e-mail address, has_invisible() refuses them.
    One line names a person or a thing: of it every format character goes, line ends and tabs become blanks.
    The zero-width joiner and non-joiner stay between two signs of the scripts that spell words with them
    (Arabic, the scripts of India) or of an emoji. In several lines only controls and what turns the reading
    direction beyond a word are removed.
    """
    if text.isascii() and text.isprintable():
        return text
    if multiline:
        return text.translate(_SHOWN_IN_LINES)
    shown = text.translate(_SHOWN)
    return shown if _JOINERS.isdisjoint(shown) else _joined(shown)


def _joined(text: str) -> str:
    characters: list[str] = []
    for place, char in enumerate(text):
        if char in _JOINERS:
            after = text[place + 1 : place + 2]
            if not characters or not _is_joined(characters[-1]) or not _is_joined(after):
                continue
        characters.append(char)
    return "".join(characters)


def _is_joined(char: str) -> bool:
    if not char or ord(char) < _FIRST_JOINED:
        return False
    category = unicodedata.category(char)
    return category[0] in "LM" or category in ("So", "Sk")


def has_invisible(text: str) -> bool:
    """Return whether a character of one line cannot be seen; a joiner counts, wherever it stands."""
    return not _JOINERS.isdisjoint(text) or text.translate(_SHOWN) != text


def unescape(text: str) -> str:
    """The text that HTML shows for its character references; raises nothing, whatever they are."""
    return html.unescape(_LONG_REFERENCE.sub("\ufffd", text))


def split_url(text: str) -> SplitResult:
    """The parts of an address of at most 2,048 characters; raises ValueError for what is none."""
    if len(text) > LONGEST_URL:
        raise ValueError("This address is too long.")
    return urlsplit(text)


def ascii_host(text: str) -> str:
    """The host name in its ASCII form (RFC 3490); raises UnicodeError for what has none."""
    if len(text) > LONGEST_HOST + 1:  # with the dot of the root
        raise UnicodeError("This host name is too long.")
    return text.encode("idna").decode("ascii")
