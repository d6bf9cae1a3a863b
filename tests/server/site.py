"""A small application for the server to serve, and hooks that tell what happened on standard output."""

import os
import time
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

from mtc.server import Hooks, StartError, serve

FOLDER = Path(os.environ.get("SITE_FOLDER", "."))


def create() -> Callable[..., Iterable[bytes]]:
    """The application: /slow answers once the test has written the file `release`."""

    def application(environ: dict[str, Any], start_response: Callable[..., Any]) -> list[bytes]:
        if environ["PATH_INFO"] == "/slow":
            (FOLDER / "begun").touch()
            while not (FOLDER / "release").exists():
                time.sleep(0.005)
        start_response("200 OK", [("Content-Type", "text/plain")])
        return [b"whole answer"]

    return application


def prepare() -> None:
    """Fail as the environment asks."""
    say("prepare")
    if os.environ.get("SITE_FAILS"):
        raise StartError("The database cannot be reached.")


def start(_: object) -> None:
    """Told before the port opens."""
    say("start")


def ready(_: object) -> None:
    """Told once the port answers."""
    say("ready")


def stop(_: object) -> None:
    """Told after the last request."""
    say("stop")


def say(word: str) -> None:
    """One line for the test that reads."""
    os.write(1, f"{word}\n".encode())


if __name__ == "__main__":
    names = Hooks(*(f"tests.server.site:{name}" for name in ("create", "prepare", "start", "ready", "stop")))
    try:
        serve(names, port=int(os.environ["PORT"]), workers=int(os.environ.get("SITE_WORKERS", "1")))
    except StartError as error:
        raise SystemExit(str(error)) from error
