"""A group replaces what ends, hangs or is killed, pauses before what dies at once, and stops gently."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from mtc.processes.heartbeat import Heartbeats, Watcher
from mtc.processes.process_group import LONGEST_PAUSE, pause_after
from tests.chaos.house import children
from tests.server.test_serve import wait_for


class Running:
    """A group in a process of its own, and what its processes said."""

    def __init__(self, process: subprocess.Popen[bytes], folder: Path) -> None:
        self.process, self._folder = process, folder

    def told(self, word: str) -> list[int]:
        """The numbers of the processes that said the word."""
        lines = (self._folder / "out").read_text().splitlines()
        return [int(line.split()[1]) for line in lines if line.startswith(f"{word} ")]

    def errors(self) -> str:
        """What the group wrote to its log."""
        return (self._folder / "errors").read_text()

    def end(self, number: signal.Signals = signal.SIGTERM, *, group: bool = False) -> int:
        """Tell it to stop; its exit code."""
        (os.killpg if group else os.kill)(self.process.pid, number)
        return self.process.wait(30)


@contextmanager
def group(folder: Path, **environment: object) -> Iterator[Running]:
    """Start tests.processes.program."""
    settings = {f"PROGRAM_{name.upper()}": str(value) for name, value in environment.items()}
    with (folder / "out").open("wb") as out, (folder / "errors").open("wb") as errors:
        process = subprocess.Popen(
            [sys.executable, "-m", "tests.processes.program"],
            env={**os.environ, "PROGRAM_FOLDER": str(folder), **settings},
            stdout=out,
            stderr=errors,
            start_new_session=True,
            preexec_fn=lambda: signal.signal(signal.SIGHUP, signal.SIG_DFL),
        )
    running = Running(process, folder)
    try:
        yield running
    finally:
        for number in {*children(process.pid)}:
            os.kill(number, signal.SIGKILL)
        process.kill()
        process.wait()


@pytest.mark.parametrize("how", ["hold", "stop"])
@pytest.mark.parametrize("silent", [1, 600], ids=["ours", "control"])
def test_a_process_that_hangs_is_replaced(tmp_path: Path, how: str, silent: int) -> None:
    """`hold` keeps the interpreter's lock for ever, `stop` is SIGSTOP; the other process is left alone."""
    with group(tmp_path, count=2, first=how, silent=silent) as running:
        wait_for(lambda: len(running.told("ready")) == 2, 30)
        before = set(children(running.process.pid))
        (tmp_path / "go").touch()
        wait_for(lambda: not (tmp_path / "go").exists())
        if silent == 600:
            time.sleep(2.5)
            assert set(children(running.process.pid)) == before
            return
        wait_for(lambda: len(running.told("ready")) == 3, 30)
        after = set(running.told("ready")) - before
        assert len(after) == 1 and len(set(children(running.process.pid)) & before) == 1
        assert "has not answered for 1 seconds: it is replaced." in running.errors()
        assert running.end() == 0
        assert len(running.told("finished")) == 2


@pytest.mark.parametrize(
    ("number", "whole"),
    [(signal.SIGTERM, False), (signal.SIGTERM, True), (signal.SIGINT, True), (signal.SIGHUP, True)],
)
def test_what_runs_is_finished_before_the_group_ends(
    tmp_path: Path, number: signal.Signals, whole: bool
) -> None:
    with group(tmp_path, count=2, finishes=0.5) as running:
        wait_for(lambda: len(running.told("ready")) == 2, 30)
        assert running.end(number, group=whole) == 0
        assert sorted(running.told("finished")) == sorted(running.told("ready"))
        assert running.errors() == ""


def test_a_process_that_does_not_finish_in_time_is_killed(tmp_path: Path) -> None:
    with group(tmp_path, finishes=60, stop=0.3) as running:
        wait_for(lambda: len(running.told("ready")) == 1, 30)
        assert running.end() == 0
        assert running.told("finished") == []
        assert "A worker did not finish" in running.errors()


def test_a_process_that_is_killed_or_told_to_go_is_replaced(tmp_path: Path) -> None:
    with group(tmp_path) as running:
        for lives, number in enumerate((signal.SIGKILL, signal.SIGTERM), 1):
            wait_for(lambda lives=lives: len(running.told("ready")) == lives, 30)  # type: ignore[misc]
            os.kill(running.told("ready")[-1], number)
        wait_for(lambda: len(running.told("ready")) == 3, 30)
        assert running.end() == 0


def test_pauses_grow_while_a_process_dies_at_once(tmp_path: Path) -> None:
    """Without them what dies at once for ever would take a whole processor."""
    assert [pause_after(lives) for lives in range(5)] == [0.0, 0.5, 1.0, 2.0, 4.0]
    assert pause_after(10_000) == LONGEST_PAUSE
    with group(tmp_path, dies=1) as running:
        wait_for(lambda: len(running.told("ready")) == 4, 30)
        assert running.end() == 0
        said = [line.rpartition(": ")[2] for line in running.errors().splitlines()]
    pauses = [f"the next one starts in {seconds} s." for seconds in ("0.2", "0.4", "0.8", "1.6")]
    assert said in (pauses[:3], pauses)


def test_a_group_that_cannot_start_ends_with_what_its_process_said(tmp_path: Path) -> None:
    with group(tmp_path, count=1, fails=1) as running:
        assert running.process.wait(30) == 1
        assert running.errors() == "It cannot start.\n"


def test_processes_end_with_a_parent_that_was_killed(tmp_path: Path) -> None:
    with group(tmp_path, count=2) as running:
        wait_for(lambda: len(running.told("ready")) == 2, 30)
        os.kill(running.process.pid, signal.SIGKILL)
        wait_for(lambda: len(running.told("finished")) == 2, 30)


def test_everybody_gets_the_time_anew_after_the_parent_was_stopped(monkeypatch: pytest.MonkeyPatch) -> None:
    """Ctrl-Z stops all of them; who goes on first must not take the others for dead."""
    now, killed = [1000.0], list[int]()
    monkeypatch.setattr("mtc.processes.heartbeat.time.monotonic", lambda: now[0])
    monkeypatch.setattr("mtc.processes.heartbeat.os.kill", lambda pid, _number: killed.append(pid))
    beats = Heartbeats([0.0, 0.0])
    watcher = Watcher(beats, silent=30)
    beats.beat(0)
    now[0] += 300
    watcher.look({0: 11, 1: 12})
    assert killed == []
    for _ in range(29):
        now[0] += 1
        watcher.look({0: 11, 1: 12})
    assert killed == []
    for _ in range(2):
        now[0] += 1
        watcher.look({0: 11, 1: 12})
    assert killed == [11]  # the other one is still starting
