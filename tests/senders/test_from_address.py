"""B31: how mail leaves with and without a verified address of the store's own."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

import dkim
import pytest
from flask import Flask

from mtc.core.db import unit_of_work
from mtc.core.tenancy import tenant_scope
from mtc.emails.services import send_email
from mtc.emails.services.senders import sender_name_and_address
from mtc.infra.mail import MailError, Message
from mtc.infra.mail.base import to_bytes, to_email
from mtc.tasks.services import run_due
from mtc.tenants import queries as tenants
from tests.factories.tenants import World
from tests.fakes.ports import FakePorts
from tests.senders.conftest import ADDRESS, Sending
from tests.servers.database import both_databases


def send(sending: Sending, sender: str | None = None) -> Message:
    """A mail of the store to a buyer, as it left."""
    with tenant_scope(sending.world.id), unit_of_work():
        store = tenants.stores_of(sending.world.id)[0]
        spoken = sender_name_and_address(store.name, store.email) if sender is None else sender
        send_email(
            "hello", to="ada@example.org", subject="Your keys", text="K-1\n", html="<p>K-1</p>", sender=spoken
        )
    run_due()
    return sending.ports.mail.sent[-1]


@pytest.fixture
def verified(sending: Sending) -> Sending:
    """The store with its verified domain."""
    sending.want()
    sending.publish()
    assert sending.check().status == "verified"
    return sending


def email_of(sending: Sending) -> str:
    with tenant_scope(sending.world.id), unit_of_work():
        return str(tenants.stores_of(sending.world.id)[0].email)


def public_key(sending: Sending) -> Callable[..., bytes]:
    """DNS as an independent verifier asks it."""
    records = sending.ports.dns.records

    def texts(name: bytes, timeout: int = 5) -> bytes:
        return records[name.decode().rstrip(".")][0].encode()

    return texts


@both_databases
def test_b31_only_a_verified_address_is_from(sending: Sending) -> None:
    sending.want()
    email = email_of(sending)
    mail = send(sending)
    assert (mail.from_, mail.reply_to, mail.dkim) == ("Acme <shop@localhost>", email, None)
    sending.publish()
    sending.check()
    mail = send(sending)
    assert (mail.from_, mail.reply_to) == (f"Acme <{ADDRESS}>", email)
    assert mail.envelope == "shop@localhost"  # no SPF record was asked for: bounces come to the platform
    assert mail.headers["Message-ID"].endswith("@localhost>")
    sending.change(status="lapsed")
    assert send(sending).from_ == "Acme <shop@localhost>"


def test_b31_it_is_signed_so_that_others_can_verify_it(verified: Sending) -> None:
    mail = send(verified)
    content = to_bytes(mail, to_email(mail))
    assert dkim.verify(content, dnsfunc=public_key(verified))
    for change in (
        (b"K-1", b"K-2"),
        (b"Subject: Your", b"Subject: My"),
        (b"\r\nFrom: ", b"\r\nFrom: eve@example.org\r\nFrom: "),
        (b"\r\nTo: ", b"\r\nSubject: again\r\nTo: "),
    ):
        assert not dkim.verify(content.replace(*change, 1), dnsfunc=public_key(verified)), change


@pytest.fixture
def spf(app: Flask) -> Iterator[None]:
    """An installation that asks for an SPF record."""
    config = app.config["MTC"]
    app.config["MTC"] = replace(config, mail_spf="include:spf.mtc.example")
    yield
    app.config["MTC"] = config


def test_with_spf_the_store_gets_what_cannot_be_delivered(spf: None, sending: Sending) -> None:
    sending.ports.dns.records["spf.mtc.example"] = ["v=spf1 ip4:192.0.2.1 -all"]
    sending.want()
    sending.publish("spf")
    assert sending.check().status == "pending"
    sending.publish()
    assert (sending.check().status, sending.states()["spf"]) == ("verified", "found")
    assert send(sending).envelope == ""


def test_mail_of_the_platform_and_of_others_is_not_the_stores(
    verified: Sending, other_tenant: World, sending_of: Any
) -> None:
    assert send(verified, "").from_ == "shop@localhost"
    assert send(verified, "Else <else@example.org>").from_ == "Else <shop@localhost>"
    rival = sending_of(other_tenant)
    assert send(rival, sender_name_and_address("Acme", email_of(verified))).from_ == "Acme <shop@localhost>"


def test_answers_need_no_header_of_their_own_at_the_same_address(verified: Sending) -> None:
    verified.want(email_of(verified).rpartition("@")[0] + "@games.example.com")
    with tenant_scope(verified.world.id), unit_of_work():
        from mtc.tenants.services import update_store

        update_store(verified.world.id, verified.store, email=verified.view().address)
    assert send(verified).reply_to is None


def test_a_refusal_of_the_own_address_costs_no_buyer_the_goods(
    verified: Sending, ports: FakePorts, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    tried: list[str] = []
    take = ports.mail.send

    def picky(message: Message) -> str:
        tried.append(message.from_)
        if ADDRESS in message.from_:
            raise MailError("The mail server answered 550 not yours", permanent=True)
        return take(message)

    monkeypatch.setattr(ports.mail, "send", picky)
    assert send(verified).from_ == "Acme <shop@localhost>"
    assert tried == [f"Acme <{ADDRESS}>", "Acme <shop@localhost>"] and "not yours" in caplog.text


def test_a_key_that_does_not_open_costs_no_mail_either(
    verified: Sending, caplog: pytest.LogCaptureFixture
) -> None:
    verified.change(private_key="t1:" + "A" * 60)
    assert send(verified).from_ == "Acme <shop@localhost>"
    assert "does not open" in caplog.text
