"""The parts of a key that a search finds it by: all of it, its beginnings and its ends."""

from __future__ import annotations

import re
from uuid import UUID

from mtc.core.sealed import Part

KEY_SEARCH = "stock.search"
SHORT, LONG = 4, 8
_LEFT_OUT = re.compile(r"[\s\u00ad\u2010-\u2015\u2212_-]+")


def normalized(text: str) -> str:
    """The text as searches compare it: no blanks, no dashes, no difference of case."""
    return _LEFT_OUT.sub("", text.casefold())


def _part(name: str, begin: int | None, end: int | None, least: int) -> Part:
    def part(tenant_id: UUID, text: str) -> str:
        plain = normalized(text)
        # With the tenant, so that equal keys of two stores have different hashes.
        return f"{tenant_id}|{name}|{plain[begin:end]}" if len(plain) >= least else ""

    return part


PARTS: dict[str, Part] = {
    "full_hash": _part("full_hash", None, None, 1),
    "begin4_hash": _part("begin4_hash", None, SHORT, SHORT),
    "begin8_hash": _part("begin8_hash", None, LONG, LONG),
    "end4_hash": _part("end4_hash", -SHORT, None, SHORT),
    "end8_hash": _part("end8_hash", -LONG, None, LONG),
}
