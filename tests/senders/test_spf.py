"""SPF records as receivers read them, hostile ones too."""

from __future__ import annotations

import pytest

from mtc.senders.services.spf import SpfError, covers, missing_terms, spf_records

OURS = "include:spf.mtc.example"
DNS = {
    "spf.mtc.example": ("v=spf1 ip4:192.0.2.0/24 -all",),
    "bundle.example.com": ("v=spf1 include:spf.mtc.example -all",),
    "deny.example.com": ("v=spf1 -include:spf.mtc.example ~all",),
    "two.example.com": ("v=spf1 -all", "v=spf1 ~all"),
    "loop.example.com": ("v=spf1 include:loop.example.com -all",),
    "ping.example.com": ("v=spf1 include:pong.example.com -all",),
    "pong.example.com": ("v=spf1 include:ping.example.com -all",),
    "moved.example.com": ("v=spf1 redirect=bundle.example.com",),
    "text.example.com": ("hello", "v=spf10 include:spf.mtc.example"),
    **{f"n{n}.example.com": (f"v=spf1 include:n{n + 1}.example.com ~all",) for n in range(9)},
    "n9.example.com": ("v=spf1 include:spf.mtc.example ~all",),
}


def missing(record: str, *wanted: str) -> tuple[str, ...]:
    return missing_terms("shop.example.com", record, wanted or (OURS,), lambda name: DNS.get(name, ()))


@pytest.mark.parametrize(
    "record",
    [
        f"v=spf1 {OURS} ~all",
        f"v=spf1 a mx {OURS} -all",
        f"V=SPF1   +{OURS}   ?all",
        "v=spf1 INCLUDE:SPF.mtc.example.",
        "v=spf1 include:bundle.example.com -all",
        "v=spf1 redirect=bundle.example.com",
        "v=spf1 redirect=moved.example.com",
        f"v=spf1 exists:%{{i}}._spf.example.com {OURS} exp=why.example.com -all",
        f"v=spf1 include:%{{d}}.example.com {OURS} -all",
        f"v=spf1 a/24 mx:mail.example.com/24//64 ptr ip6:2001:db8::/32 {OURS} -all",
        f"v=spf1 unknown-modifier=x:y/z {OURS} -all",
        "v=spf1 include:n2.example.com -all",  # nine look-ups
    ],
)
def test_our_servers_are_named(record: str) -> None:
    assert missing(record) == ()


@pytest.mark.parametrize(
    "record",
    [
        "v=spf1",
        "v=spf1 -all",
        "v=spf1 +all",
        f"v=spf1 -all {OURS}",  # never reached
        f"v=spf1 ~{OURS} -all",
        f"v=spf1 ?{OURS} -all",
        "v=spf1 include:deny.example.com -all",
        "v=spf1 -include:bundle.example.com -all",
        f"v=spf1 -all redirect={OURS.partition(':')[2]}",
        "v=spf1 all redirect=bundle.example.com",
        "v=spf1 a:spf.mtc.example -all",
        "v=spf1 include:%{d} -all",
    ],
)
def test_our_servers_are_not_named(record: str) -> None:
    assert missing(record) == (OURS,)


@pytest.mark.parametrize(
    ("record", "said"),
    [
        ("v=spf1 include:nowhere.example.com -all", "there is no SPF record"),
        ("v=spf1 include:text.example.com -all", "there is no SPF record"),
        ("v=spf1 include:two.example.com -all", "more than one SPF record"),
        ("v=spf1 redirect=nowhere.example.com", "redirect=nowhere.example.com"),
        ("v=spf1 include:loop.example.com -all", "more than 10 look-ups"),
        ("v=spf1 include:ping.example.com -all", "more than 10 look-ups"),
        ("v=spf1 include:n0.example.com -all", "more than 10 look-ups"),
        ("v=spf1 " + "a " * 11 + "-all", "more than 10 look-ups"),
        ("v=spf1 " + "include:spf.mtc.example " * 5000, "more than 10 look-ups"),
        ("v=spf1 include: -all", "which is no part of SPF"),
        ("v=spf1 ipv4:192.0.2.1 -all", "which is no part of SPF"),
        ("v=spf1 spf.mtc.example -all", "which is no part of SPF"),
        ("v=spf1 + -all", "which is no part of SPF"),
        ("v=spf1 ip4:999.1.1.1 -all", "which is no address"),
        ("v=spf1 ip4:2001:db8::1 -all", "which is no address"),
        ("v=spf1 ip6:x -all", "which is no address"),
    ],
)
def test_what_receivers_take_for_an_error_is_told(record: str, said: str) -> None:
    with pytest.raises(SpfError, match=said) as error:
        missing(record)
    assert len(str(error.value)) < 300


def test_networks_count_when_they_hold_ours() -> None:
    wanted = ("ip4:192.0.2.7", "ip6:2001:db8::/48")
    assert missing("v=spf1 ip4:192.0.2.0/24 ip6:2001:db8::/32 -all", *wanted) == ()
    assert missing("v=spf1 ip4:192.0.2.8 ip6:2001:db8::/64 -all", *wanted) == wanted
    assert covers("ip4:0.0.0.0/0", "ip4:192.0.2.7") and not covers("ip4:x", "ip4:192.0.2.7")
    assert not covers("a:mail.example.com", "mx:mail.example.com")


def test_which_texts_are_spf_records() -> None:
    texts = ("v=spf1", "v=spf1 -all", "V=SPF1 -all", "v=spf10 -all", "v=spf2.0/pra", "xv=spf1 -all", "")
    assert spf_records(texts) == ["v=spf1", "v=spf1 -all", "V=SPF1 -all"]
