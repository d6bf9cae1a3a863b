"""The outbound client on the wire: TLS, Host, redirects, caps, and receivers that misbehave."""

import gzip
import socket
import threading
import time
from contextlib import contextmanager

import pytest

from mtc.infra.http import DeadlineError, HttpClient, RefusedUrlError, Response, UnreachableError
from tests.fakes.http import FakeHttp
from tests.infra.network import PUBLIC, Network


@contextmanager
def receiver(behave, context=None):
    """A server whose `behave(socket, request)` plays the other side of every connection."""
    requests, closing = [], threading.Event()
    listener = socket.create_server(("127.0.0.1", 0))

    def serve():
        while True:
            line = listener.accept()[0]
            if closing.is_set():
                line.close()
                return
            with line:
                try:
                    speak(line)
                except OSError:
                    continue

    def speak(line):
        line.settimeout(20)
        end = context.wrap_socket(line, server_side=True) if context else line
        with end:
            request = b""
            while b"\r\n\r\n" not in request:
                piece = end.recv(65_536)
                if not piece:  # the caller's deadline came first
                    return
                request += piece
            requests.append(request)
            behave(end, request)

    thread = threading.Thread(target=serve)
    thread.start()
    try:
        yield listener.getsockname()[1], requests
    finally:
        closing.set()
        socket.create_connection(listener.getsockname()).close()
        thread.join()
        listener.close()


def plain(behave, call, **options):
    """The outcome of `call(client, url)` against a receiver without TLS."""
    with receiver(behave) as (port, requests):
        network = Network({"hooks.test": [PUBLIC]}, port)
        return call(network.client(allow_http=True, **options), "http://hooks.test/in"), requests, network


def says(*pieces):
    def behave(end, request):
        if b"Content-Length: 2\r\n" in request and request.endswith(b"\r\n\r\n"):
            # Closing with unread data would reset the connection before the answer is read.
            end.recv(2)
        for piece in pieces:
            end.sendall(piece)

    return behave


OK = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\nX-Answer: 1\r\n\r\nok"


def test_tls_and_host_carry_the_name_while_the_connection_goes_to_the_vetted_address(certificate):
    server, trusted = certificate
    seen = []
    server.sni_callback = lambda sock, name, context: seen.append(name)
    with receiver(says(OK), server) as (port, requests):
        network = Network({"hooks.test": [PUBLIC]}, port)
        answer = network.client(context=trusted).request(
            "POST", "https://hooks.test/in?a=1", headers={"X-Sign": "v1"}, body=b"{}"
        )
    server.sni_callback = None
    assert answer == Response(200, {"content-length": "2", "x-answer": "1"}, b"ok")
    assert (seen, network.connects) == (["hooks.test"], [(PUBLIC, 443)])
    head = requests[0].split(b"\r\n\r\n")[0].split(b"\r\n")
    assert head[0] == b"POST /in?a=1 HTTP/1.1"
    assert sorted(head[1:]) == [
        b"Accept-Encoding: identity",
        b"Connection: close",
        b"Content-Length: 2",
        b"Host: hooks.test",
        b"User-Agent: MTC/0.1",
        b"X-Sign: v1",
    ]


def test_a_certificate_for_another_name_is_refused(certificate):
    server, trusted = certificate
    with receiver(says(OK), server) as (port, requests):
        network = Network({"other.test": [PUBLIC]}, port)
        with pytest.raises(UnreachableError, match="certificate"):
            network.client(context=trusted).request("GET", "https://other.test/")
    assert requests == []


def test_a_certificate_nobody_vouches_for_is_refused(certificate):
    with receiver(says(OK), certificate[0]) as (port, requests):
        client = Network({"hooks.test": [PUBLIC]}, port).client()
        with pytest.raises(UnreachableError, match="certificate"):
            client.request("GET", "https://hooks.test/")
    assert requests == []


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_redirects_are_answers(status):
    line = f"HTTP/1.1 {status} Moved\r\nLocation: http://127.0.0.1/\r\nContent-Length: 0\r\n\r\n".encode()
    answer, requests, network = plain(says(line), lambda client, url: client.request("GET", url))
    assert (answer.status, answer.headers["location"]) == (status, "http://127.0.0.1/")
    assert (len(requests), network.connects) == (1, [(PUBLIC, 80)])


@pytest.mark.parametrize("chunked", [True, False])
def test_a_body_without_end_is_cut(chunked):
    def behave(end, request):
        end.sendall(b"HTTP/1.1 200 OK\r\n")
        end.sendall(
            b"Transfer-Encoding: chunked\r\n\r\n" if chunked else b"Content-Length: 1000000000\r\n\r\n"
        )
        piece = b"x" * 65_536
        while True:
            end.sendall(b"10000\r\n" + piece + b"\r\n" if chunked else piece)

    answer, _, _ = plain(behave, lambda client, url: client.request("GET", url, max_bytes=1_000))
    assert (answer.status, answer.body, answer.truncated) == (200, b"x" * 1_000, True)


