"""One line for the terminal per error; what only a programmer can mend keeps its traceback."""

from __future__ import annotations

from errno import EDQUOT, ENOSPC

from sqlalchemy.exc import ArgumentError, DBAPIError, NoSuchModuleError

from mtc.config import ConfigError
from mtc.core.database_errors import is_full
from mtc.core.errors import AppError, CommandError
from mtc.server import StartError

_NO_TABLES = ("no such table", "no such column")
_NO_RELATION = {"42P01", "42703"}  # undefined_table, undefined_column (PostgreSQL, appendix A)
_DRIVERS = {"psycopg", "redis", "rq", "boto3"}
_NO_RIGHT = {"42501"}


def sentence(error: BaseException) -> str | None:
    """The line, None for an error that is a mistake of ours."""
    if isinstance(error, CommandError | ConfigError | StartError):
        return str(error)
    if isinstance(error, AppError):
        return error.message
    if isinstance(error, ArgumentError | NoSuchModuleError):
        return "MTC_DATABASE_URL is no address of a database."
    if isinstance(error, ModuleNotFoundError) and error.name in _DRIVERS:
        return f"{error.name} is not installed: pip install -r requirements-server.lock"
    if isinstance(error, DBAPIError):
        return _database(error)
    if isinstance(error, OSError) and error.errno in (ENOSPC, EDQUOT):
        return f"there is no room left on the disk{f' of {error.filename}' if error.filename else ''}."
    if isinstance(error, OSError):
        return f"{error.filename or 'a file'}: {error.strerror or error}."
    return None


def _database(error: DBAPIError) -> str | None:
    said = str(error.orig).strip().partition("\n")[0]
    state = getattr(error.orig, "sqlstate", None)
    if is_full(error):
        return "there is no room left on the disk of the database; nothing was changed."
    if state in _NO_RELATION or said.startswith(_NO_TABLES):
        return "the database has not the tables of this MTC. Run `mtc migrate` first."
    if state in _NO_RIGHT:
        return f"the role of MTC_DATABASE_URL may not do this ({said}). See migrations/roles.sql."
    if (state is None and "connection" in said) or said.startswith("unable to open"):
        return f"the database cannot be reached: {said}. Look at MTC_DATABASE_URL."
    if "readonly database" in said:
        return "the file of the database cannot be written. Look whose it is, and its folder."
    if "database is locked" in said:
        return "somebody else holds the database for longer than 15 seconds. Try again, or stop who does."
    return None
