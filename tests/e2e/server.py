"""A real server for browser tests: the command that people run, in a folder of its own."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from dataclasses import dataclass, field
from pathlib import Path
from urllib.error import URLError
from urllib.request import urlopen

from mtc.processes.ports import free_port

START_SECONDS = 240
STOP_SECONDS = 40


@dataclass
class Served:
    """A running `mtc serve` (and `mtc worker`) with the demo."""

    port: int
    folder: Path
    environment: dict[str, str]
    processes: list[subprocess.Popen[bytes]] = field(default_factory=list)

    @property
    def platform(self) -> str:
        """Address of the platform."""
        return f"http://localhost:{self.port}"

    def store(self, slug: str) -> str:
        """Address of a store."""
        return f"http://{slug}.localhost:{self.port}"

    def run(self, *command: str) -> None:
        """Start one of MTC's commands beside the others; its output goes to a log in the folder."""
        with (self.folder / f"{command[0]}.log").open("ab") as log:
            self.processes.append(
                subprocess.Popen(
                    [sys.executable, "-m", "mtc.cli", *command], env=self.environment, stdout=log, stderr=log
                )
            )

    def wait(self) -> None:
        """Wait until the server answers; raises RuntimeError with its log when it does not."""
        until = time.monotonic() + START_SECONDS
        while time.monotonic() < until:
            if self.processes[-1].poll() is not None:
                break
            try:
                with urlopen(f"http://127.0.0.1:{self.port}/healthz", timeout=2) as answer:
                    if answer.status == 200:
                        return
            except (URLError, OSError):
                time.sleep(0.1)
        self.stop()
        raise RuntimeError(f"mtc serve did not start:\n{self.log()}")

    def log(self) -> str:
        """What the processes printed."""
        return "\n".join(file.read_text(errors="replace") for file in sorted(self.folder.glob("*.log")))

    def stop(self) -> list[int]:
        """End every process as Ctrl-C does; returns their exit codes."""
        for process in self.processes:
            if process.poll() is None:
                process.send_signal(signal.SIGINT)
        codes = []
        for process in self.processes:
            try:
                codes.append(process.wait(STOP_SECONDS))
            except subprocess.TimeoutExpired:
                process.kill()
                codes.append(process.wait())
        return codes


def served(folder: Path, **settings: str) -> Served:
    """A server that is not started yet, with these MTC_ settings."""
    port = free_port()
    environment = {k: v for k, v in os.environ.items() if not k.startswith("MTC_")}
    environment |= {
        "MTC_VAR": str(folder / "var"),
        "MTC_PORT": str(port),
        "MTC_HOST": "127.0.0.1",
        "MTC_PUBLIC_URL": f"http://localhost:{port}",
        "PYTHONUNBUFFERED": "1",
        **{f"MTC_{name.upper()}": value for name, value in settings.items()},
    }
    return Served(port, folder, environment)
