"""The failure of a setting."""

from __future__ import annotations


class ConfigError(Exception):
    """A setting cannot be used; the message names it and says what to write."""
