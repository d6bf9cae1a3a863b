"""DNS records for a store's own From address, and the check of them."""

from __future__ import annotations

import re
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass
from typing import Any

from mtc.core.i18n import Sentence, _l, source_text
from mtc.core.normalization import strip_invisible
from mtc.infra.dns import Dns, DnsError
from mtc.senders.services.allowed_addresses import registered_domain
from mtc.senders.services.spf import SpfError, missing_terms, spf_records

WHOLE_SECONDS = 20.0
"""How long looking at one domain may take; what is left then counts as not answered."""
FOUND, MISSING, DIFFERS, UNKNOWN = "found", "missing", "differs", "unknown"
_ONE_SECONDS = 4.0
_SHOWN, _LONGEST_SHOWN = 5, 600


@dataclass(frozen=True, slots=True)
class Record:
    """A record that its owner has to write: what it is for, its name, and the text."""

    key: str
    label: str
    name: str
    value: str
    help: Sentence
    type: str = "TXT"


@dataclass(frozen=True, slots=True)
class RequiredRecord:
    """Everything that the records of one sender are made of."""

    domain: str
    token: str
    selector: str
    public_key: str
    spf: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Result:
    """Result of a check: the state, the texts themselves (cut short) and a sentence."""

    key: str
    state: str
    found: tuple[str, ...] = ()
    note: Sentence = ""

    def plain(self) -> dict[str, Any]:
        """As it is kept in the row: the note in English, until it is shown."""
        return {**asdict(self), "found": list(self.found), "note": source_text(self.note)}


def records_of(required: RequiredRecord) -> list[Record]:
    """The records in the order in which people are shown them."""
    domain = required.domain
    records = [
        Record("ownership", "Ownership", f"_mtc.{domain}", f"mtc-verification={required.token}",
               _l("Shows that the domain is yours.")),
        Record("dkim", "DKIM", f"{required.selector}._domainkey.{domain}",
               f"v=DKIM1; k=rsa; p={required.public_key}",
               _l("The key that mail is signed with. Some providers split it into parts of 255 characters.")),
    ]  # fmt: skip
    if required.spf:
        records.append(
            Record("spf", "SPF", domain, f"v=spf1 {' '.join(required.spf)} ~all",
                   _l("Names the servers that may send for the domain. A domain has one SPF record: if there"
                   " is one already, add our part to it."))
        )  # fmt: skip
    records.append(
        Record("dmarc", "DMARC", f"_dmarc.{domain}", "v=DMARC1; p=none",
               _l("Says what receivers do with forged mail. Any policy will do; “none” is a safe beginning."))
    )  # fmt: skip
    return records


def check_records(dns: Dns, required: RequiredRecord) -> list[Result]:
    """Look at each record, in the order of records_of(); never raises, whatever the answers are."""
    ends = time.monotonic() + WHOLE_SECONDS
    looked_up: dict[str, tuple[str, ...]] = {}
    ours = {term.partition(":")[2] for term in required.spf}

    def look(name: str) -> tuple[str, ...]:
        left = ends - time.monotonic()
        if left <= 0:
            raise DnsError(_l("The name servers took too long to answer."))
        if name not in looked_up:
            asks = name in ours or _may_ask(name)
            looked_up[name] = dns.texts(name, timeout=min(_ONE_SECONDS, left)) if asks else ()
        return looked_up[name]

    judges: dict[str, Callable[[Record], Result]] = {
        "ownership": lambda record: _ownership(record, look(record.name)),
        "dkim": lambda record: _dkim(record, required, look(record.name)),
        "spf": lambda record: _spf(record, required, look),
        "dmarc": lambda record: _dmarc(record, required.domain, look),
    }
    results = []
    for record in records_of(required):
        try:
            results.append(judges[record.key](record))
        except DnsError as error:
            results.append(Result(record.key, UNKNOWN, (), str(error)))
    return results


def _may_ask(name: str) -> bool:
    """Names in other people's records are asked for only where they are public, not in our network."""
    whole = name.isascii() and 0 < len(name) <= 253 and all(0 < len(part) <= 63 for part in name.split("."))
    return whole and bool(registered_domain(name))


