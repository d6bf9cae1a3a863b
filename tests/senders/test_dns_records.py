"""What is found at each record's name, and what is told of it."""

from __future__ import annotations

import time

import pytest

from mtc.senders.services.dns_records import RequiredRecord, Result, check_records, records_of
from tests.fakes.dns import FakeDns

KEY = "MIIB" + "A" * 388
WANTED = RequiredRecord("games.example.com", "secret", "mtc-1", KEY, ("include:spf.mtc.example",))
RECORDS = {one.key: one for one in records_of(WANTED)}


def dns(**texts: list[str]) -> FakeDns:
    """With every record as it should be, but for those that are given."""
    made = FakeDns()
    made.records = {one.name: texts.get(key, [one.value]) for key, one in RECORDS.items()}
    made.records["spf.mtc.example"] = ["v=spf1 -all"]
    return made


def result(key: str, made: FakeDns) -> Result:
    return {one.key: one for one in check_records(made, WANTED)}[key]


def test_the_records_that_people_are_shown() -> None:
    assert [(one.key, one.name, one.value[:24]) for one in records_of(WANTED)] == [
        ("ownership", "_mtc.games.example.com", "mtc-verification=secret"),
        ("dkim", "mtc-1._domainkey.games.example.com", "v=DKIM1; k=rsa; p=MIIBAA"),
        ("spf", "games.example.com", "v=spf1 include:spf.mtc.e"),
        ("dmarc", "_dmarc.games.example.com", "v=DMARC1; p=none"),
    ]
    without = RequiredRecord("games.example.com", "secret", "mtc-1", KEY, ())
    assert [one.key for one in records_of(without)] == ["ownership", "dkim", "dmarc"]


def test_all_is_there_and_nothing_is() -> None:
    assert [one.state for one in check_records(FakeDns(), WANTED)] == ["missing"] * 4
    assert [one.state for one in check_records(dns(), WANTED)] == ["found"] * 4


CASES = [  # record, texts at its name, state, what is told
    ("ownership", ["mtc-verification=other", "v=spf1 -all"], "differs", "beside it"),
    ("ownership", ["google-site-verification=x"], "missing", ""),
    ("ownership", ["mtc-verification=other", " mtc-verification=secret "], "found", ""),
    ("dkim", [f"v=DKIM1;k=rsa;p={KEY[:200]} {KEY[200:]}"], "found", ""),
    ("dkim", [f"p={KEY}"], "found", ""),
    ("dkim", [f"v=DKIM1; t=y; s=email; h=sha1:sha256; p={KEY}"], "found", ""),
    ("dkim", [f"v=DKIM1; k=rsa; p={KEY[:-1]}"], "differs", "Another key"),
    ("dkim", ["v=DKIM1; k=rsa; p="], "differs", "Another key"),
    ("dkim", [f"v=DKIM1; k=ed25519; p={KEY}"], "differs", "what stands before it"),
    ("dkim", [f"v=DKIM1; h=sha1; p={KEY}"], "differs", "what stands before it"),
    ("dkim", [f"v=DKIM1; s=other; p={KEY}"], "differs", "what stands before it"),
    ("dkim", [f"p={KEY}", f"p={KEY}x"], "differs", "More than one key"),
    ("dkim", ["hello"], "differs", "no DKIM key"),
    ("dkim", ["\ufffd\ufffd\x00\u202e;=;;p"], "differs", "Another key"),
    ("spf", ["hello"], "missing", ""),
    ("spf", ["v=spf1 -all"], "differs", "Add include:spf.mtc.example to it"),
    (
        "spf",
        ["v=spf1 -all", "v=spf1 include:spf.mtc.example -all"],
        "differs",
        "There are several SPF records",
    ),
    ("spf", ["v=spf1 include:a.example.com -all"], "differs", "Receivers take it for an error"),
    ("dmarc", ["v=DMARC1; p=reject; adkim=s; aspf=s"], "found", ""),
    ("dmarc", ["v=DMARC1 ; p = None"], "found", ""),
    ("dmarc", ["v=DMARC1; p=none", "v=DMARC1; p=reject"], "differs", "more than one DMARC record"),
    ("dmarc", ["v=DMARC1; sp=none"], "differs", "It needs p=none"),
    ("dmarc", ["v=DMARC1; p=whatever"], "differs", "It needs p=none"),
    ("dmarc", ["dmarc"], "missing", ""),
]


@pytest.mark.parametrize(("key", "texts", "state", "said"), CASES)
def test_what_is_there_and_what_is_told(key: str, texts: list[str], state: str, said: str) -> None:
    found = result(key, dns(**{key: texts}))
    assert (found.state, said in str(found.note)) == (state, True), found
    assert bool(found.found) is (state != "missing")


def test_the_dmarc_record_of_the_registered_domain_counts() -> None:
    made = dns(dmarc=[])
    made.records["_dmarc.example.com"] = ["v=DMARC1; p=quarantine"]
    found = result("dmarc", made)
    assert (found.state, str(found.note)) == ("found", "That of example.com counts here too.")


def test_no_answer_is_no_missing_record() -> None:
    made = dns()
    made.broken = set(made.records)
    results = check_records(made, WANTED)
    assert {one.state for one in results} == {"unknown"}
    assert all("did not answer in time" in str(one.note) for one in results)


@pytest.mark.parametrize("texts", [["x"] * 10_000, ["y" * 65_000], ["é" * 200] * 101])
def test_answers_without_end_are_told_at_once(texts: list[str]) -> None:
    before = time.monotonic()
    results = check_records(dns(ownership=texts, dkim=texts, spf=texts, dmarc=texts), WANTED)
    assert {one.state for one in results} == {"unknown"} and "too many or too long" in str(results[0].note)
    assert time.monotonic() - before < 1


def test_what_is_shown_of_foreign_texts_is_short() -> None:
    texts = [f"v=spf1 {'a' * 3000}\u202e\r\n {n}" for n in range(9)]
    found = result("spf", dns(spf=texts)).found
    assert len(found) == 5 and all(len(one) <= 600 and one.isprintable() for one in found)


def test_names_of_our_own_network_are_not_asked_for() -> None:
    made = dns(spf=["v=spf1 include:db.internal include:printer.lan -all"])
    assert result("spf", made).state == "differs"
    assert not {"db.internal", "printer.lan"} & set(made.asked)


def test_a_slow_domain_takes_no_longer_than_it_may(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("mtc.senders.services.dns_records.WHOLE_SECONDS", 0.0)
    made = dns()
    assert {one.state for one in check_records(made, WANTED)} == {"unknown"} and made.asked == []
