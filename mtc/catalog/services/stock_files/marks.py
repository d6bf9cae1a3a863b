"""Marks before the key on every line of a list, which are no part of it."""

from __future__ import annotations

import re
from collections.abc import Sequence

from mtc.catalog.services.stock_files.headings import strength

_NUMBER = re.compile(r"\s{0,20}#?([0-9]{1,9})[.):]\s+(?=\S)")
_BULLET = re.compile(r"\s{0,20}[•·▪▫◦‣●○∙■□►➤✓✔*+–—-]\s{1,20}(?=\S)")
_APOSTROPHE = re.compile(r"\s{0,20}'(?=[^']+\Z)")
_LABEL = re.compile(r"\s{0,20}([^\s:=][^:=]{0,59})[:=]\s{1,20}(?=\S)")


def marks_of(lines: Sequence[str]) -> re.Pattern[str] | None:
    """Return the mark that each of these lines begins with, all in one way; None when it is part of the keys.

    Numbers that count on, as word processors write them: `1. ABCD`. Bullets: `• ABCD`. The apostrophe by
    which a spreadsheet keeps a text: `'0123`. A label that names keys: `Key: ABCD`.
    """
    if not lines:
        return None
    numbers = [int(match[1]) for line in lines if (match := _NUMBER.match(line))]
    if len(numbers) == len(lines) > 2 and numbers == [*range(numbers[0], numbers[0] + len(numbers))]:
        return _NUMBER
    if len(lines) > 1:
        for pattern in (_BULLET, _APOSTROPHE):
            if all(map(pattern.match, lines)):
                return pattern
    labels = {match[1].strip().casefold() if (match := _LABEL.match(line)) else "" for line in lines}
    return _LABEL if len(labels) == 1 and strength(labels.pop()) else None
