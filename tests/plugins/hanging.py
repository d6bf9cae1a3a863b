"""Plugins that wait until a test lets them go on, and what is done beside them."""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any

from flask import Flask

from mtc.extensions import db
from mtc.plugins.services import calls

Guest = Callable[..., None]
NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
GATE = "import threading\nBEGUN, GO, ASKED = threading.Event(), threading.Event(), []\n"
WAITS = "ASKED.append(payload); BEGUN.set(); GO.wait(60)"


def code(hook: str, body: str) -> str:
    """The source of a plugin with one hook."""
    return f"{GATE}@hookimpl\ndef {hook}(ctx, payload):\n    {body}\n"


@contextmanager
def at_the_same_time(app: Flask, work: Callable[[], Any]) -> Iterator[list[Any]]:
    """Do the work in a thread while the block runs; afterwards what it returned or raised is in the list."""
    found: list[Any] = []

    def run() -> None:
        try:
            with app.app_context():
                found.append(work())
        except BaseException as error:
            found.append(error)

    thread = threading.Thread(target=run)
    thread.start()
    try:
        yield found
    finally:
        thread.join(60)


def writer_is_locked() -> bool:
    """Whether somebody holds the write lock of the embedded database."""
    link = sqlite3.connect(str(db.engine.url.database), timeout=0)
    try:
        link.execute("BEGIN IMMEDIATE")
        link.execute("ROLLBACK")
    except sqlite3.OperationalError:
        return True
    finally:
        link.close()
    return False


def eventually_nothing_hangs() -> bool:
    """Whether no call is out any more, once the threads of plugins have ended."""
    for thread in threading.enumerate():
        if thread.name.startswith("mtc-plugin-"):
            thread.join(30)
    return calls._hanging == {}
