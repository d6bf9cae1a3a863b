"""A small application for the server to serve, and hooks that tell what happened on standard output."""

import os
import threading
import time
from collections.abc import Callable, Iterable
from functools import partial
from pathlib import Path
from typing import Any

from mtc.processes import heartbeat, process_setup
from mtc.server import Hooks, StartError, parent, worker
from mtc.server.parent import serve

FOLDER = Path(os.environ.get("SITE_FOLDER", "."))
if silent := os.environ.get("SITE_SILENT"):
    parent.watch = partial(heartbeat.watch, silent=float(silent))
    heartbeat.BEAT_SECONDS = worker.BEAT_SECONDS = 0.1
if os.environ.get("SITE_HOARDS"):
    process_setup.M_MMAP_THRESHOLD = 0  # an option that glibc does not know


def create() -> Callable[..., Iterable[bytes]]:
    """The application: /slow answers once the test has written the file `release`; for /large six
    threads take 20 MB each at the same time and free them; /resident says how many MB the process has,
    /pid its number.
    """

    def application(environ: dict[str, Any], start_response: Callable[..., Any]) -> list[bytes]:
        if environ["PATH_INFO"] == "/slow":
            (FOLDER / "begun").touch()
            while not (FOLDER / "release").exists():
                time.sleep(0.005)
        elif environ["PATH_INFO"] == "/large":
            take_and_free()
        elif environ["PATH_INFO"] == "/resident":
            status = Path("/proc/self/status").read_text()
            start_response("200 OK", [("Content-Type", "text/plain")])
            return [str(int(status.split("VmRSS:")[1].split()[0]) >> 10).encode()]
        start_response("200 OK", [("Content-Type", "text/plain")])
        return [str(os.getpid()).encode() if environ["PATH_INFO"] == "/pid" else b"whole answer"]

    return application


def take_and_free() -> None:
    """Six threads with 20 MB each at the same time, three times over."""
    for _ in range(3):
        together = threading.Barrier(6)

        def take(together: threading.Barrier = together) -> None:
            taken = b"x" * (20 << 20)
            together.wait(20)
            del taken

        threads = [threading.Thread(target=take) for _ in range(6)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()


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
