"""The DNS contract over both implementations, and a real resolver against servers that behave badly."""

from __future__ import annotations

import time
from collections.abc import Iterator

import pytest

from mtc.infra.dns import DnsError, DnsResolver
from tests.fakes.dns import FakeDns
from tests.fakes.dns_server import Zone, dns_server


@pytest.fixture
def zone() -> Iterator[Zone]:
    with dns_server() as made:
        yield made


@pytest.fixture
def resolver(zone: Zone) -> DnsResolver:
    return DnsResolver(["127.0.0.1"], zone.port)


@pytest.mark.parametrize("kind", ["fake", "real"])
def test_texts_of_a_name(kind: str, zone: Zone, resolver: DnsResolver) -> None:
    fake = FakeDns()
    fake.records = {"a.example.com": ["one", "two parts"]}
    zone.texts = {"a.example.com": [[b"one"], [b"two ", b"parts"]]}
    made = fake if kind == "fake" else resolver
    assert sorted(made.texts("a.example.com")) == ["one", "two parts"]
    assert made.texts("b.example.com") == ()
    fake.broken, zone.silent = {"c.example.com"}, {"c.example.com"}
    with pytest.raises(DnsError, match="did not answer in time"):
        made.texts("c.example.com", timeout=0.3)
    fake.records["d.example.com"] = ["x"] * 101
    zone.texts["d.example.com"] = [[str(n).encode()] for n in range(101)]
    with pytest.raises(DnsError, match="too many or too long"):
        made.texts("d.example.com")


def test_aliases_are_followed_and_a_name_without_texts_has_none(zone: Zone, resolver: DnsResolver) -> None:
    zone.aliases = {
        "a.example.com": "b.example.org",
        "b.example.org": "c.example.net",
        "d.example.com": "e.example.com",
    }
    zone.texts = {"c.example.net": [[b"here"]]}
    assert resolver.texts("a.example.com") == ("here",)
    assert resolver.texts("d.example.com") == ()


def test_bytes_that_are_no_text(zone: Zone, resolver: DnsResolver) -> None:
    zone.texts = {"a.example.com": [[b"\xff\xfe\x00", b"\xc3", b"\xa9"]]}
    assert resolver.texts("a.example.com") == ("\ufffd\ufffd\x00é",)


def test_a_long_key_comes_over_tcp(zone: Zone, resolver: DnsResolver) -> None:
    zone.texts = {"k.example.com": [[b"a" * 255] * 8]}
    assert resolver.texts("k.example.com") == ("a" * 2040,)


@pytest.mark.parametrize(
    "texts",
    [
        [[str(n).encode()] for n in range(5000)],
        [[str(n).encode()] for n in range(3000)],
        [[b"y" * 255] * 250],
        [[b"z" * 255] * 8, [b"q" * 255] * 140],
    ],
)
def test_answers_without_end_are_refused_at_once(
    zone: Zone, resolver: DnsResolver, texts: list[list[bytes]]
) -> None:
    zone.texts = {"a.example.com": texts}
    before = time.monotonic()
    with pytest.raises(DnsError, match="too many or too long"):
        resolver.texts("a.example.com")
    assert time.monotonic() - before < 3


def test_circles_errors_and_garbage_are_no_answer(zone: Zone, resolver: DnsResolver) -> None:
    zone.aliases = {
        "a.example.com": "b.example.com",
        "b.example.com": "a.example.com",
        "self.example.com": "self.example.com",
    }
    zone.codes = {"servfail.example.com": 2, "refused.example.com": 5, "formerr.example.com": 1}
    zone.garbage = {
        "x.example.com": b"",
        "y.example.com": b"\xff" * 600,
        "z.example.com": b"\x84\x00" + b"\x00\x01" * 4,
    }
    names = ("a", "self", "servfail", "refused", "formerr", "x", "y", "z")
    before = time.monotonic()
    for name in names:
        try:
            assert resolver.texts(f"{name}.example.com", timeout=0.5) == ()  # a circle may look like nothing
        except DnsError as error:
            assert 0 < len(str(error)) < 200
    assert time.monotonic() - before < 0.5 * len(names) + 2


@pytest.mark.parametrize(
    "name", ["servfail.example.com", "a..example.com", "x" * 64 + ".example.com", "a." * 130 + "com"]
)
def test_what_is_no_answer_is_never_taken_for_an_empty_one(
    zone: Zone, resolver: DnsResolver, name: str
) -> None:
    zone.codes = {"servfail.example.com": 2}
    with pytest.raises(DnsError):
        resolver.texts(name, timeout=0.5)


def test_a_server_that_is_not_there(zone: Zone) -> None:
    with pytest.raises(DnsError):
        DnsResolver(["127.0.0.1"], 1).texts("a.example.com", timeout=0.5)
