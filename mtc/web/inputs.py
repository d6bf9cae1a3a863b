"""Reading what lists are asked for: texts, days, one of several words."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from datetime import date, datetime, timedelta
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from flask import request

from mtc.core.errors import ValidationError
from mtc.core.local_time import day_start


def text(name: str, longest: int = 200) -> str:
    """A parameter of the address, trimmed."""
    return request.args.get(name, "").strip()[:longest]


def one_of(name: str, words: Collection[str], default: str = "") -> str:
    """A parameter that must be one of these words; anything else is the default."""
    given = request.args.get(name, "")
    return given if given in words else default


def day(name: str, label: str, *, end: bool = False) -> datetime | None:
    """A day of the address as its first moment on the store's clock (`end`: that of the next).

    Raises ValidationError.
    """
    given = text(name, 20)
    if not given:
        return None
    try:
        found = date.fromisoformat(given)
        if not 2000 <= found.year <= 2200:
            raise ValueError("far away")
    except ValueError:
        sentence = "Enter a day such as 2026-01-31."
        raise ValidationError(f"{label}: {sentence}", {name: [sentence]}) from None
    return day_start(found + timedelta(days=1) if end else found)


def line_page() -> tuple[UUID | None, int]:
    """`line` and `page`: of which line of an order which page of keys; the beginning for anything else."""
    page = request.args.get("page", "")
    try:
        line = UUID(request.args.get("line", ""))
    except ValueError:
        return None, 1
    return (line, int(page)) if re.fullmatch("[1-9][0-9]{0,4}", page) else (None, 1)


def address(path: str, parameters: Mapping[str, Any]) -> str:
    """The path with those parameters that say something."""
    query = urlencode({name: value for name, value in parameters.items() if value not in ("", None)})
    return f"{path}?{query}" if query else path