def _shown(texts: tuple[str, ...] | list[str]) -> tuple[str, ...]:
    """The first of the texts, cut short, on one line each."""
    return tuple(
        " ".join(strip_invisible(text[:_LONGEST_SHOWN], multiline=False).split()) for text in texts[:_SHOWN]
    )


def _ownership(record: Record, texts: tuple[str, ...]) -> Result:
    if record.value in (text.strip() for text in texts):
        return Result(record.key, FOUND, (record.value,))
    ours = [text for text in texts if text.strip().lower().startswith("mtc-verification=")]
    if ours:
        return Result(record.key, DIFFERS, _shown(ours), _l("Another text is there. Put this one beside it."))
    return Result(record.key, MISSING)


def _tags(text: str) -> dict[str, str]:
    """`a=b; c=d` as a dict; blanks mean nothing."""
    parts = (part.partition("=") for part in text.split(";"))
    return {name.strip().lower(): re.sub(r"\s+", "", value) for name, _, value in parts if name.strip()}


def _dkim(record: Record, required: RequiredRecord, texts: tuple[str, ...]) -> Result:
    keys = [text for text in texts if "p" in _tags(text)]
    if not keys:
        return Result(record.key, DIFFERS if texts else MISSING, _shown(texts),
                      _l("What is there is no DKIM key.") if texts else "")  # fmt: skip
    if len(keys) > 1:
        return Result(
            record.key, DIFFERS, _shown(keys), _l("More than one key is there. Keep the one above.")
        )
    tags = _tags(keys[0])
    if tags["p"] != required.public_key:
        return Result(
            record.key, DIFFERS, _shown(keys), _l("Another key is there. Copy the one above whole.")
        )
    hashes, services = tags.get("h", "sha256").split(":"), tags.get("s", "*").split(":")
    usable = tags.get("v", "DKIM1") == "DKIM1" and tags.get("k", "rsa") == "rsa"
    if not usable or "sha256" not in hashes or not {"*", "email"} & set(services):
        return Result(
            record.key, DIFFERS, _shown(keys), _l("The key is right, what stands before it is not.")
        )
    return Result(record.key, FOUND, _shown(keys))


def _spf(record: Record, required: RequiredRecord, look: Callable[[str], tuple[str, ...]]) -> Result:
    records = spf_records(look(required.domain))
    if not records:
        return Result(record.key, MISSING)
    if len(records) > 1:
        return Result(
            record.key, DIFFERS, _shown(records),
            _l("There are several SPF records, so receivers ignore all of them. Make one out of them."),
        )  # fmt: skip
    try:
        lacking = missing_terms(required.domain, records[0], required.spf, look)
    except SpfError as error:
        return Result(
            record.key,
            DIFFERS,
            _shown(records),
            _l("Receivers take it for an error: %(error)s.", error=error),
        )
    if lacking:
        note = _l("Add %(list)s to it, in front of “all” if it has that.", list=" ".join(lacking))
        return Result(record.key, DIFFERS, _shown(records), note)
    return Result(record.key, FOUND, _shown(records))


def _dmarc(record: Record, domain: str, look: Callable[[str], tuple[str, ...]]) -> Result:
    for name in dict.fromkeys((record.name, f"_dmarc.{registered_domain(domain)}")):
        texts = look(name)
        policies = [text for text in texts if re.match(r"v\s*=\s*DMARC1\s*(;|$)", text)]
        if not policies:
            continue
        if len(policies) > 1:
            sentence = _l("There is more than one DMARC record, so receivers ignore all of them. Keep one.")
            return Result(record.key, DIFFERS, _shown(policies), sentence)
        if _tags(policies[0]).get("p", "").lower() not in ("none", "quarantine", "reject"):
            return Result(
                record.key, DIFFERS, _shown(policies), _l("It needs p=none, p=quarantine or p=reject.")
            )
        note = (
            ""
            if name == record.name
            else _l("That of %(domain)s counts here too.", domain=registered_domain(domain))
        )
        return Result(record.key, FOUND, _shown(policies), note)
    return Result(record.key, MISSING)
