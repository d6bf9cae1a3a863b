"""The server starts, announces itself, refuses a busy port and stops without cutting anything off."""

import os
import signal
import socket
import subprocess
import sys
import threading
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from granian.server.mp import WorkerProcess

from mtc.processes import ports
from mtc.server import StartError
from mtc.server.parent import Child, check_port
from tests.servers.waiting import eventually


@pytest.fixture
def free_port() -> int:
    """A port that nobody listens on."""
    return ports.free_port()


@contextmanager
def site(folder: Path, port: int, **environment: str) -> Iterator[subprocess.Popen[str]]:
    """A server of tests.server.site in a process of its own."""
    process = subprocess.Popen(
        [sys.executable, "-m", "tests.server.site"],
        env={**os.environ, "PORT": str(port), "SITE_FOLDER": str(folder), **environment},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
        # Whoever runs the tests under nohup hands on a SIGHUP that is ignored.
        preexec_fn=lambda: signal.signal(signal.SIGHUP, signal.SIG_DFL),
    )
    try:
        yield process
    finally:
        process.kill()
        process.communicate()


def read_until(process: subprocess.Popen[str], word: str) -> list[str]:
    """The lines up to and with word."""
    assert process.stdout
    lines: list[str] = []
    while not lines or lines[-1] != word:
        line = process.stdout.readline()
        assert line, f"ended before {word!r}: {lines}"
        lines.append(line.strip())
    return lines


def wait_for(condition: Callable[[], bool], seconds: float = 10) -> None:
    """Return once condition holds; fail after so many seconds."""
    assert eventually(condition, seconds)


@pytest.mark.parametrize(
    ("number", "group"),
    [(signal.SIGINT, True), (signal.SIGTERM, True), (signal.SIGTERM, False), (signal.SIGHUP, True)],
)
def test_a_request_in_flight_is_answered_before_the_server_ends(
    tmp_path: Path, free_port: int, number: signal.Signals, group: bool
) -> None:
    answers: list[bytes] = []

    def ask() -> None:
        with urllib.request.urlopen(f"http://127.0.0.1:{free_port}/slow", timeout=20) as answer:
            answers.append(answer.read())

    with site(tmp_path, free_port) as process:
        assert read_until(process, "ready") == ["prepare", "start", "ready"]
        visitor = threading.Thread(target=ask)
        visitor.start()
        wait_for((tmp_path / "begun").exists)
        # A terminal's Ctrl-C and some supervisors signal every process, others only the first.
        (os.killpg if group else os.kill)(process.pid, number)
        (tmp_path / "release").touch()
        visitor.join(20)
        rest, errors = process.communicate(timeout=20)
    assert (answers, rest, errors, process.returncode) == ([b"whole answer"], "stop\n", "", 0)


@pytest.mark.parametrize(("hoards", "least", "most"), [("", 0, 30), ("1", 90, 999)], ids=["ours", "control"])
def test_what_many_log_ins_at_once_take_is_given_back(
    tmp_path: Path, free_port: int, hoards: str, least: int, most: int
) -> None:
    """A password takes 20 MB to check, in whichever thread it is."""

    def ask(path: str) -> bytes:
        with urllib.request.urlopen(f"http://127.0.0.1:{free_port}{path}", timeout=20) as answer:
            body: bytes = answer.read()
        return body

    with site(tmp_path, free_port, SITE_HOARDS=hoards) as process:
        read_until(process, "ready")
        before = int(ask("/resident"))
        assert ask("/large") == b"whole answer"
        assert least <= int(ask("/resident")) - before <= most


@pytest.mark.parametrize(
    ("kind", "pause", "alive"), [(Child, 0.1, False), (WorkerProcess, 20, True)], ids=["ours", "control"]
)
def test_a_worker_that_ended_is_never_taken_for_one_that_refuses(
    kind: type[WorkerProcess], pause: float, alive: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Who hears of the end first may be slow to tell, on a busy machine."""
    told, asked, wait = threading.Event(), threading.Event(), os.waitpid

    def slow(number: int, options: int) -> tuple[int, int]:
        found = wait(number, options)
        told.set()
        asked.wait(pause)
        return found

    monkeypatch.setattr(os, "waitpid", slow)
    worker = kind(None, 0, abs, (0,))
    worker.interrupt_by_parent = True
    worker.start()
    assert told.wait(20)
    worker.join(20)
    assert worker.is_alive() is alive
    asked.set()
    worker.inner.join()


def test_a_failing_start_is_one_line_and_exit_1(tmp_path: Path, free_port: int) -> None:
    with site(tmp_path, free_port, SITE_FAILS="1", SITE_WORKERS="2") as process:
        output, errors = process.communicate(timeout=20)
    assert (output, errors, process.returncode) == ("prepare\n", "mtc: The database cannot be reached.\n", 1)


def test_a_busy_port_is_one_line_and_exit_1(tmp_path: Path, free_port: int) -> None:
    with socket.create_server(("127.0.0.1", free_port)), site(tmp_path, free_port) as process:
        output, errors = process.communicate(timeout=20)
    message = f"Cannot listen on 127.0.0.1:{free_port}: Address already in use. "
    message += "Choose another port with PORT=.\n"
    assert (output, errors, process.returncode) == ("", message, 1)


def test_the_port_of_a_running_server_is_busy_though_it_shares_it(tmp_path: Path, free_port: int) -> None:
    with site(tmp_path, free_port) as process:
        read_until(process, "ready")
        with pytest.raises(StartError, match="Address already in use"):
            check_port("127.0.0.1", free_port)
        process.send_signal(signal.SIGTERM)
        process.communicate(timeout=20)


def test_a_worker_that_dies_is_replaced_however_often(tmp_path: Path, free_port: int) -> None:
    """Left to itself granian ends when one dies again within 5.5 seconds."""
    with site(tmp_path, free_port) as process:
        read_until(process, "ready")
        for _ in range(2):
            children = Path(f"/proc/{process.pid}/task/{process.pid}/children").read_text().split()
            os.kill(int(children[0]), signal.SIGKILL)
            assert read_until(process, "start") == ["[ERROR] Unexpected exit from worker-1", "start"]
        process.send_signal(signal.SIGTERM)
        process.communicate(timeout=20)
    assert process.returncode == 0


def test_an_address_of_another_machine_is_refused() -> None:
    with pytest.raises(StartError, match=r"Cannot listen on 192\.0\.2\.1:8000"):
        check_port("192.0.2.1", 8000)
