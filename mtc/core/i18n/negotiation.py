"""The best of the locales that are offered for what a browser says it reads (Accept-Language)."""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache

from mtc.core.i18n.locales import locale_tag

_MOST_CHARACTERS, _MOST_RANGES = 400, 16


@lru_cache(4096)
def negotiate(header: str, offered: tuple[str, ...], default: str) -> str:
    """The offered locale that the header likes best; the default when it likes none.

    A range finds the locale itself, then one that it is narrower than (`de-AT` finds `de`), then one that is
    narrower than it (`pt` finds `pt-BR`), as lookup in RFC 4647, section 3.4, widened by the last step.
    """
    by_tag = {tag.lower(): tag for tag in offered}
    for language_range in _ranges(header):
        if language_range == "*":
            return default
        parts = language_range.split("-")
        for length in range(len(parts), 0, -1):
            match = by_tag.get("-".join(parts[:length]))
            if match is not None:
                return match
        narrower = next((tag for name, tag in by_tag.items() if name.partition("-")[0] == parts[0]), None)
        if narrower is not None:
            return narrower
    return default


def _ranges(header: str) -> Iterator[str]:
    """The language ranges of the header in small letters, the most wanted first; rubbish is left out."""
    weighted: list[tuple[float, str]] = []
    for part in header[:_MOST_CHARACTERS].split(",")[:_MOST_RANGES]:
        name, _, weight = part.partition(";")
        tag = "*" if name.strip() == "*" else locale_tag(name.strip())
        quality = _quality(weight)
        if tag and quality > 0:
            weighted.append((quality, tag.lower()))
    weighted.sort(key=lambda entry: -entry[0])  # stable: what comes first in the header is liked more
    return (tag for _, tag in weighted)


def _quality(text: str) -> float:
    name, _, value = text.strip().partition("=")
    if not name:
        return 1.0
    if name.strip() != "q" or not value.isascii() or not value.replace(".", "", 1).isdigit():
        return 0.0
    return min(float(value[:5]), 1.0)
