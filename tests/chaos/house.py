"""The processes of one installation under attack: started, killed with -9, and started again at once."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path
from typing import Any

from mtc.processes.ports import free_port
from tests.chaos.size import FULL
from tests.servers.database import KEYRING, SECRET

START_SECONDS = 120


def children(number: int) -> list[int]:
    """The processes that a process has started and that still run."""
    try:
        text = Path(f"/proc/{number}/task/{number}/children").read_text()
    except OSError:
        return []
    return [int(word) for word in text.split()]


def kill(number: int) -> int:
    """End a process at once; 1 when there was one to end."""
    try:
        os.kill(number, signal.SIGKILL)
    except ProcessLookupError:
        return 0
    return 1


class House:
    """One `mtc serve` and so many `mtc worker`; what ends is started anew, as a supervisor would."""

    def __init__(self, folder: Path, *, workers: int, **settings: str) -> None:
        self.folder, self.port = folder, free_port()
        self.environment = {
            **{name: value for name, value in os.environ.items() if not name.startswith("MTC_")},
            "MTC_VAR": str(folder),
            "MTC_HOST": "127.0.0.1",
            "MTC_PORT": str(self.port),
            "MTC_PUBLIC_URL": f"http://localhost:{self.port}",
            "MTC_TRUSTED_HOPS": "1",
            "MTC_DEMO": "no",
            "MTC_SECRET_KEY": SECRET,
            "MTC_KEYRING": KEYRING,
            "CHAOS_FOLDER": str(folder),
            **({} if FULL else {"CHAOS_LEASE": "6"}),  # a gate has no time to wait for what was killed last
            **{f"MTC_{name.upper()}": value for name, value in settings.items()},
        }
        self._commands = ["serve", *["worker"] * workers]
        self._processes: list[subprocess.Popen[bytes] | None] = [None] * len(self._commands)
        self._guard = threading.Lock()
        self._over = threading.Event()
        self._paused: set[str] = set()
        self._supervisor = threading.Thread(target=self._supervise, daemon=True)
        self.killed = 0

    def __enter__(self) -> House:
        self._supervisor.start()
        return self

    def __exit__(self, *_: Any) -> None:
        self._over.set()
        self._supervisor.join()
        for process in self._processes:
            if process is not None:
                self._kill_all(process)
                process.wait()

    def _supervise(self) -> None:
        while not self._over.wait(0.05):
            with self._guard:
                for place, command in enumerate(self._commands):
                    process = self._processes[place]
                    if command not in self._paused and (process is None or process.poll() is not None):
                        self._processes[place] = self._start(command)

    def _start(self, command: str) -> subprocess.Popen[bytes]:
        with (self.folder / f"{command}.log").open("ab") as log:
            return subprocess.Popen(
                [sys.executable, "-m", "tests.chaos.program", command],
                env=self.environment,
                stdout=log,
                stderr=log,
            )

    def log(self) -> str:
        """The end of what the processes printed."""
        return "\n".join(file.read_text(errors="replace")[-3000:] for file in self.folder.glob("*.log"))

    def _kill_all(self, process: subprocess.Popen[bytes]) -> int:
        return sum(kill(number) for number in [process.pid, *children(process.pid)])

    def kill_web(self) -> bool:
        """End one process that answers requests; False when there is none yet."""
        process = self._processes[0]
        found = children(process.pid) if process else []
        count = kill(found[self.killed % len(found)]) if found else 0
        self.killed += count
        return bool(count)

    def kill_server(self) -> bool:
        """End `mtc serve` with all its processes."""
        process = self._processes[0]
        count = self._kill_all(process) if process else 0
        self.killed += count
        return bool(count)

    def kill_worker(self, which: int) -> bool:
        """End one `mtc worker`."""
        process = self._processes[1 + which % (len(self._processes) - 1)]
        count = min(1, self._kill_all(process)) if process and process.poll() is None else 0
        self.killed += count
        return bool(count)

    def pause_workers(self) -> None:
        """End all workers and start none until `go_on`."""
        with self._guard:
            self._paused.add("worker")
        for which in range(len(self._processes) - 1):
            self.kill_worker(which)

    def go_on(self) -> None:
        """Start workers again."""
        with self._guard:
            self._paused.clear()

    def wait(self, ask: Any) -> None:
        """Wait until `ask()` is true; raises AssertionError with the logs when it does not come."""
        until = time.monotonic() + START_SECONDS
        while not ask():
            assert time.monotonic() < until, self.log()
            time.sleep(0.05)
