"""A small SMTP server over a real socket."""

import ssl
from base64 import b64decode
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from socketserver import StreamRequestHandler, ThreadingTCPServer
from threading import Thread


@dataclass
class Mailbox:
    """What the server received, and how it is to behave: `refusals` maps a verb to the line it answers."""

    port: int = 0
    mails: list[tuple[str, list[str], bytes]] = field(default_factory=list)
    logins: list[bytes] = field(default_factory=list)
    encrypted: list[bool] = field(default_factory=list)
    refusals: dict[str, str] = field(default_factory=dict)
    extensions: list[str] = field(default_factory=list)


class _Handler(StreamRequestHandler):
    def handle(self) -> None:
        self.sender, self.recipients, self.secure = "", [], False
        self._say("220 fake ready")
        while line := self.rfile.readline():
            verb = line[:4].upper().decode().strip()
            refusal = self.server.box.refusals.get(verb)
            if refusal:
                self._say(refusal)
            elif verb == "QUIT":
                self._say("221 bye")
                return
            else:
                getattr(self, f"_{verb.lower()}", self._other)(line.decode().strip())

    def _say(self, line: str) -> None:
        self.wfile.write(line.encode() + b"\r\n")

    def _other(self, line: str) -> None:
        self._say("250 fine")

    def _ehlo(self, line: str) -> None:
        offer = [] if self.secure or self.server.context is None else ["250-STARTTLS"]
        more = [f"250-{one}" for one in self.server.box.extensions]
        for text in ["250-fake", *offer, *more, "250-AUTH PLAIN", "250 8BITMIME"]:
            self._say(text)

    def _star(self, line: str) -> None:
        self._say("220 go on")
        self.connection = self.server.context.wrap_socket(self.connection, server_side=True)
        self.rfile, self.wfile = self.connection.makefile("rb"), self.connection.makefile("wb", 0)
        self.secure = True

    def _auth(self, line: str) -> None:
        self.server.box.logins.append(b64decode(line.split()[-1]))
        self._say("235 welcome")

    def _mail(self, line: str) -> None:
        self.sender = line.split("<")[1].split(">")[0]
        self._say("250 fine")

    def _rcpt(self, line: str) -> None:
        self.recipients.append(line.split("<")[1].split(">")[0])
        self._say("250 fine")

    def _data(self, line: str) -> None:
        self._say("354 go on")
        content = b""
        while (row := self.rfile.readline()) != b".\r\n":
            content += row[1:] if row.startswith(b"..") else row
        self.server.box.mails.append((self.sender, self.recipients, content))
        self.server.box.encrypted.append(self.secure)
        self._say("250 kept")

    def finish(self) -> None:
        super().finish()
        self.connection.close()


@contextmanager
def fake_smtp(context: ssl.SSLContext | None = None) -> Iterator[Mailbox]:
    """A running server on a free port; with `context` it offers STARTTLS."""
    box = Mailbox()
    with ThreadingTCPServer(("127.0.0.1", 0), _Handler) as server:
        server.daemon_threads, server.box, server.context = True, box, context
        box.port = server.server_address[1]
        thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        try:
            yield box
        finally:
            server.shutdown()
            thread.join()
