"""Addresses of a store's own pages that change: the former one goes on leading to the page."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

# The key of a store's settings with {former slug: present slug}.
MOVED_PAGES = "moved_pages"
MOST_MOVED = 500
_SIGNS = ("id", "title", "html")

Pages = Sequence[Any]


def moved_pages(settings: Mapping[str, Any], pages: Pages) -> dict[str, str]:
    """Return the new MOVED_PAGES once `pages` take the place of the settings' own.

    A page that is gone and one that is new are the same when they share an id, a title or a text, or when
    they stand at the same place of lists that are equally long.
    """
    before, after = _by_slug(settings.get("pages")), _by_slug(pages)
    gone = {slug: page for slug, page in before.items() if slug not in after}
    new = {slug: page for slug, page in after.items() if slug not in before}
    renamed: dict[str, str] = {}
    for sign in _SIGNS:
        for slug, page in gone.items():
            same = [
                candidate
                for candidate, other in new.items()
                if page.get(sign) and other.get(sign) == page.get(sign)
            ]
            if slug not in renamed and len(same) == 1 and same[0] not in renamed.values():
                renamed[slug] = same[0]
    if len(before) == len(after):
        for slug, other in zip(before, after, strict=True):
            if slug in gone and other in new and slug not in renamed and other not in renamed.values():
                renamed[slug] = other
    earlier: dict[str, str] = dict(settings.get(MOVED_PAGES) or {})
    led = {slug: renamed.get(target, target) for slug, target in {**earlier, **renamed}.items()}
    present = [(slug, target) for slug, target in led.items() if slug not in after and target in after]
    return dict(present[-MOST_MOVED:])


def present_page(settings: Mapping[str, Any], slug: str) -> str | None:
    """The slug of the page that is found under this one, in other capitals or from before."""
    pages = _by_slug(settings.get("pages"))
    for spelled in (slug, slug.lower()):
        if spelled in pages:
            return spelled
    target = (settings.get(MOVED_PAGES) or {}).get(slug.lower())
    return str(target) if target else None


def _by_slug(pages: Any) -> dict[str, dict[str, Any]]:
    return {str(page["slug"]): page for page in pages or [] if isinstance(page, dict) and page.get("slug")}
