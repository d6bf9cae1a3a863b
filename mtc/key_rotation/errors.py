"""Errors that keep keys from being changed, each one sentence."""

from __future__ import annotations

from mtc.core.errors import CommandError


class KeysError(CommandError):
    """The keys stay as they are; the message says why and what to do."""
