"""Domain names as people write them, in the one ASCII form that mail servers know (IDNA 2008).

`str.encode("idna")` follows the standard of 2003, which turns ß into ss: mail to faß.example would go to
fass.example, which may belong to somebody else. Labels are cut to their 63 characters before anything else.
"""

from __future__ import annotations

import re
import unicodedata

from mtc.core.normalization import LONGEST_HOST, compose, has_invisible

_LONGEST_LABEL = 63
_PREFIX = "xn--"
_STOPS = re.compile("[.\u3002\uff0e\uff61]")
_ASCII_LABEL = re.compile(r"[a-z0-9]([a-z0-9-]*[a-z0-9])?")
# Letters, marks and digits (RFC 5892); what the rules of a script allow besides stands in _in_context().
_ALLOWED = {"Ll", "Lo", "Lm", "Mn", "Mc", "Nd"}
_MARKS = {"Mn", "Mc", "Me"}
IGNORED = frozenset(
    map(chr, [0x34F, 0x115F, 0x1160, 0x17B4, 0x17B5, 0x2800, *range(0x180B, 0x1810), *range(0xFE00, 0xFE10),
              *range(0xE0100, 0xE01F0)])
)  # fmt: skip
"""Marks and letters that are drawn as nothing; texts may need them, addresses do not (RFC 5892, 2.6)."""


def ascii_domain(text: str) -> str:
    """The domain name with A-labels, in small letters and without a last dot.

    Raises ValueError for what is no domain name. One label is enough, as in `localhost`.
    """
    if len(text) > LONGEST_HOST + 1:
        raise ValueError("This domain name is too long.")
    labels = _STOPS.split(text)
    if len(labels) > 1 and not labels[-1]:
        labels.pop()
    name = ".".join(_ascii_label(label) for label in labels)
    if len(name) > LONGEST_HOST:
        raise ValueError("This domain name is too long.")
    return name


def readable_domain(text: str) -> str:
    """A domain name that ascii_domain() accepts, as people read it: A-labels in their own letters.

    Browsers turn what is typed into A-labels before they send a form. One that no registry may give away
    stays as it is.
    """
    return ".".join(_readable_label(label) for label in _STOPS.split(text))


def _readable_label(label: str) -> str:
    if not label.lower().startswith(_PREFIX):
        return label
    try:
        decoded = _decoded(label.lower())
        _check_unicode(decoded)
    except ValueError:
        return label
    return decoded


def _ascii_label(typed: str) -> str:
    """One label in its ASCII form; raises ValueError."""
    if not 0 < len(typed) <= _LONGEST_LABEL:
        raise ValueError("A part of this domain name is empty or too long.")
    label = _mapped(typed)
    if not label.isascii():
        _check_unicode(label)
        label = _encoded(label)
    if len(label) > _LONGEST_LABEL or not _ASCII_LABEL.fullmatch(label):
        raise ValueError("This is no domain name.")
    if label.startswith(_PREFIX) and _encoded(_decoded(label)) != label:
        raise ValueError("This is no domain name.")
    return label


def _mapped(label: str) -> str:
    """Small letters in their usual form, as a browser maps what is typed (RFC 5895)."""
    if label.isascii():
        return label.lower()
    return compose("".join(unicodedata.normalize("NFKC", char.lower()) for char in label))


def _encoded(label: str) -> str:
    return _PREFIX + label.encode("punycode").decode("ascii")


def _decoded(label: str) -> str:
    decoded = label.removeprefix(_PREFIX).encode("ascii").decode("punycode")
    if decoded.isascii() or has_invisible(decoded) or _mapped(decoded) != decoded:
        raise ValueError("This is no domain name.")
    return decoded


def _check_unicode(label: str) -> None:
    """Raise ValueError for a label that no registry may give away."""
    permitted = IGNORED.isdisjoint(label) and all(
        char == "-" or unicodedata.category(char) in _ALLOWED or _in_context(label, place)
        for place, char in enumerate(label)
    )
    dashed = label[2:4] == "--" or label.startswith("-") or label.endswith("-")
    if not permitted or dashed or unicodedata.category(label[0]) in _MARKS or not _reads_one_way(label):
        raise ValueError("This is no domain name.")


def _in_context(label: str, place: int) -> bool:
    """The signs that are allowed beside some letters only (RFC 5892, appendix A)."""
    before, after = label[:place][-1:], label[place + 1 : place + 2]
    match label[place]:
        case "\u00b7":  # the dot of Catalan, between two l
            return before == after == "l"
        case "\u0375":  # the sign of Greek numbers
            return bool(after) and "GREEK" in unicodedata.name(after, "")
        case "\u05f3" | "\u05f4":  # the signs of Hebrew numbers
            return bool(before) and "HEBREW" in unicodedata.name(before, "")
        case "\u30fb":  # the dot between Japanese words
            scripts = ("HIRAGANA", "KATAKANA LETTER", "CJK")
            return any(unicodedata.name(char, "").startswith(scripts) for char in label)
    return False


def _reads_one_way(label: str) -> bool:
    """Return whether letters of right-to-left scripts stand among themselves (RFC 5893)."""
    directions = [unicodedata.bidirectional(char) for char in label]
    if not {"R", "AL", "AN"}.intersection(directions):
        return True
    return directions[0] in ("R", "AL") and "L" not in directions
