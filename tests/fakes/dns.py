"""A DNS of texts that a test has written down."""

from mtc.core.outside_calls import check_outside_call
from mtc.infra.dns import DnsError
from mtc.infra.dns.base import TIMEOUT, check_size


class FakeDns:
    """A `Dns` with `records` (name -> texts); names in `broken` do not answer. `asked` are all look-ups."""

    def __init__(self) -> None:
        self.records: dict[str, list[str]] = {}
        self.broken: set[str] = set()
        self.asked: list[str] = []

    def texts(self, name: str, *, timeout: float = TIMEOUT) -> tuple[str, ...]:
        check_outside_call("The name server")
        self.asked.append(name)
        if name in self.broken or timeout <= 0:
            raise DnsError("The name servers did not answer in time.")
        return check_size(name, self.records.get(name, []))
