"""From text to search terms, the same way for what is indexed and for what is asked.

Scripts that put no blanks between words (Japanese, Chinese, Thai, Korean with its endings) are indexed by
pairs of signs, so that any part of a text is found by the pairs that it is made of.
"""

from __future__ import annotations

import re

from mtc.core.normalization import compose, fold, fold_letters

_UNSPACED = (
    "\u0e00-\u0eff\u0f00-\u0fff\u1000-\u109f\u1780-\u17ff\u3005\u3040-\u30ff\u31f0-\u31ff\u3400-\u4dbf"
    "\u4e00-\u9fff\uac00-\ud7a3\uf900-\ufaff\U00020000-\U000323af"
)
# The signs of vowels of Indian scripts are no letters to Python, and stand inside of words.
_MARKED = "\u0900-\u0963\u0966-\u0dff"
_WORD = re.compile(f"[{_UNSPACED}]+|(?:(?![{_UNSPACED}])[\\w{_MARKED}])+")
_IS_UNSPACED = re.compile(f"[{_UNSPACED}]")
_SYMBOLS = re.compile(r"[^\w\s]+|_+")
MAX_LENGTH = 40
_ALL_PAIRS = 4
MAX_WORDS = 6
MAX_TEXT = 20_000  # characters of one text that are indexed


def words(text: str) -> list[str]:
    """The terms of a text in their order: folded, plurals cut to one form."""
    found: list[str] = []
    for word in _split(text, MAX_TEXT):
        found += [*_pairs(word), fold(word[-1])] if _IS_UNSPACED.match(word) else [_stem(word)[:MAX_LENGTH]]
    return found


def symbols(text: str) -> list[str]:
    """The terms for the signs of a text that are no letters: runs of them, and each by itself."""
    found: list[str] = []
    for run in _SYMBOLS.findall(fold(text, 500)):
        found += [run[:MAX_LENGTH], *run]
    return list(dict.fromkeys(found))


def asked(text: str) -> list[str]:
    """The distinct terms that somebody searches for, six at most; signs count where there is no word."""
    found: list[str] = []
    for word in _split(text, 200):
        if not _IS_UNSPACED.match(word):
            found.append(_stem(word)[:MAX_LENGTH])
        elif len(word) < 3:
            found.append(fold(word))
        else:  # of a long word every other pair and the last one: together they cover it
            pairs = _pairs(word)
            found += pairs if len(pairs) <= _ALL_PAIRS else [*pairs[:-1:2], pairs[-1]]
    found = found or [run[:MAX_LENGTH] for run in _SYMBOLS.findall(fold(text, 200))]
    return list(dict.fromkeys(found))[:MAX_WORDS]


def _split(text: str, longest: int) -> list[str]:
    # Composed again: a syllable of Hangul is one sign.
    return _WORD.findall(compose(fold_letters(text, longest), 2 * longest).replace("_", " "))


def _pairs(word: str) -> list[str]:
    # Decomposed as the whole text would be: who types a syllable of Hangul letter by letter finds it early.
    return [fold(word[place : place + 2]) for place in range(len(word) - 1)]


def _stem(word: str) -> str:
    if len(word) > 3 and word.endswith("s") and not word.endswith("ss"):
        return word[:-1]
    return word
