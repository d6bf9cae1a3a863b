"""Names in addresses: made from a name, unique in the store."""

from __future__ import annotations

import re
from collections.abc import Collection

from mtc.core.errors import ConflictError, ValidationError
from mtc.core.normalization import fold

_SLUG = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")


def slugify(text: str, longest: int = 63) -> str:
    """The text as it can stand in an address; `item` when nothing of it can."""
    slug = re.sub(r"[^a-z0-9]+", "-", fold(text, 500)).strip("-")[:longest].strip("-")
    return slug or "item"


def check_slug(slug: str, longest: int = 63) -> str:
    """The slug, if it can stand in an address; raises ValidationError."""
    slug = slug.strip().lower()
    if len(slug) > longest or not _SLUG.fullmatch(slug):
        sentence = f"Use small letters, digits and single hyphens, {longest} characters at most."
        raise ValidationError("This address cannot be used.", {"slug": [sentence]})
    return slug


def free_slug(slug: str, taken: Collection[str]) -> str:
    """The slug, or the first of slug-2, slug-3… that is not taken."""
    if slug not in taken:
        return slug
    return next(f"{slug}-{number}" for number in range(2, 10_000) if f"{slug}-{number}" not in taken)


def slug_conflict(slug: str, suggestion: str) -> ConflictError:
    """The refusal of a slug that is taken, with one that is not."""
    sentence = f"“{slug}” is taken. Try “{suggestion}”."
    return ConflictError("This address is taken.", {"slug": [sentence], "suggestion": suggestion})
