"""Names of the functions that an application gives the server to run, and the error of a failed start."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from importlib import import_module
from typing import Any


class StartError(Exception):
    """The server cannot start; the message is the one line to show."""


@dataclass(frozen=True)
class Hooks:
    """Dotted "module:function" names, resolved in the worker process so that the parent stays small.

    create: () -> WSGI application or mtc.server.served_app.Site; prepare: () -> None, once, before create
    (migrations, demo data); start: (app) -> None, in every worker process before it listens; ready: (app) ->
    None, in the first worker process once the port answers (print the addresses); stop: (app) -> None, in
    every worker process after the last request (let the running tasks finish).
    """

    create: str
    prepare: str | None = None
    start: str | None = None
    ready: str | None = None
    stop: str | None = None


def resolve(name: str) -> Callable[..., Any]:
    """Import "module:function" and return the function."""
    module, _, attribute = name.partition(":")
    function: Callable[..., Any] = getattr(import_module(module), attribute)
    return function


def call(name: str | None, *args: Any) -> None:
    """Call the function of that name, if there is one."""
    if name:
        resolve(name)(*args)
