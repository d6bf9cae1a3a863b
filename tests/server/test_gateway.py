"""The parts of the gateway: limits of transfers, environs, uploads, streams."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable, Coroutine, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from mtc.server import body_reader, responses
from mtc.server.body_reader import GoneError, TooLargeError, UploadStream, read_body
from mtc.server.environ import build_environ
from mtc.server.exchange import Exchange
from mtc.server.gateway import Gateway
from mtc.server.responses import Answer, send_stream
from mtc.server.served_app import Site
from mtc.server.transfer_limits import EvictedError, Transfers


def scope(method: str = "GET", raw_path: bytes = b"/", **headers: Any) -> dict[str, Any]:
    """The scope of a request as granian makes it."""
    told = [(name.replace("_", "-").encode(), value) for name, value in headers.items()]
    return {
        "type": "http", "method": method, "raw_path": raw_path, "query_string": b"a=%20b", "scheme": "http",
        "http_version": "1.1", "server": ("127.0.0.1", "8000"), "client": ("192.0.2.7", "40000"),
        "headers": [*told],
    }  # fmt: skip


def run_apart(work: Coroutine[Any, Any, Any]) -> Any:
    """What the coroutine returns, in a thread of its own: a browser test may have left a loop in this one."""
    with ThreadPoolExecutor(1) as threads:
        return threads.submit(asyncio.run, work).result()


class Sender:
    """What a client sends: parts, then nothing more until `then` says how it ends."""

    def __init__(self, *parts: bytes, whole: bool = True, gone: bool = False) -> None:
        self._parts, self._whole, self._gone = list(parts), whole, gone

    async def receive(self) -> dict[str, Any]:
        """The next message of ASGI."""
        if self._parts:
            part = self._parts.pop(0)
            return {"type": "http.request", "body": part, "more_body": bool(self._parts) or not self._whole}
        if self._gone:
            return {"type": "http.disconnect"}
        await asyncio.get_running_loop().create_future()
        raise AssertionError


def test_an_environ_says_what_the_request_said() -> None:
    given = scope(raw_path=b"/p%C3%A4%FF%2F", host=b"shop.example", content_length=b"3")
    given["headers"] += [(b"cookie", b"a=b"), (b"cookie", b"c=d"), (b"accept", b"x"), (b"accept", b"y")]
    given["headers"] += [(b"x_forwarded_for", b"1.1.1.1"), (b"x-caf\xe9", b"\xe9")]
    environ = build_environ(given)
    assert environ["PATH_INFO"].encode("latin-1") == b"/p\xc3\xa4\xff/"
    wanted = {
        "QUERY_STRING": "a=%20b", "HTTP_HOST": "shop.example", "CONTENT_LENGTH": "3", "HTTP_ACCEPT": "x,y",
        "HTTP_COOKIE": "a=b; c=d", "REMOTE_ADDR": "192.0.2.7", "SERVER_PORT": "8000",
        "wsgi.url_scheme": "http",
    }  # fmt: skip
    assert {name: environ[name] for name in wanted} == wanted
    assert not {"HTTP_X_FORWARDED_FOR", "HTTP_CONTENT_LENGTH", ""} & set(environ)


def test_a_body_is_read_whole_or_not_at_all(monkeypatch: pytest.MonkeyPatch) -> None:
    def read(sender: Sender, largest: int = 10) -> bytes:
        return run_apart(read_body(sender.receive, largest))

    assert read(Sender(b"ab", b"", b"c")) == b"abc"
    with pytest.raises(TooLargeError):
        read(Sender(b"x" * 6, b"x" * 5))
    with pytest.raises(GoneError):
        read(Sender(b"ab", whole=False, gone=True))
    monkeypatch.setattr(body_reader, "BODY_SECONDS", 0.01)
    with pytest.raises(TimeoutError):
        read(Sender(b"ab", whole=False))


def test_the_oldest_transfer_makes_room_first_in_the_network_with_the_most() -> None:
    async def run(total: int, of_one: int, *networks: str) -> list[str]:
        transfers, ended = Transfers(total, of_one), []

        async def transfer(name: str) -> None:
            try:
                with transfers.joined(name[0]):
                    await asyncio.get_running_loop().create_future()
            except EvictedError:
                ended.append(name)

        tasks = []
        for name in networks:
            tasks.append(asyncio.create_task(transfer(name)))
            await asyncio.sleep(0)
            await asyncio.sleep(0)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        assert transfers.count == 0
        return ended

    assert run_apart(run(9, 2, "a1", "b1", "a2", "a3", "a4", "b2")) == ["a1", "a2"]
    assert run_apart(run(3, 9, "b1", "a1", "a2", "c1", "d1")) == ["a1", "b1"]


@pytest.fixture
def loop() -> Iterator[asyncio.AbstractEventLoop]:
    """An event loop that runs in a thread of its own."""
    made = asyncio.new_event_loop()
    thread = threading.Thread(target=made.run_forever)
    thread.start()
    yield made
    made.call_soon_threadsafe(made.stop)
    thread.join(20)
    made.close()


def test_an_upload_is_read_as_it_arrives_and_ends_when_it_stops(
    loop: asyncio.AbstractEventLoop, monkeypatch: pytest.MonkeyPatch
) -> None:
    stream = UploadStream(Sender(b"one\ntw", b"o\nthree").receive, loop)
    assert [stream.readline(), stream.read(2), stream.readline(9), stream.readline(3)] == [
        b"one\n", b"tw", b"o\n", b"thr",
    ]  # fmt: skip
    assert (stream.read(), stream.read(5), stream.readline()) == (b"ee", b"", b"")
    monkeypatch.setattr(body_reader, "BODY_SECONDS", 0.01)
    stalled = UploadStream(Sender(b"abc", whole=False).receive, loop)
    assert stalled.read() == b"abc"
    gone = UploadStream(Sender(b"abc", whole=False, gone=True).receive, loop)
    assert gone.read() == b"abc"


class Parts:
    """A long answer that knows whether it was closed."""

    def __init__(self, count: int) -> None:
        self._left, self.closed = count, threading.Event()

    def __iter__(self) -> Iterator[bytes]:
        return self

    def __next__(self) -> bytes:
        if not self._left:
            raise StopIteration
        self._left -= 1
        return b"part"

    def close(self) -> None:
        """Told by the gateway."""
        self.closed.set()


@pytest.mark.parametrize("how", ["taken", "stalled", "gone"])
def test_a_stream_ends_with_its_client(how: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(responses, "STALL_SECONDS", 0.01 if how == "stalled" else 20.0)
    parts, sent = Parts(3), []

    async def run() -> None:
        gone = asyncio.get_running_loop().create_future()

        async def send(message: dict[str, Any]) -> None:
            sent.append(message.get("body", b"start"))
            if how == "stalled" and len(sent) == 2:
                await asyncio.get_running_loop().create_future()
            if how == "gone" and len(sent) == 2:
                gone.set_result(None)

        with ThreadPoolExecutor(1) as threads:
            await send_stream(send, Answer(200, [], b"", parts), threads, gone)

    run_apart(run())
    assert parts.closed.wait(20)
    assert sent == [b"start", *([b"part"] * 3 + [b""] if how == "taken" else [b"part"])]


class Watcher:
    """granian's side of an exchange: what was sent, and whether it was ended."""

    def __init__(self, given: dict[str, Any], sender: Sender) -> None:
        self.scope, self.proto, self.receive = given, self, sender.receive
        self.sent, self.ended = list[dict[str, Any]](), threading.Event()

    def send(self, message: dict[str, Any]) -> None:
        """Keep the message."""
        self.sent.append(message)

    def done(self) -> None:
        """Told at the end."""
        assert not self.ended.is_set()
        self.ended.set()


