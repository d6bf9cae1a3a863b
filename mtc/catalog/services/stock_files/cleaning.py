"""Cleaning of keys: removes invisible signs, and refuses what is no key."""

from __future__ import annotations

import re

from mtc.core.i18n import Sentence, _l, formats
from mtc.core.normalization import compose, strip_invisible

LONGEST_KEY = 20_000
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")
_SHORTENED = re.compile(r"[0-9](?:[.,][0-9]{1,14})?E\+[0-9]{2,3}")
# Blanks that do not break or have another width; hyphens that a word processor makes of plain ones.
_PLAIN = {
    **dict.fromkeys([0xA0, 0x1680, *range(0x2000, 0x200B), 0x202F, 0x205F, 0x3000, 0x2800], " "),
    0x2010: "-",
    0x2011: "-",
    # Marks without a form of their own, and joiners: no key is spelled with them.
    **dict.fromkeys(
        [0x34F, 0x115F, 0x1160, 0x17B4, 0x17B5, *range(0x180B, 0x1810), *range(0x200B, 0x2010),
         *range(0xFE00, 0xFE10), *range(0xE0100, 0xE01F0)], ""
    ),
}  # fmt: skip
_WRAPPED = re.compile(r'="([^"]*)"|“([^“”]*)”|„([^„“”]*)[“”]|«([^«»]*)»|\'([^\']*)\'|"([^"]*)"|`([^`]*)`')


def clean(cell: str) -> str:
    """The key in a cell: no outer blanks or quotation marks, no signs that nobody sees, plain blanks inside.

    Its own line ends and runs of blanks stay, line ends as LF.
    """
    text = cell.strip()
    wrapped = _WRAPPED.fullmatch(text)
    if wrapped:
        text = next(part for part in wrapped.groups() if part is not None).strip()
    if text.isascii() and text.isprintable():
        return text
    text = text.replace("\r\n", "\n").replace("\r", "\n").translate(_PLAIN)
    parts = re.split(r"([\n\t])", text)
    parts = [part if part in ("\n", "\t") else strip_invisible(part, multiline=False) for part in parts]
    return compose("".join(parts), LONGEST_KEY + 1).strip()


def is_cleaned(cell: str, key: str) -> bool:
    """Return whether more than outer blanks and quotation marks was taken from the cell."""
    return not cell.isascii() and cell.strip().strip("\"'“”„«»`") != key


def objection(cell: str, key: str) -> Sentence:
    """Return why a cell holds no key that can be sold; empty when it does."""
    if not any(map(str.isalnum, key)):
        return _l("There is no key on this line.")
    if len(cell) > LONGEST_KEY and len(key) > LONGEST_KEY:
        return _l("A key has at most %(most)s characters.", most=formats.number(LONGEST_KEY))
    if _CONTROL.search(cell) or ("\t" in key and "\n" not in key):
        return _l("A key has no control characters.")
    if _SHORTENED.fullmatch(key):
        return _l(
            "A spreadsheet has shortened this number. Format the column as text and send the file again."
        )
    return ""
