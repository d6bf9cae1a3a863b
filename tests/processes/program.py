"""A group of processes that do as the environment says and tell it on standard output."""

import ctypes
import os
import signal
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path

from mtc.processes import heartbeat, process_group

FOLDER = Path(os.environ.get("PROGRAM_FOLDER", "."))


def say(*words: object) -> None:
    """One line for the test that reads."""
    os.write(1, (" ".join(map(str, words)) + "\n").encode())


def hold() -> None:
    """Keep the interpreter's lock in a call that does not come back: no other thread runs any more."""
    ctypes.PyDLL(None).pause()


def work(ready: Callable[[], None]) -> None:
    """Work until SIGTERM. The first life does what PROGRAM_FIRST says once the file `go` is there."""
    stopping = threading.Event()
    if os.environ.get("PROGRAM_FAILS"):
        sys.exit("It cannot start.")
    signal.signal(signal.SIGTERM, lambda *_: stopping.set())
    ready()
    say("ready", os.getpid())
    first = os.environ.get("PROGRAM_FIRST", "")
    if os.environ.get("PROGRAM_DIES"):
        os._exit(3)
    while not stopping.wait(0.02):
        if first and (FOLDER / "go").exists():
            try:
                (FOLDER / "go").unlink()
            except FileNotFoundError:
                continue
            {"hold": hold, "stop": lambda: os.kill(os.getpid(), signal.SIGSTOP)}[first]()
    time.sleep(float(os.environ.get("PROGRAM_FINISHES", "0")))
    say("finished", os.getpid())


if __name__ == "__main__":
    heartbeat.BEAT_SECONDS = process_group.BEAT_SECONDS = 0.05
    process_group.STOP_SECONDS = float(os.environ.get("PROGRAM_STOP", "20"))
    process_group.FIRST_PAUSE = 0.2
    count = int(os.environ.get("PROGRAM_COUNT", "1"))
    silent = float(os.environ.get("PROGRAM_SILENT", "600"))
    sys.exit(process_group.Group(work, count, silent=silent).run())
