"""Server processes of the bench: start, wait, what they cost, stop."""

from __future__ import annotations

import http.client
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from mtc.processes.ports import free_port

ROOT = Path(__file__).resolve().parent.parent.parent
START_SECONDS = 300.0
_TICK = os.sysconf("SC_CLK_TCK")


class BenchError(Exception):
    """The bench cannot go on; the message says why."""


class Server:
    """One server in processes of its own; `started` is how many seconds it took until it answered."""

    def __init__(self, name: str, command: list[str], env: Mapping[str, str], folder: Path) -> None:
        self.name, self.port = name, free_port()
        self.log = folder / f"{name}.log"
        began = time.perf_counter()
        with self.log.open("w") as log:
            self.process = subprocess.Popen(  # noqa: S603 - our own interpreter and arguments
                [sys.executable, *command, "--port", str(self.port)],
                cwd=ROOT, env=environment(env), stdout=log, stderr=log,
            )  # fmt: skip
        while not self._answers():
            if self.process.poll() is not None or time.perf_counter() - began > START_SECONDS:
                self.stop()
                raise BenchError(f"{name} did not start:\n{self.log.read_text()[-2000:]}")
            time.sleep(0.02)
        self.started = time.perf_counter() - began

    def _answers(self) -> bool:
        link = http.client.HTTPConnection("127.0.0.1", self.port, timeout=10)
        try:
            link.request("GET", "/", headers={"Host": f"localhost:{self.port}"})
            link.getresponse().read()
        except OSError:
            return False
        finally:
            link.close()
        return True

    def get(self, host: str, path: str) -> bytes:
        """The body of a page; raises BenchError unless it is a 200."""
        link = http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)
        try:
            link.request("GET", path, headers={"Host": host})
            answer = link.getresponse()
            body = answer.read()
        finally:
            link.close()
        if answer.status != 200:
            raise BenchError(f"{self.name} answered {answer.status} at {path}")
        return body

    def pids(self) -> list[int]:
        """The server's process and its children, of all generations."""
        parents: dict[int, list[int]] = {}
        for entry in Path("/proc").iterdir():
            if entry.name.isdigit():
                stat = _read(entry / "stat").rpartition(") ")[2].split()
                if len(stat) > 1:
                    parents.setdefault(int(stat[1]), []).append(int(entry.name))
        pids, todo = [], [self.process.pid]
        while todo:
            pids.append(todo.pop())
            todo += parents.get(pids[-1], [])
        return pids

    def cpu_seconds(self) -> float:
        """Processor time that the processes have used so far."""
        ticks = 0
        for pid in self.pids():
            stat = _read(Path(f"/proc/{pid}/stat")).rpartition(") ")[2].split()
            ticks += sum(int(value) for value in stat[11:13])
        return ticks / _TICK

    def memory_mb(self) -> tuple[float, float]:
        """(proportional set size, resident set size) of all processes together, in MB of 2**20 bytes."""
        sizes = {"Pss:": 0, "Rss:": 0}
        for pid in self.pids():
            for line in _read(Path(f"/proc/{pid}/smaps_rollup")).splitlines():
                name, *rest = line.split()
                if name in sizes:
                    sizes[name] += int(rest[0])
        return sizes["Pss:"] / 1024, sizes["Rss:"] / 1024

    def stop(self) -> None:
        """End it and wait."""
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
            try:
                self.process.wait(30)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait()


def _read(path: Path) -> str:
    try:
        return path.read_text()
    except OSError:
        return ""


def environment(env: Mapping[str, str]) -> dict[str, str]:
    """The environment without settings of another MTC."""
    inherited = {key: value for key, value in os.environ.items() if not key.startswith("MTC_")}
    return {**inherited, **env}


def opponent(kind: str, env: Mapping[str, str], folder: Path) -> Server:
    """One of bare, flask_route and floor."""
    return Server(kind, ["-m", "mtc.bench.serve", kind], env, folder)


def mtc(name: str, env: Mapping[str, str], folder: Path) -> Server:
    """MTC as `make run` starts it."""
    return Server(name, ["-m", "mtc.cli", "serve"], env, folder)


class Load:
    """The load process."""

    def __init__(self) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-m", "mtc.bench.load"],
            cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
        )  # fmt: skip

    def run(self, server: Server, host: str, path: str, seconds: float) -> tuple[float, float]:
        """(answers a second, milliseconds of the server's processor an answer)."""
        assert self._process.stdin is not None and self._process.stdout is not None
        before = server.cpu_seconds()
        order = {"port": server.port, "host": host, "path": path, "seconds": seconds}
        print(json.dumps(order), file=self._process.stdin, flush=True)
        reply: dict[str, Any] = json.loads(self._process.stdout.readline())
        if "error" in reply:
            raise BenchError(f"{server.name} at {path}: {reply['error']}\n{server.log.read_text()[-2000:]}")
        spent = server.cpu_seconds() - before
        return reply["answers"] / reply["seconds"], 1000 * spent / max(1, reply["answers"])

    def stop(self) -> None:
        """End it and wait."""
        if self._process.stdin is not None:
            self._process.stdin.close()
        self._process.wait(30)
