"""Locales by their tags (BCP 47): the spelling, what stands in for a missing one, names and direction."""

from __future__ import annotations

import re
from functools import lru_cache

from babel import Locale, UnknownLocaleError

SOURCE = "en"  # the language of the sentences in the code
PSEUDO = "en-XA"  # English with accents and brackets, made in memory: what it does not show is not marked
PLATFORM_LOCALES = ("en", "de")
"""Those to which the whole admin is translated: pages in two languages are worse than English ones."""
LONGEST = 35  # RFC 5646, section 4.4.1
_TAG = re.compile(r"[A-Za-z]{2,3}(?:[-_][A-Za-z0-9]{2,8}){0,3}")


def locale_tag(text: str) -> str:
    """The tag in its one spelling, such as `de-AT` for `de_at` and `zh-Hant-TW`; empty for what is none."""
    if len(text) > LONGEST or not _TAG.fullmatch(text):
        return ""
    language, *rest = text.replace("_", "-").split("-")
    return "-".join([language.lower(), *(_subtag(part) for part in rest)])


def _subtag(part: str) -> str:
    if len(part) == 4 and part.isalpha():  # a script
        return part.title()
    return part.upper() if len(part) == 2 else part.lower()


@lru_cache(512)
def fallbacks(tag: str) -> tuple[str, ...]:
    """The locale and those that stand in for it, the nearest first: `de-AT`, `de`, `en`."""
    parts = (locale_tag(tag) or SOURCE).split("-")
    nearer = ["-".join(parts[:length]) for length in range(len(parts), 0, -1)]
    return tuple(dict.fromkeys([*nearer, SOURCE]))


@lru_cache(512)
def babel_locale(tag: str) -> Locale:
    """Babel's data of the locale, or of the nearest that it has."""
    for name in fallbacks(tag):
        try:
            return Locale.parse(name, sep="-")
        except (UnknownLocaleError, ValueError):
            continue
    return Locale(SOURCE)


@lru_cache(512)
def direction(tag: str) -> str:
    """`rtl` for a language that is written from right to left, else `ltr`: the attribute `dir` of a page."""
    return str(babel_locale(tag).text_direction)


@lru_cache(512)
def language_name(tag: str) -> str:
    """The name of the language in that language, as people look for it in a list: `Deutsch`."""
    if tag == PSEUDO:
        return "Pseudo-locale"
    name = babel_locale(tag).get_display_name() or tag
    return name[0].upper() + name[1:]
