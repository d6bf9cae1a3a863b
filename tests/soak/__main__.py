"""`make soak`: shoppers beside 500 hostile connections and a hung process; they must not notice.

`python -m tests.soak --seconds 600 --clients 500 --shoppers 20`. Ends with 1 when a shopper met an error or
the p99 of their answers was more than twice that without the attack.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import signal
import subprocess
import tempfile
import threading
import time
from collections import Counter
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from tests.servers.waiting import eventually
from tests.soak.attackers import Attackers
from tests.soak.purchases import own_server
from tests.soak.shoppers import Crossing, Walk, walk

HANG_AFTER = 0.25
"""When, as a share of the attack, one of the two web processes is stopped for good."""
REPLACED_WITHIN_SECONDS = 90.0
"""A hung process is replaced after half a minute of silence; on a busy machine everything takes longer."""


@dataclass
class Soak:
    """The shoppers without and beside the attack, and the connections that the attackers made."""

    before: Walk
    beside: Walk
    made: Counter[str]
    replaced: bool

    def ratio(self) -> float:
        """p99 beside the attack / p99 without."""
        return self.beside.p99() / self.before.p99()


def soak(seconds: float, clients: int, shoppers: int, quiet_seconds: float) -> Soak:
    """Start a server of two processes with the demo and do it; `seconds` is the length of the attack."""
    with tempfile.TemporaryDirectory() as folder, own_server(Path(folder), MTC_PROCESSES="2") as url:
        walk(url, 2, min(5.0, quiet_seconds))  # what is made once is made
        before = walk(url, shoppers, quiet_seconds)
        parts = urlsplit(url)
        attackers = Attackers(parts.hostname or "", parts.port or 80, clients)
        loop, over = asyncio.new_event_loop(), asyncio.Event()
        attack = threading.Thread(target=loop.run_until_complete, args=(attackers.run(over),))
        attack.start()
        pids = web_processes(parts.port or 80)
        crossing = Crossing()
        hang = threading.Timer(seconds * HANG_AFTER, crossing.at_rest, (lambda: stop(pids[0]),))
        hang.start()
        try:
            beside = walk(url, shoppers, seconds, crossing)
        finally:
            hang.join()
            loop.call_soon_threadsafe(over.set)
            attack.join()
            loop.close()
        replaced = is_replaced(pids[0], parts.port or 80, len(pids))
        if not replaced:
            with suppress(ProcessLookupError):  # it may have ended, and none have followed
                os.kill(pids[0], signal.SIGCONT)
        return Soak(before, beside, attackers.made, replaced)


def stop(pid: int) -> None:
    """Stop a process, and return once it is stopped."""
    os.kill(pid, signal.SIGSTOP)
    while not Path(f"/proc/{pid}/stat").read_text().rpartition(") ")[2].startswith("T"):
        time.sleep(0.001)


def is_replaced(pid: int, port: int, processes: int) -> bool:
    """Whether the process ends and the server has as many again, soon enough."""

    def replaced() -> bool:
        now = web_processes(port)
        return pid not in now and len(now) == processes

    return eventually(replaced, REPLACED_WITHIN_SECONDS, pause=0.5)


def web_processes(port: int) -> list[int]:
    """The worker processes of the server on that port."""
    listed = subprocess.run(["ps", "-eo", "pid,ppid,args"], capture_output=True, text=True, check=True).stdout
    rows = [line.split(None, 2) for line in listed.splitlines()[1:]]
    serving = {row[0] for row in rows if f"--port {port}" in row[2] and "serve" in row[2]}
    return [int(row[0]) for row in rows if row[0] in serving and row[1] in serving]


def main() -> int:
    """Print the figures; 0 when nobody noticed."""
    parser = argparse.ArgumentParser(prog="python -m tests.soak", description=__doc__)
    parser.add_argument("--seconds", type=float, default=600.0, help="Length of the attack.")
    parser.add_argument("--clients", type=int, default=500, help="Connections of the attackers at a time.")
    parser.add_argument("--shoppers", type=int, default=20)
    parser.add_argument("--quiet", type=float, default=60.0, help="Seconds of the walk without the attack.")
    given = parser.parse_args()
    found = soak(given.seconds, given.clients, given.shoppers, given.quiet)
    for name, one in (("without", found.before), ("beside", found.beside)):
        longest, errors = max(one.seconds), len(one.errors)
        took = f"p99 {one.p99():.3f} s, longest {longest:.3f} s"
        print(f"{name:<8} {len(one.seconds)} answers, {took}, {errors} errors")
    print(f"p99 {found.ratio():.2f} times; hung process replaced: {'yes' if found.replaced else 'no'}")
    print("connections: " + ", ".join(f"{name} {count}" for name, count in sorted(found.made.items())))
    for sentence in sorted(set(found.before.errors + found.beside.errors))[:5]:
        print(f"  {sentence}")
    return int(bool(found.beside.errors) or found.ratio() > 2)


if __name__ == "__main__":
    raise SystemExit(main())
