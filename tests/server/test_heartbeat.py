"""A worker process that hangs is killed and replaced."""

from __future__ import annotations

import os
import signal
import time
import urllib.request
from pathlib import Path

import pytest

from mtc.processes.heartbeat import Heartbeats
from tests.server.test_serve import free_port, read_until, site, wait_for

__all__ = ["free_port"]


def test_silence_counts_from_the_last_beat() -> None:
    values = [0.0, 0.0]
    beats = Heartbeats(values)
    assert beats.silence(0) == 0.0  # still starting
    values[0] = time.monotonic() - 40
    assert 40 <= beats.silence(0) < 60
    beats.beat(0)
    assert beats.silence(0) < 20
    beats.clear(0)
    assert values == [0.0, 0.0]


@pytest.mark.parametrize("silent", ["2", "600"], ids=["ours", "control"])
def test_a_stopped_process_is_replaced(tmp_path: Path, free_port: int, silent: str) -> None:
    """Case A5. Both processes take connections from one queue, so the other answers meanwhile."""
    with site(tmp_path, free_port, SITE_WORKERS="2", SITE_SILENT=silent) as process:
        read_until(process, "ready")

        def children() -> list[str]:
            return Path(f"/proc/{process.pid}/task/{process.pid}/children").read_text().split()

        seen = set[str]()

        def both_answer() -> bool:
            with urllib.request.urlopen(f"http://127.0.0.1:{free_port}/pid", timeout=20) as answer:
                seen.add(answer.read().decode())
            return len(seen) == 2

        wait_for(both_answer, 60)
        hung = seen.pop()
        os.kill(int(hung), signal.SIGSTOP)
        wait_for(lambda: Path(f"/proc/{hung}/stat").read_text().rpartition(") ")[2].startswith("T"))
        try:
            for _ in range(20):
                with urllib.request.urlopen(f"http://127.0.0.1:{free_port}/", timeout=20) as answer:
                    assert answer.read() == b"whole answer"
            if silent == "600":
                time.sleep(2.5)
                assert hung in children()
            else:
                wait_for(lambda: hung not in children() and len(children()) == 2, 60)
        finally:
            if hung in children():
                os.kill(int(hung), signal.SIGCONT)
        process.send_signal(signal.SIGTERM)
        process.communicate(timeout=20)
