"""Clients that hold connections without using them as they should: idle, slow, stalled, dropped, hostile."""

from __future__ import annotations

import asyncio
import random
from collections import Counter
from collections.abc import Awaitable, Callable

REST_SECONDS = 0.2
HOLD_SECONDS = 20.0
"""How long a client holds its connection at most, before it makes a new one."""
FORM, UPLOAD = "application/x-www-form-urlencoded", "multipart/form-data; boundary=b"
HOSTILE = (
    "\u0301" * 3000 + "\u0316" * 3000, "(" * 900, "a" * 20_000, "%00" * 200, "\u202e" * 500, "' OR 1=1 --",
    "&#1;" * 3000, "9" * 5000,
)  # fmt: skip


class Attackers:
    """So many clients at once against one store, each from one of `networks` loopback addresses."""

    def __init__(self, host: str, port: int, count: int, networks: int = 100) -> None:
        self._host, self._port, self._count, self._networks = host, port, count, networks
        self.made: Counter[str] = Counter()

    async def run(self, until: asyncio.Event) -> None:
        """Attack until the event is set."""
        kinds: list[Callable[..., Awaitable[None]]] = [
            self._idle, self._slow_headers, self._stalled_body, self._trickled_body, self._stalled_upload,
            self._stalled_reader, self._dropped, self._hostile,
        ]  # fmt: skip
        tasks = [
            asyncio.create_task(self._repeat(kinds[number % len(kinds)], number))
            for number in range(self._count)
        ]
        await until.wait()
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    async def _repeat(self, kind: Callable[..., Awaitable[None]], number: int) -> None:
        chance = random.Random(number)
        await asyncio.sleep(chance.random() * 2)
        address = f"127.9.{number % self._networks // 250}.{number % self._networks % 250 + 1}"
        while True:
            try:
                async with asyncio.timeout(HOLD_SECONDS):
                    reader, writer = await asyncio.open_connection(
                        "127.0.0.1", self._port, local_addr=(address, 0)
                    )
                    self.made[kind.__name__.strip("_")] += 1
                    try:
                        await kind(reader, writer, chance)
                    finally:
                        writer.transport.abort()
            except (OSError, TimeoutError, asyncio.IncompleteReadError):
                pass
            await asyncio.sleep(REST_SECONDS + chance.random())

    def _form(self, path: str, kind: str, length: int) -> bytes:
        return self._head("POST", path, f"Content-Type: {kind}", f"Content-Length: {length}")

    def _head(self, method: str, path: str, *headers: str) -> bytes:
        lines = [f"{method} {path} HTTP/1.1", f"Host: {self._host}:{self._port}", *headers, "", ""]
        return "\r\n".join(lines).encode()

    async def _idle(self, reader: asyncio.StreamReader, *_rest: object) -> None:
        await reader.read()

    async def _slow_headers(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, chance: random.Random
    ) -> None:
        for sign in self._head("GET", "/", "X-Slow: " + "a" * 1000):
            writer.write(bytes([sign]))
            await writer.drain()
            await asyncio.sleep(chance.random())

    async def _stalled_body(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, _chance: random.Random
    ) -> None:
        writer.write(self._form("/cart/add", FORM, 1000) + b"variant")
        await reader.read()

    async def _trickled_body(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, chance: random.Random
    ) -> None:
        writer.write(self._head("POST", "/checkout", "Transfer-Encoding: chunked"))
        while not reader.at_eof():
            writer.write(b"1\r\na\r\n")
            await writer.drain()
            await asyncio.sleep(0.5 + chance.random())

    async def _stalled_upload(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, _chance: random.Random
    ) -> None:
        writer.write(self._form("/cart/add", UPLOAD, 90_000_000) + b"--b\r\n")
        await reader.read()

    async def _stalled_reader(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, _chance: random.Random
    ) -> None:
        writer.write(self._head("GET", "/") * 50)
        await reader.readexactly(100)
        if isinstance(writer.transport, asyncio.ReadTransport):
            writer.transport.pause_reading()
        await asyncio.sleep(HOLD_SECONDS)

    async def _dropped(
        self, _reader: asyncio.StreamReader, writer: asyncio.StreamWriter, chance: random.Random
    ) -> None:
        writer.write(self._head("GET", f"/search?q={chance.random()}"))
        await writer.drain()
        await asyncio.sleep(chance.random() / 50)
        writer.transport.abort()
        await asyncio.sleep(5)

    async def _hostile(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, chance: random.Random
    ) -> None:
        text = "q=" + chance.choice(HOSTILE) + str(chance.random())
        body = text.encode()
        writer.write(self._form("/search", FORM, len(body)) + body)
        await reader.read(200)
        await asyncio.sleep(2)
        writer.write(self._head("GET", f"/search?q={chance.random()}%cc%81%cc%96" + "%cc%81%cc%96" * 200))
        await reader.read(200)
        await asyncio.sleep(5)
