"""Reading SPF as receivers do (RFC 7208): is a record valid, and does it name our servers?"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from ipaddress import ip_network

MOST_LOOKUPS = 10
"""How many look-ups receivers do for one record (RFC 7208, 4.6.4)."""
_MODIFIER = re.compile(r"([a-z][a-z0-9._-]*)=(.*)", re.IGNORECASE | re.DOTALL)
_ASKING = ("include", "a", "mx", "ptr", "exists")
_NETWORKS = ("ip4", "ip6")
Look = Callable[[str], tuple[str, ...]]


class SpfError(Exception):
    """Receivers take the record for an error (permerror); the message says why, for people."""


def spf_records(texts: tuple[str, ...]) -> list[str]:
    """Those of a domain's texts that are SPF records."""
    return [text for text in texts if text.lower() == "v=spf1" or text.lower().startswith("v=spf1 ")]


def missing_terms(domain: str, record: str, terms: tuple[str, ...], look: Look) -> tuple[str, ...]:
    """Those of the terms that the record does not have, itself or through what it includes.

    Raises SpfError for a record that receivers take for an error. `look` gives the texts at a name.
    """
    walk = _Walk(terms, look)
    walk.read(domain, record)
    return tuple(term for term in terms if term not in walk.met)


@dataclass
class _Walk:
    required: tuple[str, ...]
    look: Look
    met: set[str] = field(default_factory=set)
    lookups: int = 0

    def read(self, domain: str, record: str, counts: bool = True) -> None:
        """Go through the terms from left to right; what stands behind `all` is never reached."""
        redirect = ""
        for term in record.split(" ")[1:]:
            if not term:
                continue
            modifier = _MODIFIER.fullmatch(term)
            if modifier is not None:
                redirect = modifier[2] if modifier[1].lower() == "redirect" else redirect
                continue
            sign, bare = (term[0], term[1:]) if term[0] in "+-~?" else ("+", term)
            if bare.lower() == "all":
                return
            self._mechanism(domain, bare, counts and sign == "+")
        if redirect:
            self._follow(redirect, counts, "redirect=")

    def _mechanism(self, domain: str, bare: str, counts: bool) -> None:
        name, colon, value = bare.partition(":")
        if not colon:
            name, _, _ = bare.partition("/")
        name = name.lower()
        if name in _NETWORKS:
            _check_network(bare, name, value)
        elif name not in _ASKING or (name in ("include", "exists") and not value):
            raise SpfError(f"it holds “{bare[:80]}”, which is no part of SPF")
        else:
            self._count()
        if counts:
            self.met.update(term for term in self.required if covers(bare, term))
        if name == "include":
            self._follow(value, counts, "include:", counted=True)

    def _follow(self, target: str, counts: bool, how: str, *, counted: bool = False) -> None:
        if not counted:
            self._count()
        if "%" in target:
            return  # a macro: it depends on the mail, so nobody can say beforehand what it names
        records = spf_records(self.look(target.lower().rstrip(".")))
        if len(records) != 1:
            said = "no SPF record" if not records else "more than one SPF record"
            raise SpfError(f"it holds “{how}{target[:100]}”, where there is {said}")
        self.read(target, records[0], counts)

    def _count(self) -> None:
        self.lookups += 1
        if self.lookups > MOST_LOOKUPS:
            raise SpfError(
                f"it needs more than {MOST_LOOKUPS} look-ups, after which receivers stop; take out what you"
                " no longer use"
            )


def covers(term: str, required: str) -> bool:
    """Return whether a term of a record allows the sender: the same host, or a network that holds ours."""
    if term.lower().rstrip(".") == required.lower():
        return True
    name, _, value = term.partition(":")
    ours, _, network = required.partition(":")
    if name.lower() != ours or ours not in _NETWORKS:
        return False
    try:
        outer, inner = ip_network(value, strict=False), ip_network(network, strict=False)
        same = outer.version == inner.version
        return same and outer.prefixlen <= inner.prefixlen and inner.network_address in outer
    except ValueError:
        return False


def _check_network(bare: str, name: str, value: str) -> None:
    try:
        if ip_network(value, strict=False).version != int(name[2]):
            raise ValueError
    except ValueError:
        raise SpfError(f"it holds “{bare[:80]}”, which is no address") from None
