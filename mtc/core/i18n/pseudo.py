"""The pseudo-locale: English with accents, a third longer and in brackets.

A page in it shows what is not marked for translation, what is put together from parts, and what breaks
when sentences are longer.
"""

from __future__ import annotations

import re
from functools import lru_cache

OPEN, CLOSE = "⟦", "⟧"
_ACCENTS = str.maketrans(
    "AaBbCcDdEeFfGgHhIiJjKkLlMmNnOoPpQqRrSsTtUuVvWwXxYyZz",
    "ÅåƁƀÇçÐðÉéƑƒĜĝĤĥÎîĴĵĶķĻļḾḿÑñÖöÞþǪǫŔŕŠšŢţÛûṼṽŴŵẊẋÝýŽž",
)
# What programs read stays as it is: placeholders, tags, references of HTML, addresses.
_KEPT = re.compile(
    r"%\([a-z_]{1,40}\)[a-z]|%%|\{[a-z_.]{0,40}\}|<[^<>]{1,200}>|&[a-z]{1,10};|https?://[^\s<]+"
)


@lru_cache(8192)
def pseudo(message: str) -> str:
    """The sentence in the pseudo-locale; what is empty stays empty."""
    if not message.strip():
        return message
    parts: list[str] = []
    at = 0
    for match in _KEPT.finditer(message):
        parts += [message[at : match.start()].translate(_ACCENTS), match[0]]
        at = match.end()
    parts.append(message[at:].translate(_ACCENTS))
    return f"{OPEN}{''.join(parts)}{'·' * (len(message) // 3)}{CLOSE}"