def test_a_body_of_just_the_cap_is_whole():
    line = b"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n" + b"x" * 1000
    answer, _, _ = plain(says(line), lambda client, url: client.request("GET", url, max_bytes=1_000))
    assert (len(answer.body), answer.truncated) == (1_000, False)


def test_compression_is_not_undone():
    bomb = gzip.compress(b"\0" * 10_000_000)
    head = b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: %d\r\n\r\n" % len(bomb)
    answer, _, _ = plain(says(head + bomb), lambda client, url: client.request("GET", url))
    assert answer.body == bomb


def drip(*slow):
    """A receiver that sends each byte of the last piece alone, for ever."""

    def behave(end, request):
        for piece in slow[:-1]:
            end.sendall(piece)
        while True:
            for byte in slow[-1]:
                end.sendall(bytes([byte]))
                time.sleep(0.02)

    return behave


@pytest.mark.parametrize(
    "behave",
    [
        drip(b"H"),
        drip(b"HTTP/1.1 200 OK\r\n", b"X-A: 1\r\n"),
        drip(b"HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n", b"x"),
        drip(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n", b"1\r\nx\r\n"),
        drip(b"HTTP/1.1 100 Continue\r\n\r\n"),
        lambda end, request: end.recv(1),
    ],
    ids=["status", "headers", "body", "chunks", "continue", "silence"],
)
def test_the_deadline_is_for_the_whole_answer(behave):
    def call(client, url):
        started = time.monotonic()
        with pytest.raises(DeadlineError):
            client.request("GET", url, timeout=0.25)
        return time.monotonic() - started

    took, _, _ = plain(behave, call)
    # Each pause is far shorter than the deadline; only a clock for the whole ends them early.
    assert 0.2 < took < 10


def test_the_deadline_covers_sending_to_a_reader_that_does_not_read():
    stop = threading.Event()

    def call(client, url):
        try:
            with pytest.raises(DeadlineError):
                client.request("POST", url, body=b"x" * 50_000_000, timeout=0.3)
        finally:
            stop.set()

    plain(lambda end, request: stop.wait(20), call)


def test_a_slow_resolver_meets_the_deadline(monkeypatch):
    stop = threading.Event()
    monkeypatch.setattr(socket, "getaddrinfo", lambda *args, **kwargs: stop.wait(20) and [])
    with pytest.raises(DeadlineError):
        HttpClient().request("GET", "https://shop.example/", timeout=0.05)
    stop.set()


@pytest.mark.parametrize(
    "line",
    [
        b"",
        b"SSH-2.0-OpenSSH_9.2\r\n",
        b"HTTP/1.1 two hundred\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nshort",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
        b"HTTP/1.1 200 OK\r\nX: " + b"a" * 70_000 + b"\r\n\r\n",
        b"HTTP/1.1 200 OK\r\n" + b"X: 1\r\n" * 200 + b"\r\n",
    ],
)
def test_what_is_no_complete_answer_is_unreachable(line):
    def call(client, url):
        with pytest.raises(UnreachableError):
            client.request("GET", url, timeout=20)

    plain(says(line), call)


@pytest.mark.parametrize(
    "name", ["Host", "content-length", "Transfer-Encoding", "Connection", "Accept-Encoding"]
)
def test_headers_of_the_client_cannot_be_set(name):
    network = Network()
    with pytest.raises(ValueError, match="set by the client"):
        network.client().request("GET", "https://shop.example/", headers={name: "x"})
    assert network.lookups == []


@pytest.mark.parametrize("headers", [{"X": "1\r\nY: 2"}, {"X\r\nY": "1"}, {"X": "ü"}, {"X": "\x00"}])
def test_headers_cannot_be_injected(headers):
    with pytest.raises(ValueError, match="one line"):
        Network().client().request("GET", "https://shop.example/", headers=headers)


@pytest.mark.parametrize("method", ["CONNECT", "TRACE", "get", "GET / HTTP/1.1\r\nX: 1", ""])
def test_other_methods_are_refused(method):
    with pytest.raises(ValueError, match="methods"):
        Network().client().request(method, "https://shop.example/")


def test_the_fake_answers_in_turn_and_keeps_what_it_got():
    http = FakeHttp()
    http.on(
        "POST",
        "https://hooks.test/in",
        UnreachableError("down"),
        Response(503, {}, b""),
        Response(200, {}, b"ok"),
    )
    http.on("GET", "https://hooks.test/", status=404, body=b"12345", retry_after="3")
    with pytest.raises(UnreachableError):
        http.request("POST", "https://hooks.test/in", headers={"X-A": "1"}, body=b"{}")
    assert [http.request("POST", "https://hooks.test/in").status for _ in range(3)] == [503, 200, 200]
    found = http.request("GET", "https://hooks.test/", max_bytes=3)
    assert found == Response(404, {"retry-after": "3"}, b"123", truncated=True)
    with pytest.raises(UnreachableError):
        http.request("GET", "https://nowhere.test/")
    with pytest.raises(RefusedUrlError):
        http.request("GET", "file:///etc/passwd")
    assert (http.requests[0].headers, http.requests[0].body, len(http.requests)) == ({"x-a": "1"}, b"{}", 6)
