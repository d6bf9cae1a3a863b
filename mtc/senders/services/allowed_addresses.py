"""Addresses that a store may send from: those of a domain that somebody can own alone."""

from __future__ import annotations

from functools import lru_cache
from typing import NamedTuple

from publicsuffixlist import PublicSuffixList

from mtc.core.email_addresses import parse_address
from mtc.core.errors import ValidationError
from mtc.core.i18n import Sentence, _l
from mtc.senders.services.free_mail import is_free_mail

NOT_ASCII = _l(
    "Mail cannot come from an address with accents or other scripts before the @, because many mail servers"
    " refuse it. Use letters of the English alphabet there; the domain may have any."
)


class OwnAddress(NamedTuple):
    """An address as it is written into mails, its domain in ASCII form."""

    address: str
    domain: str


@lru_cache(maxsize=1)
def _suffixes() -> PublicSuffixList:
    """Read when it is first asked for: it takes a quarter of a second."""
    return PublicSuffixList(accept_unknown=False)


def registered_domain(domain: str) -> str:
    """The part of a domain that somebody has registered, such as example.co.uk; empty where there is none."""
    return str(_suffixes().privatesuffix(domain) or "")


def own_address(text: str, platform: tuple[str, ...]) -> OwnAddress:
    """The address, if a store may send from it; raises ValidationError with a sentence for `address`.

    `platform` are the host names and domains of the platform itself.
    """
    try:
        parsed = parse_address(text)
    except ValidationError as error:
        raise ValidationError(_l("Check the address."), {"address": error.details["email"]}) from None
    local, domain = parsed.local, parsed.key.rpartition("@")[2]
    if not local.isascii():
        raise _refusal(NOT_ASCII)
    for host in platform:
        if domain == host or domain.endswith(f".{host}"):
            raise _refusal(
                _l(
                    "%(domain)s belongs to this platform, which sends for it already. Use a domain of"
                    " your own.",
                    domain=domain,
                )
            )
    registered = registered_domain(domain)
    if not registered:
        if _suffixes().publicsuffix(domain):
            raise _refusal(
                _l(
                    "%(domain)s is an ending that many share. Use a domain of your own below it.",
                    domain=domain,
                )
            )
        raise _refusal(
            _l(
                "%(domain)s is no domain that the internet knows. Use a registered domain of your own.",
                domain=domain,
            )
        )
    if is_free_mail(registered):
        raise _refusal(
            _l(
                "Addresses at %(domain)s belong to whoever opens one, and its owner lets no other"
                " server send for them. Use an address of a domain of your own. Answers can still go to this"
                " one.",
                domain=registered,
            )
        )
    return OwnAddress(f"{local}@{domain}", domain)


def _refusal(sentence: Sentence) -> ValidationError:
    return ValidationError(_l("Check the address."), {"address": [sentence]})
