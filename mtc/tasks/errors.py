"""Error of a task that must not be tried again."""

from __future__ import annotations


class GiveUpError(Exception):
    """The task can never succeed: it is given up at once instead of being tried again."""
