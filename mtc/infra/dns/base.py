"""Interface of a look-up in DNS: the texts at a name, or a sentence for people why there is no answer."""

from __future__ import annotations

from typing import Protocol

from mtc.core.i18n import Sentence, _l, source_text

TIMEOUT = 4.0
"""Seconds that one look-up may take."""
MOST_RECORDS = 100
LONGEST_ANSWER = 32_768
"""More records or characters than this at one name are no answer that anybody has written by hand."""


class DnsError(Exception):
    """No answer can be used; the message is a sentence for the people who own the name."""

    def __init__(self, message: Sentence) -> None:
        super().__init__(source_text(message))  # it is written down in English


class Dns(Protocol):
    """Looks up TXT records (RFC 1035)."""

    def texts(self, name: str, *, timeout: float = TIMEOUT) -> tuple[str, ...]:
        """The texts at the name (ASCII), each joined from its strings; none where there is no such name.

        Aliases (CNAME) are followed. Bytes that are no UTF-8 become �. `timeout` is for all, in seconds.
        Raises DnsError where the name servers do not answer, aliases lead in a circle, or there is too much.
        """


def check_size(name: str, texts: list[str]) -> tuple[str, ...]:
    """The texts of an answer that is no larger than it may be; raises DnsError."""
    if len(texts) > MOST_RECORDS or sum(map(len, texts)) > LONGEST_ANSWER:
        raise DnsError(_l("There are too many or too long TXT records to look through."))
    return tuple(texts)
