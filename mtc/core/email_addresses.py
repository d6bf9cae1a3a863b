"""E-mail addresses of people: what is one, how it is shown, and the form in which it is compared."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass

from mtc.core.domain_names import IGNORED, ascii_domain, readable_domain
from mtc.core.errors import ValidationError
from mtc.core.i18n import LazyText, _l
from mtc.core.normalization import compose, has_invisible

LONGEST = 254
LIKE_THIS = _l("Write it like name@example.com.")
UNSEEN = _l("It holds a character that cannot be seen. Type it again instead of pasting it.")

_LONGEST_LOCAL = 64
_LONGEST_TYPED = 1_000
# What a keyboard for Chinese, Japanese or Korean types for the signs of ASCII.
_NARROW = {**{code: chr(code - 0xFEE0) for code in range(0xFF01, 0xFF5F)}, 0x3002: ".", 0xFF61: "."}
_LOCAL = re.compile(r"[^\s@<>\"(),:;\\\[\]]+")
_LAST_IS_NUMBER = re.compile(r"(?:.*\.)?[0-9]+")


@dataclass(frozen=True, slots=True)
class EmailAddress:
    """An address as its owner writes it, and the form in which it is compared and looked up.

    `typed` has the domain in its own letters, `key` in its ASCII form (A-labels) and all in small letters.
    """

    typed: str
    key: str

    @property
    def local(self) -> str:
        """The part before the @."""
        return self.typed.rpartition("@")[0]


def parse_address(text: str) -> EmailAddress:
    """The address in a text; raises ValidationError with a sentence for the field `email`.

    Blanks and unseen characters around it are dropped, since they come with what is pasted. An unseen
    character inside is refused: of two addresses that look the same only one can be right. So is a letter
    that becomes another one in small letters: with the Kelvin sign for a k the address would be found as
    somebody else's, while its mail would go to another box.
    """
    if len(text) > _LONGEST_TYPED:
        raise _refusal(LIKE_THIS)
    bare = _trimmed(text)
    if has_invisible(bare) or not IGNORED.isdisjoint(bare):
        raise _refusal(LIKE_THIS if "\n" in bare or "\t" in bare else UNSEEN)
    if any(not sign.isascii() and any(map(str.isascii, sign.lower())) for sign in bare):
        raise _refusal(LIKE_THIS)
    typed = compose(bare.translate(_NARROW))
    local, _, domain = typed.rpartition("@")
    domain = domain.removesuffix(".")
    try:
        host = ascii_domain(domain)
        domain = readable_domain(domain)
    except ValueError:
        raise _refusal(LIKE_THIS) from None
    if not _is_local(local) or "." not in host or domain.endswith(".") or _LAST_IS_NUMBER.fullmatch(host):
        raise _refusal(LIKE_THIS)
    parsed = EmailAddress(f"{local}@{domain}", f"{local.lower()}@{host}")
    if max(len(parsed.typed.encode()), len(parsed.key.encode())) > LONGEST:
        raise _refusal(LIKE_THIS)
    return parsed


def address_key(text: str) -> str:
    """The form in which an address is compared; of what is no address, the text in small letters.

    For looking up what was typed: it raises nothing.
    """
    try:
        return parse_address(text).key
    except ValidationError:
        return text.strip().lower()


def _trimmed(text: str) -> str:
    """The text without blanks and unseen characters at its ends."""
    start, end = 0, len(text)
    while start < end and _is_blank(text[start]):
        start += 1
    while start < end and _is_blank(text[end - 1]):
        end -= 1
    return text[start:end]


def _is_blank(char: str) -> bool:
    return char.isspace() or char in IGNORED or has_invisible(char)


def _is_local(local: str) -> bool:
    """Return whether it can stand before the @; a letter with a more usual form is refused."""
    if not 0 < len(local.encode()) <= _LONGEST_LOCAL or ".." in local or not _LOCAL.fullmatch(local):
        return False
    return local.isascii() or all(unicodedata.normalize("NFKC", char) == char for char in local)


def _refusal(sentence: LazyText) -> ValidationError:
    return ValidationError(_l("Check the e-mail address."), {"email": [sentence]})
