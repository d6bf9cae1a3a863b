"""Signatures that an independent verifier accepts, whatever the mail holds."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import dkim
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mtc.core.errors import ValidationError
from mtc.infra.mail import DkimKey, Message, OutboxMail, SmtpMail
from mtc.infra.mail.base import to_bytes, to_email
from mtc.infra.mail.dkim import new_key
from tests.fakes.smtp import fake_smtp

PRIVATE, PUBLIC = new_key()
KEY = DkimKey("games.example.com", "mtc-1", PRIVATE)


def lookup(name: bytes, timeout: int = 5) -> bytes:
    assert name == b"mtc-1._domainkey.games.example.com."
    return f"v=DKIM1; k=rsa; p={PUBLIC}".encode()


def mail(**parts: Any) -> Message:
    given: dict[str, Any] = {
        "to": "Ada Lövelace <ada@example.org>", "subject": "Your keys", "text": "Hello\n",
        "from_": "Łódź 🎮 <shop@games.example.com>", "reply_to": "help@games.example", "dkim": KEY,
        "headers": {"Message-ID": "<1@mtc.example>", "Auto-Submitted": "auto-generated"}, **parts,
    }  # fmt: skip
    return Message(**given)


def test_a_public_key_fits_one_record() -> None:
    assert len(f"v=DKIM1; k=rsa; p={PUBLIC}") < 450 and PUBLIC.isascii() and "PRIVATE" not in repr(KEY)


LINES = st.text(st.characters(exclude_categories=("Cs", "Cc")) | st.sampled_from("\n\t .="), max_size=300)


@settings(max_examples=60, deadline=None)
@given(
    text=LINES,
    html=LINES,
    subject=st.text(st.characters(exclude_categories=("C", "Z")) | st.just(" "), max_size=200),
)
def test_every_text_and_subject_can_be_verified(text: str, html: str, subject: str) -> None:
    message = mail(text=text, html=html, subject=subject)
    content = to_bytes(message, to_email(message))
    assert dkim.verify(content, dnsfunc=lookup)
    assert max(map(len, content.split(b"\r\n"))) < 998 and content.isascii()


@pytest.mark.parametrize(
    "text", ["", "\n\n\n", " \t ", ".\n..\n", "a  b \n", "x" * 5000, "ä" * 3000, "\r\rx\n\r"]
)
def test_bodies_at_the_edges(text: str) -> None:
    for html in (None, "<p>Hi</p>"):
        message = mail(text=text, html=html)
        assert dkim.verify(to_bytes(message, to_email(message)), dnsfunc=lookup)


def test_it_arrives_as_it_was_signed_and_bounces_go_to_the_envelope(tmp_path: Path) -> None:
    message = mail(text=".\n..dots\n", envelope="bounce@mtc.example")
    with fake_smtp() as box:
        SmtpMail(f"smtp://127.0.0.1:{box.port}?tls=none").send(message)
    [(sender, recipients, content)] = box.mails
    assert ("bounce@mtc.example" in sender, "ada@example.org" in recipients[0]) == (True, True)
    assert dkim.verify(content, dnsfunc=lookup)
    outbox = OutboxMail(tmp_path)
    name = outbox.send(message)
    assert dkim.verify((tmp_path / f"{name}.eml").read_bytes(), dnsfunc=lookup)


@pytest.mark.parametrize(
    "key", ["", "hello", "-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n"]
)
def test_a_key_that_is_none_is_an_error_of_its_own(key: str) -> None:
    message = mail(dkim=DkimKey("games.example.com", "mtc-1", key))
    with pytest.raises(ValidationError, match="cannot be used"):
        to_bytes(message, to_email(message))
