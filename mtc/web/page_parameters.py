"""The parameters of addresses that pages of a store look at; all others change nothing and are left out.

Whoever links to a store may add what they like (fbclid, gclid, utm_source): the page is the same, and so is
its entry in the page cache.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import lru_cache
from urllib.parse import unquote_plus

# q … before: a listing; variant: a product; lang: a legal text; v: the version of a file of a theme.
DECLARED = frozenset(
    {
        "q", "type", "price_min", "price_max", "in_stock", "sale", "sort", "after", "before", "variant",
        "lang", "v",
    }
)  # fmt: skip
FACET = "f."
_LONGEST_FACET = 60


def is_declared(name: str) -> bool:
    """Return whether a page may look different for this parameter."""
    return name in DECLARED or (name.startswith(FACET) and len(FACET) < len(name) <= _LONGEST_FACET)


@lru_cache(4096)
def declared_query(query: str) -> str:
    """The query without what no page declares, in the order and the spelling in which it came."""
    pairs = query.split("&")
    declared = [pair for pair in pairs if is_declared(unquote_plus(pair.partition("=")[0]))]
    return query if len(declared) == len(pairs) else "&".join(declared)


def declared_params(params: Mapping[str, Sequence[str]]) -> dict[str, list[str]]:
    """The same of parameters that have been read."""
    return {name: list(some) for name, some in params.items() if is_declared(name)}
