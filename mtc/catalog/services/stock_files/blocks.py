"""Keys of several lines that mark their own beginning and end, as signed licences do."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

_BEGIN = re.compile(r"\s*-{3,}\s?BEGIN [^-]{1,80}-{3,}\s*", re.IGNORECASE)
_END = re.compile(r"\s*-{3,}\s?END [^-]{1,80}-{3,}\s*", re.IGNORECASE)
LONGEST_BLOCK = 1000


def quoted(lines: Iterable[str]) -> Iterator[str]:
    """The lines, with quotation marks around each block from BEGIN to END, so that it is one cell.

    A block without an end within a thousand lines, and one that stands in quotes already, stays as it is.
    """
    waiting: list[str] = []
    for line in lines:
        if waiting:
            waiting.append(line)
            if _END.fullmatch(line):
                yield from _wrapped(waiting)
                waiting = []
            elif len(waiting) == LONGEST_BLOCK:
                yield from waiting
                waiting = []
        elif len(line) < 200 and _BEGIN.fullmatch(line):
            waiting = [line]
        else:
            yield line
    yield from waiting


def _wrapped(block: list[str]) -> Iterator[str]:
    inside = [line.replace('"', '""') for line in block]
    inside[0] = '"' + inside[0].lstrip()
    inside[-1] = inside[-1].rstrip() + '"'
    return iter(inside)
