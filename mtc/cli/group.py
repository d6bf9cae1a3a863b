"""The command group `mtc`: errors in one line, and what its commands share."""

from __future__ import annotations

from importlib import import_module
from typing import Any

import click

from mtc import config as settings


class _Commands(click.Group):
    """Commands that say in one line what went wrong."""

    def invoke(self, context: click.Context) -> Any:
        """Run the command; an error that the person at the terminal can mend is no traceback."""
        try:
            return super().invoke(context)
        except Exception as error:
            if isinstance(error, click.ClickException):
                raise
            raise SystemExit(error_line(error)) from None


def error_line(error: Exception) -> str:
    """The line for people; raises the error anew when only a programmer can mend it."""
    line = import_module("mtc.cli_errors").sentence(error)
    if line is None:
        raise error
    return f"mtc: {line}"


@click.group(cls=_Commands)
def main() -> None:
    """MTC sells digital goods: many stores on one system."""


def not_in_production(command: str) -> None:
    """Refuse what is there to try and to develop."""
    if settings.load().production:
        raise SystemExit(f"mtc: `mtc {command}` is switched off here, because MTC_PRODUCTION is set.")


def lifecycle() -> Any:
    """The application's own module, imported only by the commands that need it."""
    return import_module("mtc.lifecycle")
