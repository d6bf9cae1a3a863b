"""Files and folders that only the account of the server may read, whatever its umask says."""

from __future__ import annotations

import os
import stat
from contextlib import suppress
from pathlib import Path
from typing import BinaryIO

FILE, FOLDER = 0o600, 0o700
_OTHERS = 0o077


def make_folder(path: Path) -> None:
    """The folder and those above it that are missing; one that exists stays as it is."""
    if path.is_dir():
        return
    make_folder(path.parent)
    with suppress(FileExistsError):  # another process was faster
        path.mkdir(FOLDER)
        path.chmod(FOLDER)


def open_new(path: Path) -> BinaryIO:
    """A new file to write; raises FileExistsError."""
    number = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, FILE)
    os.fchmod(number, FILE)
    return os.fdopen(number, "wb")


def make_database_file(path: Path) -> None:
    """An empty file for SQLite, whose write-ahead log and index get the mode of the file."""
    # Where it cannot be made SQLite says so itself.
    with suppress(OSError):
        open_new(path).close()


def tighten(path: Path) -> None:
    """Take the rights of others away from what an older MTC or a wider umask has made.

    A folder that is tight already is not walked through: nobody gets past it. What belongs to somebody else,
    or is shared by design (the sticky bit, as on /tmp), stays as it is.
    """
    try:
        status = path.lstat()
    except OSError:
        return
    if status.st_uid != os.geteuid() or not stat.S_IMODE(status.st_mode) & _OTHERS:
        return
    if stat.S_ISDIR(status.st_mode):
        if status.st_mode & stat.S_ISVTX:
            return
        for inner in path.iterdir():
            tighten(inner)
    elif not stat.S_ISREG(status.st_mode):
        return
    with suppress(PermissionError):
        path.chmod(stat.S_IMODE(status.st_mode) & ~_OTHERS)
