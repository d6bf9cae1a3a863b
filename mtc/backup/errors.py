"""Errors of archives, each one sentence."""

from __future__ import annotations

from mtc.core.errors import CommandError


class BackupError(CommandError):
    """The backup or the restore cannot be done; the message says why and what to do."""


class ArchiveError(BackupError):
    """The archive is not what this MTC writes, or it was damaged; nothing was written."""
