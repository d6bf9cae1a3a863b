"""TXT records from the name servers of this machine (/etc/resolv.conf), with dnspython."""

from __future__ import annotations

from collections.abc import Sequence
from importlib import import_module
from typing import TYPE_CHECKING, Any

from mtc.core.i18n import _l
from mtc.core.outside_calls import check_outside_call
from mtc.infra.dns.base import MOST_RECORDS, TIMEOUT, DnsError, check_size

if TYPE_CHECKING:
    from dns.resolver import Resolver

_SERVER_SECONDS = 2.0
# The size of a packet that arrives in one piece nearly everywhere (dnsflagday.net/2020).
_PACKET = 1232
_CUT = 0x0200  # the flag TC of an answer that did not fit (RFC 1035, 4.1.1)


class DnsResolver:
    """A `Dns` that asks the recursive name servers of the machine, or those that are named (IP addresses)."""

    def __init__(self, servers: Sequence[str] = (), port: int = 53) -> None:
        self._servers = list(servers)
        self._port = port

    def texts(self, name: str, *, timeout: float = TIMEOUT) -> tuple[str, ...]:
        """Nothing is kept between two calls: people ask again once they have changed a record."""
        check_outside_call("The name server")
        resolver_module, errors = import_module("dns.resolver"), import_module("dns.exception")
        try:
            answer = self._resolver().resolve(
                f"{name}.", "TXT", lifetime=timeout, raise_on_no_answer=False, search=False
            )
        except resolver_module.NXDOMAIN:
            return ()
        except errors.Timeout:
            raise DnsError(_l("The name servers did not answer in time.")) from None
        except (errors.DNSException, OSError, EOFError, ValueError):
            raise DnsError(_l("The name servers gave no usable answer.")) from None
        rows: Sequence[Any] = list(answer.rrset or [])
        if len(rows) > MOST_RECORDS or answer.response.flags & _CUT:
            raise DnsError(_l("There are too many or too long TXT records to look through."))
        return check_size(name, [b"".join(row.strings).decode("utf-8", "replace") for row in rows])

    def _resolver(self) -> Resolver:
        # Read anew each time: the machine may have moved to another network.
        resolver: Resolver = import_module("dns.resolver").Resolver(configure=not self._servers)
        if self._servers:
            resolver.nameservers, resolver.port = list(self._servers), self._port
        resolver.timeout = _SERVER_SECONDS
        resolver.use_edns(0, 0, _PACKET)
        return resolver
