"""From text to search terms, the same way for what is indexed and for what is asked."""

from __future__ import annotations

import re

from mtc.core.normalization import fold

_WORD = re.compile(r"\w+")
MAX_LENGTH = 40
MAX_WORDS = 6
MAX_TEXT = 20_000  # characters of one text that are indexed


def words(text: str) -> list[str]:
    """The terms of a text in their order: folded, plurals cut to one form."""
    return [_stem(word)[:MAX_LENGTH] for word in _WORD.findall(fold(text, MAX_TEXT).replace("_", " "))]


def asked(text: str) -> list[str]:
    """The distinct terms that somebody searches for, six at most."""
    return list(dict.fromkeys(words(text[:200])))[:MAX_WORDS]


def _stem(word: str) -> str:
    if len(word) > 3 and word.endswith("s") and not word.endswith("ss"):
        return word[:-1]
    return word
