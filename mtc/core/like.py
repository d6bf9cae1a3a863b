"""Patterns of LIKE from text that people type."""

from __future__ import annotations


def plain(text: str) -> str:
    """The text with the signs that LIKE reads as more than themselves escaped by a backslash."""
    return text.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
