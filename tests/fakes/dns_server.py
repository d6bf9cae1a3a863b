"""A small DNS server over real sockets, UDP and TCP, that a test makes answer as it likes."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from threading import Thread
from typing import Any

import dns.flags
import dns.message
import dns.rcode
import dns.rrset

from mtc.processes.ports import free_port


@dataclass
class Zone:
    """`texts` are TXT records by name, each a list of strings; `aliases` are CNAMEs; `codes` are errors."""

    port: int = 0
    texts: dict[str, list[list[bytes]]] = field(default_factory=dict)
    aliases: dict[str, str] = field(default_factory=dict)
    codes: dict[str, int] = field(default_factory=dict)
    silent: set[str] = field(default_factory=set)
    garbage: dict[str, bytes] = field(default_factory=dict)

    def answer(self, wire: bytes, longest: int) -> bytes | None:
        """What goes back; None is nothing at all."""
        query = dns.message.from_wire(wire)
        name = query.question[0].name.to_text(omit_final_dot=True).lower()
        if name in self.silent:
            return None
        if name in self.garbage:
            return wire[:2] + self.garbage[name]
        answer = dns.message.make_response(query, recursion_available=True)
        answer.set_rcode(dns.rcode.Rcode(self.codes.get(name, 0)))
        seen: set[str] = set()
        while name in self.aliases and name not in seen:
            seen.add(name)
            target = self.aliases[name]
            answer.answer.append(dns.rrset.from_text(f"{name}.", 60, "IN", "CNAME", f"{target}."))
            name = target
        if name in self.texts:
            answer.answer.append(
                dns.rrset.from_rdata_list(f"{name}.", 60, [_text(row) for row in self.texts[name]])
            )
        elif name not in seen and not seen and name not in self.codes:
            answer.set_rcode(dns.rcode.NXDOMAIN)
        try:
            return answer.to_wire(max_size=longest)
        except dns.exception.TooBig:
            short = dns.message.make_response(query, recursion_available=True)
            short.flags |= dns.flags.TC
            return short.to_wire()


def _text(strings: list[bytes]) -> Any:
    from dns.rdtypes.ANY.TXT import TXT

    return TXT("IN", "TXT", strings)


@contextmanager
def dns_server() -> Iterator[Zone]:
    """Run it; `port` is that of both sockets on 127.0.0.1."""
    zone = Zone(free_port())
    udp = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    udp.bind(("127.0.0.1", zone.port))
    tcp = socket.create_server(("127.0.0.1", zone.port))
    threads = [
        Thread(target=_packets, args=(udp, zone), daemon=True),
        Thread(target=_streams, args=(tcp, zone), daemon=True),
    ]
    for thread in threads:
        thread.start()
    try:
        yield zone
    finally:
        for one in (udp, tcp):
            with suppress(OSError):
                one.shutdown(socket.SHUT_RDWR)
            one.close()
        for thread in threads:
            thread.join(2)


def _packets(server: socket.socket, zone: Zone) -> None:
    while True:
        try:
            wire, where = server.recvfrom(65535)
        except OSError:
            return
        if not wire:
            return
        answer = zone.answer(wire, 1232)
        if answer is not None:
            server.sendto(answer, where)


def _streams(server: socket.socket, zone: Zone) -> None:
    while True:
        try:
            link, _ = server.accept()
        except OSError:
            return
        with link:
            size = int.from_bytes(link.recv(2), "big")
            answer = zone.answer(link.recv(size), 65535)
            if answer is not None:
                link.sendall(len(answer).to_bytes(2, "big") + answer)
