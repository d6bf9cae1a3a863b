"""In which encoding a file of keys is written, and its text piece by piece."""

from __future__ import annotations

import codecs
from collections.abc import Callable, Iterable, Iterator
from itertools import chain, islice

from mtc.core.errors import ValidationError
from mtc.core.i18n import LazyText, Sentence, _l

Source = Callable[[], Iterable[bytes]]
"""Gives the bytes of a file from its beginning, in pieces, as often as it is asked."""

ENCODINGS = {
    "utf-8": "UTF-8",
    "utf-16-le": "UTF-16, little-endian",
    "utf-16-be": "UTF-16, big-endian",
    "windows-1252": "Windows-1252 (Western Europe)",
    "windows-1250": "Windows-1250 (Central Europe)",
    "windows-1251": "Windows-1251 (Cyrillic)",
    "shift_jis": "Shift JIS (Japanese)",
    "gb18030": "GB 18030 (Chinese)",
}
_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_OTHERS = {
    b"PK\x03\x04": _l("This is a spreadsheet or an archive."),
    b"\xd0\xcf\x11\xe0": _l("This is a spreadsheet of an old Excel."),
    b"%PDF": _l("This is a PDF."),
    b"\x1f\x8b": _l("This is an archive."),
    b"{\\rtf": _l("This file is no text."),
}
_LOOKED_AT = 4096


def refuse(problem: Sentence, todo: Sentence) -> ValidationError:
    """The error for a file that cannot be read, and what to do about it."""
    whole = LazyText("%(problem)s %(todo)s", {"problem": problem, "todo": todo})
    return ValidationError(whole, {"keys": [whole]})


def detect(source: Source) -> tuple[str, bool]:
    """The encoding of a file, and whether that is certain. Reads all of it.

    Raises ValidationError for what is no text.
    """
    head = b""
    for piece in islice(source(), 64):
        head += piece
        if len(head) >= _LOOKED_AT:
            break
    head = head[:_LOOKED_AT]
    for mark, problem in _OTHERS.items():
        if head.startswith(mark):
            raise refuse(problem, _l("Save the list as CSV in UTF-8 and send that."))
    for mark, name in _MARKS:
        if head.startswith(mark):
            return name, True
    if b"\x00" in head:
        return _without_mark(head), True
    decoder = codecs.getincrementaldecoder("utf-8")()
    try:
        for piece in source():
            decoder.decode(piece)
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return "windows-1252", False
    return "utf-8", True


def _without_mark(head: bytes) -> str:
    """UTF-16 of Latin letters has a zero in every other byte; a few zeros among letters are damage."""
    even, odd = head[::2].count(0), head[1::2].count(0)
    if even == 0 and 4 * odd > len(head):
        return "utf-16-le"
    if odd == 0 and 4 * even > len(head):
        return "utf-16-be"
    raise refuse(_l("This file is no text."), _l("Save the list as CSV in UTF-8 and send that."))


def texts(source: Source, encoding: str) -> Iterator[str]:
    """The text of a file in pieces, without a byte order mark; raises ValidationError where it is none."""
    decoder = codecs.getincrementaldecoder(encoding)()
    first = True
    try:
        for piece in chain(source(), (None,)):
            text = decoder.decode(piece or b"", final=piece is None)
            if first and text:
                text, first = text.removeprefix("\ufeff"), False
            if "\x00" in text:
                raise refuse(_l("This file is no text in that encoding."), _l("Choose another encoding."))
            yield text
    except UnicodeDecodeError:
        name = ENCODINGS.get(encoding, encoding)
        raise refuse(
            _l("This file is not written in %(name)s.", name=name), _l("Choose another encoding.")
        ) from None
