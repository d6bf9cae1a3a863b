"""B31: a store sends only from an address of a domain that somebody can own alone."""

from __future__ import annotations

import pytest

from mtc.core.errors import ValidationError
from mtc.senders.services.allowed_addresses import own_address, registered_domain

PLATFORM = ("mtc-shops.com", "mail.mtc-shops.org")
TAKEN = [  # what is typed, the address, its domain
    ("shop@example.com", "shop@example.com", "example.com"),
    (" Hello@Games.EXAMPLE.com ", "Hello@games.example.com", "games.example.com"),
    ("o'neil+shop@example.co.uk", "o'neil+shop@example.co.uk", "example.co.uk"),
    ("name@münchen.de", "name@xn--mnchen-3ya.de", "xn--mnchen-3ya.de"),
    ("a@xn--mnchen-3ya.de", "a@xn--mnchen-3ya.de", "xn--mnchen-3ya.de"),
    ("a@ada.github.io", "a@ada.github.io", "ada.github.io"),
    ("a@notmtc-shops.com", "a@notmtc-shops.com", "notmtc-shops.com"),
    ("a@gmail.shops.com", "a@gmail.shops.com", "gmail.shops.com"),
    ("a@live.games", "a@live.games", "live.games"),
]
REFUSED = [
    *((f"ada@{domain}", "belong to whoever opens one") for domain in (
        "gmail.com", "GMAIL.com", "googlemail.com", "mail.gmail.com", "yahoo.co.uk", "outlook.de",
        "hotmail.fr", "live.com", "icloud.com", "me.com", "proton.me", "gmx.net", "web.de", "mail.ru",
        "t-online.de", "aol.com",
    )),
    *((f"ada@{domain}", "that many share") for domain in ("co.uk", "github.io", "org.uk", "k12.ca.us")),
    *((f"ada@{domain}", "no domain that the internet knows") for domain in (
        "shop.internal", "shop.local", "mail.localhost", "x.invalid", "corp.lan", "nas.arpa.x", "a.example",
    )),
    *((f"ada@{domain}", "belongs to this platform") for domain in (
        "mtc-shops.com", "acme.mtc-shops.com", "MTC-shops.com.", "mail.mtc-shops.org", "x.mail.mtc-shops.org",
    )),
    *((text, "Write it like name@example.com.") for text in (
        "", "ada", "ada@", "@example.com", "ada@example", "a b@example.com", "ada@127.0.0.1", "ada@[::1]",
        "ada@example.com\r\nBcc: eve@example.org", "Ada <ada@example.com>", "a@b@example.com", "ada@-x.com",
        "ada@" + "a" * 300 + ".com", "\u212aelvin@example.com",
    )),
    ("用户@example.com", "accents or other scripts before the @"),
    ("zoë@example.com", "accents or other scripts before the @"),
]  # fmt: skip


@pytest.mark.parametrize(("typed", "address", "domain"), TAKEN)
def test_b31_an_address_of_an_own_domain(typed: str, address: str, domain: str) -> None:
    assert own_address(typed, PLATFORM) == (address, domain)


@pytest.mark.parametrize(("typed", "said"), REFUSED, ids=[ascii(row[0][:30]) for row in REFUSED])
def test_b31_no_address_of_everybodys_or_nobodys_domain(typed: str, said: str) -> None:
    with pytest.raises(ValidationError) as error:
        own_address(typed, PLATFORM)
    [[sentence]] = error.value.details.values()
    assert list(error.value.details) == ["address"] and said in sentence


def test_the_registered_part_of_a_domain() -> None:
    assert registered_domain("a.b.example.co.uk") == "example.co.uk"
    assert registered_domain("co.uk") == registered_domain("printer.lan") == ""
