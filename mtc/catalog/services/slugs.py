"""Names in addresses: made from a name in any script, unique in the store."""

from __future__ import annotations

import re
from collections.abc import Collection
from itertools import count

from mtc.core.errors import ConflictError, ValidationError
from mtc.core.i18n import _l
from mtc.core.normalization import in_latin

_SLUG = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")
ROOM = 8
"""Characters that stay free for a hyphen and a number."""
# C++ and C# are other things than C.
_PLUS = re.compile(r"(?<=[^\W_])(\++)")
_SHARP = re.compile(r"(?<=[^\W\d_])[#♯](?![^\W_])")
_ALONE = {
    "+": " plus ",
    "#": " number ",
    "&": " and ",
    "%": " percent ",
    "*": " star ",
    "=": " equals ",
    "@": " at ",
}


def slugify(text: str, longest: int = 63) -> str:
    """The text as it can stand in an address; `item` when nothing of it can."""
    text = text[:500]
    text = _PLUS.sub(lambda match: " plus" * len(match[1]) + " ", text)
    slug = _hyphened(_SHARP.sub(" sharp ", text))
    if not slug:
        slug = _hyphened("".join(_ALONE.get(char, char) for char in text))
    return slug[:longest].strip("-") or "item"


def _hyphened(text: str) -> str:
    return re.sub(r"[^a-z0-9]+", "-", in_latin(text, 1_500).lower()).strip("-")


def check_slug(slug: str, longest: int = 63) -> str:
    """The slug, if it can stand in an address; raises ValidationError."""
    slug = slug.strip().lower()
    if len(slug) > longest or not _SLUG.fullmatch(slug):
        sentence = _l(
            "Use small letters, digits and single hyphens, %(most)s characters at most.", most=longest
        )
        raise ValidationError(_l("This address cannot be used."), {"slug": [sentence]})
    return slug


def free_slug(slug: str, taken: Collection[str]) -> str:
    """The slug, or the first of slug-2, slug-3… that is not taken."""
    if slug not in taken:
        return slug
    return next(f"{slug}-{number}" for number in count(2) if f"{slug}-{number}" not in taken)


def slug_conflict(slug: str, suggestion: str) -> ConflictError:
    """The refusal of a slug that is taken, with one that is not."""
    sentence = _l("“%(slug)s” is taken. Try “%(suggestion)s”.", slug=slug, suggestion=suggestion)
    return ConflictError(_l("This address is taken."), {"slug": [sentence], "suggestion": suggestion})
