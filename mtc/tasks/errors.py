"""How a task says that trying again is no use."""

from __future__ import annotations


class GiveUpError(Exception):
    """The task can never succeed: it is given up at once instead of being tried again."""
