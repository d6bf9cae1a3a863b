"""Marks in everything that belongs to the victim: found where the attacker can look, they prove a leak.

Texts carry a word that occurs nowhere else, and ids begin with a moment of their own, so that one search
through an answer finds any text and any id of the victim.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from itertools import count
from types import SimpleNamespace
from uuid import UUID

from mtc.core import ids

# What the victim shows to everyone on its own host, what its owner tells the platform, and all the rest.
PUBLIC, KNOWN, PRIVATE = "zqpublicz", "zqknownz", "zqhiddenz"
_MOMENT = 0x0B0B0B0B0B0B  # milliseconds since 1970 in every id of the victim: the year 2354
_IDS = ("0b0b0b0b-0b0b", "0b0b0b0b0b0b")
ID_RANGE = (UUID(f"{_IDS[0]}-0000-0000-000000000000"), UUID(f"{_IDS[0]}-ffff-ffff-ffffffffffff"))
ALL = (PUBLIC, KNOWN, PRIVATE, *_IDS)
_TOKEN = re.compile(r"[0-9a-z-]+")
_CUT = 16  # letters of an id: fewer are the same for all of them
_numbers = count(1)


def word(mark: str) -> str:
    """A text with the mark that no other text contains."""
    return f"{mark}{next(_numbers):05d}"


@contextmanager
def marked_ids() -> Iterator[None]:
    """Ids that are made in the block can be told from all others."""
    real = vars(ids)["time"]
    vars(ids)["time"] = SimpleNamespace(time_ns=lambda: _MOMENT * 1_000_000)
    try:
        yield
    finally:
        vars(ids)["time"] = real


def marks_in(text: str, sent: Iterable[str] = (), *, marks: Iterable[str] = ALL) -> str:
    """The surroundings of the first mark in a text, "" for none; what the attacker sent may come back."""
    low = text.lower()
    sent_forms: list[str] | None = None
    for mark in marks:
        at = low.find(mark)
        while at >= 0:
            if sent_forms is None:
                sent_forms = [
                    form for value in sent for form in (value.lower(), value.lower().replace("-", ""))
                ]
            match = _TOKEN.match(low, at)
            if match is None or not _came_back(match[0], mark, sent_forms):
                return low[max(0, at - 80) : at + 60]
            at = low.find(mark, at + 1)
    return ""


def _came_back(token: str, mark: str, sent_forms: list[str]) -> bool:
    """Return whether the token is a value that was sent, whole or cut off late enough to be no other."""
    for value in sent_forms:
        rest = value[value.find(mark) :] if mark in value else ""
        if rest and (token.startswith(rest) or (len(token) > _CUT and rest.startswith(token))):
            return True
    return False


def id_marks_in(text: str) -> str:
    """The surroundings of the first id of the victim in a text, "" for none."""
    return marks_in(text, marks=_IDS)
