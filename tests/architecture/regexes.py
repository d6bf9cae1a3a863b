"""Regular expressions whose cost can grow faster than the text: found from the pattern alone.

A pattern is refused when backtracking can try the same characters in many ways:
- a repetition inside a repetition without a sign between the rounds: (a+)+, (a*b?)*, (\\w+\\s?)*;
- two repetitions side by side that take the same characters: \\s*\\s*$, \\d+\\d+x;
- where a pattern is searched for, a repetition that takes what could also begin the match, with something
  behind it that can fail: <[^>]*> in a row of <, \\s+$ in a row of blanks.
Only repetitions without a small bound count. Sets of characters are compared on a sample.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from re import _constants as sre  # type: ignore[attr-defined]
from re import _parser as parser  # type: ignore[attr-defined]
from typing import Any

SMALL = 1_500  # a repetition with this bound costs at most so many steps for each character
SAMPLE = [chr(code) for code in (*range(256), 0x130, 0x301, 0x3B1, 0x4E00, 0x1F600)]
REPEATS = {sre.MAX_REPEAT, sre.MIN_REPEAT}

Items = list[tuple[Any, Any]]


def faults(pattern: str | bytes, flags: int, *, searched: bool) -> list[str]:
    """What can make the pattern slow; nothing when it is linear."""
    tree = parser.parse(pattern, flags)
    kind = bytes if isinstance(pattern, bytes) else str
    check = _Check(tree.state.flags & ~sre.SRE_FLAG_VERBOSE, kind)
    items = list(tree)
    found = list(check.sequence(items))
    if searched:
        found += check.search(items)
    return found


@dataclass
class _Check:
    flags: int
    kind: type

    def sequence(self, items: Items) -> Iterator[str]:
        """Faults of items one behind the other, and inside each."""
        for place, item in enumerate(items):
            for inner in _inside(item):
                yield from self.sequence(inner)
            if not _endless(item):
                continue
            body = list(item[1][2])
            yield from self._rounds(body)
            for other in items[place + 1 :]:
                if _endless(other) and self.first([other]) & self.taken([item]):
                    yield "two repetitions side by side take the same characters"
                # a sign that the repetition cannot take ends its run
                if self.width(other)[0] > 0 and not (self.taken([other]) & self.taken([item])):
                    break

    def _rounds(self, body: Items) -> Iterator[str]:
        """A repetition inside a repetition needs a sign between the rounds that it does not take itself."""
        inner = [one for one in _all(body) if _endless(one)]
        if not inner:
            return
        fixed = [one for one in body if self.width(one) == (1, 1)]
        for repeat in inner:
            taken = self.taken([repeat])
            if not any(not (self.taken([sign]) & taken) for sign in fixed):
                yield "a repetition inside a repetition, with no sign between the rounds"

    def search(self, items: Items) -> Iterator[str]:
        """A match that begins anywhere in a run and fails at its end is tried at each place of the run."""
        if items and items[0][0] is sre.AT and items[0][1] in (sre.AT_BEGINNING, sre.AT_BEGINNING_STRING):
            return
        behind_sign = bool(items) and items[0][0] is sre.ASSERT and items[0][1][0] < 0
        begins = self.first(list(items[0][1][1]) if behind_sign else items)
        for place, item in enumerate(items):
            for one in [item, *_all([item])]:
                behind = items[place + 1 :]
                if _endless(one) and self.taken([one]) & begins and not self._always(behind):
                    yield "begins again at each place of a run that it cannot finish"
                    return

    def _always(self, items: Items) -> bool:
        return all(op is not sre.AT and op not in (sre.ASSERT, sre.ASSERT_NOT) for op, _ in items) and all(
            self.width(item)[0] == 0 for item in items
        )

    def width(self, item: tuple[Any, Any]) -> tuple[int, int]:
        """The fewest and the most characters that an item takes."""
        pattern = parser.SubPattern(parser.State())
        pattern.data = [item]
        least, most = pattern.getwidth()
        return int(least), int(most)

    def first(self, items: Items) -> set[str]:
        """The characters with which items can begin."""
        found: set[str] = set()
        for item in items:
            op, value = item
            if op in REPEATS or op is getattr(sre, "POSSESSIVE_REPEAT", None):
                found |= self.first(list(value[2]))
            elif op is sre.SUBPATTERN:
                found |= self.first(list(value[3]))
            elif op is sre.BRANCH:
                for branch in value[1]:
                    found |= self.first(list(branch))
            elif self.width(item)[1] > 0:
                found |= self._one(item)
            if self.width(item)[0] > 0:
                break
        return found

    def taken(self, items: Items) -> set[str]:
        """The characters that items can take anywhere."""
        found: set[str] = set()
        for item in [*items, *_all(items)]:
            if item[0] in (sre.IN, sre.LITERAL, sre.NOT_LITERAL, sre.ANY):
                found |= self._one(item)
        return found

    def _one(self, item: tuple[Any, Any]) -> set[str]:
        op, value = item
        ignore_case = bool(self.flags & re.IGNORECASE)
        if op is sre.LITERAL:
            char = chr(value)
            return {char.lower(), char.upper()} if ignore_case else {char}
        if op is sre.ANY:
            return set(SAMPLE)
        members = value if op is sre.IN else [(sre.NEGATE, None), (sre.LITERAL, value)]
        found = {char for char in SAMPLE if any(_member(char, one) for one in members)}
        if ignore_case:
            found |= {char.swapcase() for char in found}
        return set(SAMPLE) - found if members and members[0][0] is sre.NEGATE else found


_CATEGORIES = {
    sre.CATEGORY_DIGIT: (str.isdigit, True),
    sre.CATEGORY_NOT_DIGIT: (str.isdigit, False),
    sre.CATEGORY_SPACE: (str.isspace, True),
    sre.CATEGORY_NOT_SPACE: (str.isspace, False),
    sre.CATEGORY_WORD: (lambda char: char.isalnum() or char == "_", True),
    sre.CATEGORY_NOT_WORD: (lambda char: char.isalnum() or char == "_", False),
}


def _member(char: str, member: tuple[Any, Any]) -> bool:
    op, value = member
    if op is sre.LITERAL:
        return ord(char) == value
    if op is sre.RANGE:
        return bool(value[0] <= ord(char) <= value[1])
    if op is sre.CATEGORY:
        test, wanted = _CATEGORIES[value]
        return bool(test(char)) is wanted
    return False


def _endless(item: tuple[Any, Any]) -> bool:
    return item[0] in REPEATS and item[1][1] > SMALL


def _inside(item: tuple[Any, Any]) -> list[Items]:
    op, value = item
    if op in REPEATS or op is getattr(sre, "POSSESSIVE_REPEAT", None):
        return [list(value[2])]
    if op is sre.SUBPATTERN:
        return [list(value[3])]
    if op is sre.BRANCH:
        return [list(branch) for branch in value[1]]
    if op in (sre.ASSERT, sre.ASSERT_NOT):
        return [list(value[1])]
    if op is getattr(sre, "ATOMIC_GROUP", None):
        return [list(value)]
    return []


def _all(items: Items) -> Iterator[tuple[Any, Any]]:
    """Every item inside items."""
    for item in items:
        for inner in _inside(item):
            yield from inner
            yield from _all(inner)
