"""Parameters of the address: texts, days, one of several words."""

from __future__ import annotations

import re
from collections.abc import Collection
from datetime import datetime
from uuid import UUID

from flask import request

from mtc.core.local_time import parse_day


def text(name: str, longest: int = 200) -> str:
    """A parameter of the address, trimmed."""
    return request.args.get(name, "").strip()[:longest]


def one_of(name: str, words: Collection[str], default: str = "") -> str:
    """A parameter that must be one of these words; anything else is the default."""
    value = request.args.get(name, "")
    return value if value in words else default


def day(name: str, label: str, *, end: bool = False) -> datetime | None:
    """A day of the address as its first moment on the store's clock (`end`: that of the next).

    Raises ValidationError.
    """
    return parse_day(text(name, 20), name, label, end=end)


def line_page() -> tuple[UUID | None, int]:
    """`line` and `page`: of which line of an order which page of keys; the beginning for anything else."""
    page = request.args.get("page", "")
    try:
        line = UUID(request.args.get("line", ""))
    except ValueError:
        return None, 1
    return (line, int(page)) if re.fullmatch("[1-9][0-9]{0,4}", page) else (None, 1)
