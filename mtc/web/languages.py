"""Language of a request besides the locale: the prefix of its address, and the choice."""

from __future__ import annotations

from flask import request

PREFIX = "mtc.language_prefix"  # `/de` where the address names the language
CHOSEN = "mtc.language_chosen"  # the language that a member of the staff has set for themselves
CHOICE = "mtc.language_choice"  # the locales that were offered to the browser's choice


def language_prefix() -> str:
    """Return the beginning of the request's path, such as `/de`; empty where it names no language."""
    prefix: str = request.environ.get(PREFIX, "")
    return prefix
