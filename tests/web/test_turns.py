"""GETs take turns, nothing else waits, and nobody waits for ever."""

import threading

import pytest

from mtc.middleware import serialize_reads
from mtc.middleware.serialize_reads import SerializeReads


class Slow:
    """An application that waits inside until it is told to go on, and counts who is inside."""

    def __init__(self) -> None:
        self.inside = self.most = 0
        self.entered, self.go = threading.Semaphore(0), threading.Event()

    def __call__(self, environ, start_response):
        self.inside += 1
        self.most = max(self.most, self.inside)
        self.entered.release()
        assert self.go.wait(20)
        self.inside -= 1
        if environ.get("fails"):
            raise LookupError
        return [b"answer"]


@pytest.fixture
def slow():
    return Slow()


def at_once(app, *environs):
    threads = [threading.Thread(target=app, args=(environ, None)) for environ in environs]
    for thread in threads:
        thread.start()
    return threads


def finish(slow, threads):
    slow.go.set()
    for thread in threads:
        thread.join(20)
    assert slow.inside == 0


def test_pages_are_made_one_after_the_other(slow, monkeypatch):
    monkeypatch.setattr(serialize_reads, "PATIENCE_SECONDS", 20)
    threads = at_once(SerializeReads(slow), *[{"REQUEST_METHOD": "GET"}] * 3)
    assert slow.entered.acquire(timeout=20)
    finish(slow, threads)
    assert slow.most == 1


def test_what_changes_something_does_not_wait(slow, monkeypatch):
    monkeypatch.setattr(serialize_reads, "PATIENCE_SECONDS", 20)
    threads = at_once(SerializeReads(slow), {"REQUEST_METHOD": "GET"}, {"REQUEST_METHOD": "POST"})
    assert slow.entered.acquire(timeout=20)
    assert slow.entered.acquire(timeout=20)
    finish(slow, threads)


def test_patience_has_an_end(slow, monkeypatch):
    monkeypatch.setattr(serialize_reads, "PATIENCE_SECONDS", 0)
    threads = at_once(SerializeReads(slow), *[{"REQUEST_METHOD": "GET"}] * 2)
    assert slow.entered.acquire(timeout=20)
    assert slow.entered.acquire(timeout=20)
    finish(slow, threads)


def test_an_error_gives_the_turn_back(slow):
    slow.go.set()
    app = SerializeReads(slow)
    for _ in range(2):
        with pytest.raises(LookupError):
            app({"REQUEST_METHOD": "GET", "fails": True}, None)
    assert app({"REQUEST_METHOD": "GET"}, None) == [b"answer"]
