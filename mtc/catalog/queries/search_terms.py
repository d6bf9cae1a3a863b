"""From text to search terms, the same way for what is indexed and for what is asked.

Scripts that put no blanks between words (Japanese, Chinese, Thai, Korean with its endings) are indexed by
pairs of signs, so that any part of a text is found by the pairs that it is made of.

Words that an apostrophe or a hyphen joins, and single letters with dots, are found by their parts and as one:
people type dont, spiderman and stalker for Don't, Spider-Man and S.T.A.L.K.E.R., and the other way round.
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
_JOINT = re.compile("['\u2019\u2018\u02bc\u2032\u2010\u2011-]")
# Begun at the beginning of a word and never given back: long words cost their length.
_PART = f"(?:(?![{_UNSPACED}])[^\\W_])++"
_ACRONYM = re.compile(r"(?<!\w)[^\W\d_](?:\.[^\W\d_])++(?!\w)")
_JOINED = re.compile(f"(?<![^\\W_]){_PART}(?:{_JOINT.pattern}{_PART})++|{_ACRONYM.pattern}")
_ENDS = re.compile(f"{_JOINT.pattern}|\\.")
# A name that is written in one of the two alphabets of Japanese is looked for in the other.
_KATAKANA = {code: code + 0x60 for code in [*range(0x3041, 0x3097), 0x309D, 0x309E]}
_SYMBOLS = re.compile(r"[^\w\s]+|_+")
MAX_LENGTH = 40
_ALL_PAIRS = 4
MAX_WORDS = 6
MAX_TEXT = 20_000  # characters of one text that are indexed


def words(text: str) -> list[str]:
    """The terms of a text in their order: folded, plurals cut to one form; joined words as one come last."""
    terms: list[str] = []
    for word in _split(text, MAX_TEXT):
        terms += [*_pairs(word), fold(word[-1])] if _IS_UNSPACED.match(word) else [_stem(word)[:MAX_LENGTH]]
    return terms + [joined for _, joined in _joined(text, MAX_TEXT)]


def symbols(text: str) -> list[str]:
    """The terms for the signs of a text that are no letters: runs of them, and each by itself."""
    signs: list[str] = []
    for run in _SYMBOLS.findall(fold(text, 500)):
        signs += [run[:MAX_LENGTH], *run]
    return list(dict.fromkeys(signs))


def spellings(text: str) -> list[tuple[str, ...]]:
    """Return the terms that somebody searches for, each with what may stand for it: a joined word as one."""
    as_one: dict[str, str] = {}
    for parts, joined in _joined(text, 200):
        for part in parts:
            as_one.setdefault(part, joined)
    return [tuple(dict.fromkeys((term, as_one.get(term, term)))) for term in query_terms(text)]


def query_terms(text: str) -> list[str]:
    """Return the distinct terms of a query, six at most; signs count where there is no word."""
    terms: list[str] = []
    # Letters with dots are asked for as one word: of twelve single letters six would be left.
    for word in _split(_ACRONYM.sub(lambda letters: letters[0].replace(".", ""), text[:200]), 200):
        if not _IS_UNSPACED.match(word):
            terms.append(_stem(word)[:MAX_LENGTH])
        elif len(word) < 3:
            terms.append(fold(word))
        else:  # of a long word every other pair and the last one: together they cover it
            pairs = _pairs(word)
            terms += pairs if len(pairs) <= _ALL_PAIRS else [*pairs[:-1:2], pairs[-1]]
    terms = terms or [run[:MAX_LENGTH] for run in _SYMBOLS.findall(fold(text, 200))]
    return list(dict.fromkeys(terms))[:MAX_WORDS]


def _split(text: str, longest: int) -> list[str]:
    # Composed again: a syllable of Hangul is one sign.
    folded = compose(fold_letters(text, longest), 2 * longest).translate(_KATAKANA)
    return _WORD.findall(folded.replace("_", " "))


def _joined(text: str, longest: int) -> list[tuple[list[str], str]]:
    """The terms of the parts of each joined word, and the term of it as one."""
    joined = []
    for word in _JOINED.findall(compose(fold_letters(text, longest), 2 * longest)):
        parts = [part for part in _ENDS.split(word) if part]
        joined.append(([_stem(part)[:MAX_LENGTH] for part in parts], _stem("".join(parts))[:MAX_LENGTH]))
    return joined


def _pairs(word: str) -> list[str]:
    # Decomposed as the whole text would be: who types a syllable of Hangul letter by letter finds it early.
    return [fold(word[place : place + 2]) for place in range(len(word) - 1)]


def _stem(word: str) -> str:
    if len(word) > 3 and word.endswith("s") and not word.endswith("ss"):
        return word[:-1]
    return word
