"""Keys of several lines that mark their own beginning and end, as signed licences, XML and JSON do."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

_BEGIN = re.compile(r"[-=*#~+<]{3,}[\s\w]{0,60}\b(?:BEGIN|START)\b[^\n]{0,90}", re.IGNORECASE)
_END = re.compile(r"[-=*#~+<]{3,}[\s\w]{0,60}\bEND\b[^\n]{0,90}", re.IGNORECASE)
_TAG = re.compile(r"(?:<\?xml\b[^<>]{0,90}\?>\s{0,5})?<([A-Za-z][\w.:-]{0,60})(?:\s[^<>]{0,90})?(?<!/)>")
_DECLARATION = re.compile(r"<\?xml\b[^<>]{0,90}\?>")
_LONGEST_MARK = 200
LONGEST_BLOCK = 1000


def quoted(lines: Iterable[str]) -> Iterator[str]:
    """The lines, with quotation marks around each block from its first to its last line, as one cell.

    A block without an end within a thousand lines, and one that stands in quotes already, stays as it is.
    """
    waiting: list[str] = []
    end = ""
    for line in lines:
        if waiting:
            waiting.append(line)
            if end == "?":  # the root of an XML document stands below its declaration
                end = _end_of(line)
            elif _ends(line, end):
                yield from _wrapped(waiting)
                waiting = []
            if waiting and (not end or len(waiting) == LONGEST_BLOCK):
                yield from waiting
                waiting = []
        elif end := _end_of(line):
            waiting = [line]
        else:
            yield line
    yield from waiting


def _end_of(line: str) -> str:
    """Return what ends the block that this line begins; empty when it begins none."""
    text = line.strip() if len(line) < _LONGEST_MARK else ""
    if _BEGIN.fullmatch(text):
        return "END"
    if _DECLARATION.fullmatch(text):
        return "?"
    tag = _TAG.fullmatch(text)
    end = "}" if text == "{" else f"</{tag[1]}>" if tag else ""
    return line[: len(line) - len(line.lstrip())] + end if end else ""


def _ends(line: str, end: str) -> bool:
    if end == "END":
        return len(line) < _LONGEST_MARK and _END.fullmatch(line.strip()) is not None
    return line.rstrip() == end


def _wrapped(block: list[str]) -> Iterator[str]:
    inside = [line.replace('"', '""') for line in block]
    inside[0] = '"' + inside[0].lstrip()
    inside[-1] = inside[-1].rstrip() + '"'
    return iter(inside)
