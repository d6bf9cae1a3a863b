"""The load counts whole answers and refuses what it cannot count."""

import socket
import threading
from collections.abc import Iterator
from contextlib import suppress

import pytest

from mtc.bench.load import LoadError, drive, request_bytes


class Answering(threading.Thread):
    """Accepts connections and answers each request with the given pieces."""

    def __init__(self, *pieces: bytes) -> None:
        super().__init__(daemon=True)
        self.pieces = pieces
        self.answered = 0
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.port = self.listener.getsockname()[1]

    def run(self) -> None:
        while True:
            try:
                link = self.listener.accept()[0]
            except OSError:
                return
            with link, suppress(OSError):  # the load leaves with its last answer under way
                while link.recv(4096):
                    self.answered += 1
                    for piece in self.pieces:
                        link.sendall(piece)


@pytest.fixture
def serve() -> Iterator[object]:
    started: list[Answering] = []

    def start(*pieces: bytes) -> Answering:
        started.append(Answering(*pieces))
        started[-1].start()
        return started[-1]

    yield start
    for one in started:
        one.listener.shutdown(socket.SHUT_RDWR)
        one.listener.close()
        one.join(5)


HEAD = b"HTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\n"
REQUEST = request_bytes("localhost", "/")


@pytest.mark.parametrize(
    "pieces", [(HEAD + b"abcdef",), (HEAD, b"abc", b"def"), (HEAD[:9], HEAD[9:] + b"abcdef")]
)
def test_answers_are_counted_whole(serve, pieces):
    server = serve(*pieces)
    answers, _ = drive(server.port, REQUEST, 0.05, connections=1)
    assert answers >= 1
    assert server.answered - answers in (0, 1)  # the last one may still have been on its way


@pytest.mark.parametrize(
    "answer", [b"HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n", b"HTTP/1.1 200 OK\r\n\r\n"]
)
def test_other_answers_are_errors(serve, answer):
    with pytest.raises(LoadError):
        drive(serve(answer).port, REQUEST, 0.05, connections=1)
