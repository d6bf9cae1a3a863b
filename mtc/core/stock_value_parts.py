"""The parts of a key that a search finds it by: all of it, its beginnings and its ends."""

from __future__ import annotations

import re
from uuid import UUID

from mtc.core.encrypted_columns import Part

KEY_SEARCH = "stock.search"
SHORT, LONG = 4, 8
_LEFT_OUT = re.compile(r"[\s\u00ad\u2010-\u2015\u2212_-]+")


def normalized(text: str) -> str:
    """The text as searches compare it: no blanks, no dashes, no difference of case."""
    return _LEFT_OUT.sub("", text.casefold())


_CUTS: dict[str, tuple[slice, int]] = {
    "full_hash": (slice(None), 1),
    "begin4_hash": (slice(SHORT), SHORT),
    "begin8_hash": (slice(LONG), LONG),
    "end4_hash": (slice(-SHORT, None), SHORT),
    "end8_hash": (slice(-LONG, None), LONG),
}


def parts_of(tenant_id: UUID, text: str) -> dict[str, str]:
    """All parts of a key by the column of their hash; empty where the key is too short for one."""
    plain = normalized(text)
    # With the tenant, so that equal keys of two stores have different hashes.
    tenant = str(tenant_id)
    return {
        name: f"{tenant}|{name}|{plain[cut]}" if len(plain) >= least else ""
        for name, (cut, least) in _CUTS.items()
    }


def _part(name: str) -> Part:
    return lambda tenant_id, text: parts_of(tenant_id, text)[name]


PARTS: dict[str, Part] = {name: _part(name) for name in _CUTS}
