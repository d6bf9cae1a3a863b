"""Shop mail comes from the platform under the store's name; the store gets the answers."""

from __future__ import annotations

from email import message_from_bytes
from email.policy import default
from typing import Any

import pytest

from mtc.core.db import unit_of_work
from mtc.emails.services import resend_email, send_email
from mtc.emails.services.senders import headers_of, sender_name_and_address
from mtc.infra.mail import Message
from mtc.infra.mail.base import to_email
from mtc.tasks.services import run_due
from tests.factories.tenants import World
from tests.fakes.ports import FakePorts
from tests.servers.database import both_databases

PLATFORM = "Platform <mail@platform.example>"
STORE = "hello@questline.example"
NAMES = [  # what the store is called, what the reader sees
    ("Questline", "Questline"),
    ("", "Platform"),
    ("Paper & Grain, Ltd.", "Paper & Grain, Ltd."),
    ('The "Best" Shop', "The ”Best” Shop"),
    ("Łódź 🎮 Spiele", "Łódź 🎮 Spiele"),
    ("日本語ゲーム", "日本語ゲーム"),
    ("Shop\r\nBcc: eve@example.org", "Shop Bcc: eve at example.org"),
    ("Shop\nX-Evil: 1", "Shop X-Evil: 1"),
    ("Shop\u2028Bcc: x", "Shop Bcc: x"),
    ("paypal@paypal.example", "paypal at paypal.example"),
    ("Paper <eve@example.org>", "Paper (eve at example.org)"),
    ("=?utf-8?q?Bank?=", "=?utf-8?q?Bank?="),
    ("Back\\slash; (comment)", "Back\\slash; (comment)"),
    ("\u202eevil\u200b", "evil"),
    ("N" * 300, "N" * 78),
    ("é" * 300, "é" * 78),
]


def header(name: str) -> Any:
    """The message of a store of that name, as a reader parses it."""
    parts = headers_of(sender_name_and_address(name, STORE), PLATFORM, "id-1")
    sent = to_email(Message(to="ada@example.org", subject="Hi", text="Hello", html="<p>Hello</p>", **parts))
    assert sent.as_bytes().isascii()
    return message_from_bytes(sent.as_bytes(), policy=default)


@pytest.mark.parametrize(("name", "shown"), NAMES, ids=[ascii(row[0][:20]) for row in NAMES])
def test_b31_mail_of_a_store_comes_from_the_platform(name: str, shown: str) -> None:
    read = header(name)
    [sender], [answers] = read["From"].addresses, read["Reply-To"].addresses
    assert (sender.addr_spec, answers.addr_spec) == ("mail@platform.example", STORE)
    if not name.startswith("=?"):  # readers may decode what looks encoded; it stays one name all the same
        # Python's reader leaves the blanks between the encoded words of a long name in, against RFC 2047.
        assert sender.display_name.replace(" ", "") == shown.replace(" ", "")
    assert set(read.keys()) == {
        "From", "To", "Reply-To", "Subject", "Date", "Message-ID", "Auto-Submitted",
        "X-Auto-Response-Suppress", "MIME-Version", "Content-Type",
    }  # fmt: skip
    assert (read["Message-ID"], read["Auto-Submitted"]) == ("<id-1@platform.example>", "auto-generated")
    assert read.get_body(("plain",)).get_content().strip() == "Hello"


def test_a_speaker_fits_its_column() -> None:
    assert len(sender_name_and_address("N" * 300, "a" * 64 + "@" + "b" * 180 + ".example")) <= 254
    assert sender_name_and_address("", STORE) == STORE
    assert sender_name_and_address("Name", "") == ""


@both_databases
def test_b31_a_stored_mail_leaves_so_and_a_second_time_as_another(scope: World, ports: FakePorts) -> None:
    with unit_of_work():
        mail = send_email(
            "hello",
            to="ada@example.org",
            subject="Hi",
            text="Hello",
            sender=sender_name_and_address("Questline", STORE),
        )
    assert mail is not None
    run_due()
    with unit_of_work():
        resend_email(scope.id, mail.id)
    run_due()
    first, second = ports.mail.sent
    assert (first.from_, first.reply_to) == ("Questline <shop@localhost>", STORE)
    assert first.headers["Message-ID"] == f"<{mail.id}@localhost>"
    assert second.headers["Message-ID"].startswith(f"<{mail.id}.")


@both_databases
def test_b31_a_mail_of_before_comes_from_the_platform_too(scope: World, ports: FakePorts) -> None:
    with unit_of_work():
        send_email("hello", to="ada@example.org", subject="Hi", text="Hello", sender=STORE)
        send_email("hello", to="ada@example.org", subject="Hi", text="Hello")
    run_due()
    assert [(one.from_, one.reply_to) for one in ports.mail.sent] == [
        ("shop@localhost", STORE),
        ("shop@localhost", None),
    ]
