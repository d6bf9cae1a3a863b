"""Requests that wait for a place: networks take turns, and what waits is bounded."""

from __future__ import annotations

import threading
from collections.abc import Callable

import pytest

from mtc.server.fair_queue import WAITING_OF_ONE, BusyError, FairQueue


class Held:
    """Jobs of a FairQueue that run until they are let go, each in a thread of its own."""

    def __init__(self, places: int) -> None:
        self.queue, self.order = FairQueue(places), list[str]()
        self._gates: dict[str, threading.Event] = {}
        self._threads: list[threading.Thread] = []
        self._changed = threading.Condition()

    def bring(self, name: str) -> None:
        """A job of the network that its first letter names."""
        self._gates[name] = threading.Event()
        thread = threading.Thread(target=self.queue.run, args=(name[0], self._job(name)))
        thread.start()
        self._threads.append(thread)

    def _job(self, name: str) -> Callable[[bool], None]:
        def job(late: bool) -> None:
            with self._changed:
                self.order.append(name)
                self._changed.notify_all()
            assert self._gates[name].wait(20)

        return job

    def wait_until(self, count: int) -> None:
        """Return once so many jobs have begun."""
        with self._changed:
            assert self._changed.wait_for(lambda: len(self.order) >= count, 20)

    def finish(self) -> list[str]:
        """Let all go; the order in which they began."""
        for gate in self._gates.values():
            gate.set()
        for thread in self._threads:
            thread.join(20)
        assert self.queue.is_idle()
        return self.order


def test_networks_take_turns_and_none_has_all_places() -> None:
    held = Held(2)
    held.bring("a1")
    held.wait_until(1)
    for name in ("a2", "a3", "a4"):  # one place is kept free of this network
        held._gates[name] = threading.Event()
        held.queue.run("a", held._job(name))
    assert held.order == ["a1"] and not held.queue.is_stuck(0)
    held.bring("b1")
    held.wait_until(2)
    assert held.order == ["a1", "b1"] and held.queue.is_stuck(0)
    held._gates["b2"] = threading.Event()
    held.queue.run("b", held._job("b2"))
    held._gates["a1"].set()
    held.wait_until(3)
    assert held.finish()[:3] == ["a1", "b1", "a2"] and set(held.order[3:]) == {"a3", "a4", "b2"}


def test_what_waits_is_bounded_and_told_that_it_is_late(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("mtc.server.fair_queue.WAIT_SECONDS", -1.0)
    held, late = Held(1), list[bool]()
    held.bring("a1")
    held.wait_until(1)
    for _ in range(WAITING_OF_ONE):
        held.queue.run("a", late.append)
    with pytest.raises(BusyError):
        held.queue.run("a", late.append)
    held.queue.run("b", late.append)
    held.finish()
    assert late == [True] * (WAITING_OF_ONE + 1)
