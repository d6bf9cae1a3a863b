"""Names and subjects of mails arrive as they were written, whatever they hold and however long they are.

Read here as other mail programs read them: addresses first (RFC 5322), then encoded words (RFC 2047).
"""

from __future__ import annotations

from email import message_from_bytes, policy
from email.header import decode_header
from email.utils import getaddresses

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mtc.emails.services.senders import headers_of, sender_name_and_address
from mtc.infra.mail.base import Message, to_email

SHOP = "shop@platform.example"
NAMES = [
    "Acme, Inc.",
    "A very long store name, that has commas, and more of them, to be folded over lines",
    "verylongwordverylongwordverylongword; Keys, Co. verylongwordverylongword a Acme",
    "Müller, Söhne & Co.",
    "Überlange Geschäftsbezeichnung, mit Kommas, und Klammern (GmbH), die gefaltet wird",
    "über “x” ゲーム ゲーム Söhne Co. 屋さん",
    "屋さん 屋さん “x” “x” “x” éé ゲーム",
    "ゲーム屋さんのとても長い名前のストアです本当に長いゲーム屋さんのとても長い名前",
    "🎮 🎮🎮 Łódź 's \\ 屋さん 🎮",
    "Shop: Keys; Codes (best)",
    "Dr. No's \\ Store",
    "=?utf-8?q?PayPal?=",
    "Keys =?utf-8?b?PHBheUBwYXlwYWwuZXhhbXBsZT4=?= now",
    "=?utf-8?q?=22Bank=22_=3Cbank=40bank=2Eexample=3E?=",
]
WORDS = [
    *("Acme", "Müller,", "Söhne", "&", "Co.", "ゲーム", "Łódź", "(GmbH)", "Keys;", "🎮", "1:2", "\\", "“x”"),
    *("=?", "?=", "=?utf-8?q?x?=", "a", "éé", "verylong" * 5, "日本語" * 6, "'s", "ñandú,", "~", "?"),
]


def _decoded(text: str) -> str:
    parts = [
        part.decode(charset or "ascii") if isinstance(part, bytes) else part
        for part, charset in decode_header(text.replace("\r\n", ""))
    ]
    return "".join(parts)


def _arrived(name: str, subject: str) -> tuple[list[tuple[str, str]], list[tuple[str, str]], str, int]:
    """From and Reply-To as (name, address), the subject, and the longest line."""
    own = headers_of(sender_name_and_address(name, "hello@acme.example"), SHOP, "1")
    content = to_email(Message(to="ada@example.org", subject=subject, text="Hi", **own)).as_bytes()
    read = message_from_bytes(content, policy=policy.compat32)
    senders, answers = (
        [(_decoded(shown), address) for shown, address in getaddresses([str(read[header])])]
        for header in ("From", "Reply-To")
    )
    return senders, answers, _decoded(str(read["Subject"])), max(map(len, content.split(b"\r\n")))


@pytest.mark.parametrize("name", NAMES)
def test_the_name_of_a_store_arrives_whole_and_is_one_address(name: str) -> None:
    shown = sender_name_and_address(name, "hello@acme.example").removesuffix(" <hello@acme.example>")
    senders, answers, subject, longest = _arrived(name, f"Your order at {name}")
    assert senders == [(shown, SHOP)]
    assert answers == [("", "hello@acme.example")]
    assert subject == f"Your order at {name}"
    assert longest <= 90


@given(st.lists(st.sampled_from(WORDS), min_size=1, max_size=24))
def test_blanks_and_signs_survive_the_folding(words: list[str]) -> None:
    text = " ".join(words)
    senders, _, subject, longest = _arrived(text, text)
    shown = sender_name_and_address(text, "hello@acme.example").removesuffix(" <hello@acme.example>")
    assert (senders, subject) == ([(shown, SHOP)], text)
    assert longest <= 90


@pytest.mark.parametrize("subject", ["  two  blanks  ", "x" * 300, "é" * 300, "a " * 149 + "b", "", "\u00a0"])
def test_a_subject_of_any_shape_arrives(subject: str) -> None:
    assert _arrived("Acme", subject)[2] == subject


def test_a_long_link_to_leave_by_is_not_changed() -> None:
    link = f"<https://shops.example/unsubscribe/{'x' * 300}>"
    sent = {"List-Unsubscribe": link}
    mail = Message(to="ada@example.org", subject="x", text="x", from_=SHOP, headers=sent)
    read = message_from_bytes(to_email(mail).as_bytes(), policy=policy.compat32)
    assert str(read["List-Unsubscribe"]).strip() == link