def answered(site: Site, loop: asyncio.AbstractEventLoop, given: dict[str, Any], *parts: bytes) -> Watcher:
    """The exchange after the gateway has answered it."""
    watcher = Watcher(given, Sender(*parts))
    Gateway(site, 2, loop).accept(Exchange(watcher))
    assert watcher.ended.wait(20)
    return watcher


def test_what_the_gateway_answers_by_itself(loop: asyncio.AbstractEventLoop) -> None:
    """Kept pages without the application, refusals and failures in a sentence."""

    def application(environ: dict[str, Any], start_response: Callable[..., Any]) -> list[bytes]:
        body: bytes = environ["wsgi.input"].read()
        if body == b"fail":
            raise LookupError("nobody should read this")
        start_response("201 Created", [("X-Length", environ.get("CONTENT_LENGTH", "none"))])
        return [body, b"!"]

    refused = list[tuple[str, int]]()

    def note(address: str, status: int) -> list[tuple[str, str]]:
        refused.append((address, status))
        return [("X-Shut", "tight")]

    def kept(given: dict[str, Any]) -> tuple[int, list[tuple[bytes, bytes]], bytes] | None:
        return (200, [(b"x-kept", b"1")], b"kept") if given["raw_path"] == b"/kept" else None

    site = Site(
        application, from_memory=kept, refused=note, largest_body=5, takes_upload=lambda path: path == "/"
    )
    start, body = answered(site, loop, scope(raw_path=b"/kept")).sent
    assert (start["status"], start["headers"], body["body"]) == (200, [(b"x-kept", b"1")], b"kept")
    chunked = scope("POST", transfer_encoding=b"chunked")
    start, body = answered(site, loop, chunked, b"ab", b"c").sent
    assert (start["status"], start["headers"], body["body"]) == (201, [(b"x-length", b"3")], b"abc!")
    start, body = answered(site, loop, scope("HEAD")).sent
    assert (start["status"], start["headers"], body["body"]) == (201, [(b"x-length", b"none")], b"")
    large, failing = scope("POST", content_length=b"9"), scope("POST", content_length=b"4")
    assert answered(site, loop, large, b"123456789").sent[1]["body"] == b"123456789!"
    for given, status, parts in ((chunked, 413, [b"123456"]), (failing, 500, [b"fail"])):
        start, body = answered(site, loop, given, *parts).sent
        assert (start["status"], dict(start["headers"])[b"x-shut"]) == (status, b"tight")
        assert body["body"].endswith(b".\n") and b"nobody" not in body["body"]
    elsewhere = scope("POST", b"/cart/add", content_length=b"9")
    start, body = answered(site, loop, elsewhere, b"123456789").sent
    assert (start["status"], body["body"]) == (413, b"This is too large. Send less at once.\n")
    assert refused == [("192.0.2.7", 413), ("192.0.2.7", 500), ("192.0.2.7", 413)]


def test_a_client_that_leaves_within_its_body_is_no_request(loop: asyncio.AbstractEventLoop) -> None:
    watcher = Watcher(scope("POST", content_length=b"9"), Sender(b"12", whole=False, gone=True))
    called = list[int]()
    Gateway(Site(lambda *_: called.append(1) or [], largest_body=9), 2, loop).accept(Exchange(watcher))
    assert watcher.ended.wait(20) and not watcher.sent and not called
