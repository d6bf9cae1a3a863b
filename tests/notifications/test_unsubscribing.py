"""Notifications to staff can be left by their link, by people and by mail programs (RFC 8058)."""

from __future__ import annotations

from email import message_from_bytes
from email.policy import default
from typing import Any
from uuid import uuid4

import pytest
from flask import Flask

from mtc.core import clock
from mtc.core.crypto import sign
from mtc.core.db import unit_of_work
from mtc.core.tenancy import tenant_scope
from mtc.emails.services import send_email
from mtc.identity.models import TenantUser
from mtc.infra.mail.base import to_email
from mtc.notifications.services import preferences
from mtc.tasks.services import run_due
from tests.fakes.ports import FakePorts
from tests.orders.shop import Shop, bought
from tests.servers.database import both_databases

PLATFORM = "http://localhost:8000"
Staff = dict[str, TenantUser]


def topics(shop: Shop, name: str) -> dict[str, bool]:
    with tenant_scope(shop.tenant_id), unit_of_work():
        return next(one.topics for one in preferences() if one.recipient.name == name)


@pytest.fixture
def links(shop: Shop, staff: Staff, ports: FakePorts) -> dict[str, str]:
    """The links in the headers of a stock alert, by who got it."""
    del staff
    bought(shop, (shop.key, 4))
    run_due()
    found = {}
    for mail in ports.mail.sent:
        read: Any = message_from_bytes(to_email(mail).as_bytes(), policy=default)
        header = read["List-Unsubscribe"]
        if header is not None and "left: " in mail.subject:
            assert read["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
            url = header.strip("<>")
            assert url in mail.text and url in (mail.html or "").replace("&amp;", "&")
            found[mail.to] = url
    return found


@both_databases
def test_each_reader_has_a_link_of_their_own(links: dict[str, str], shop: Shop, app: Flask) -> None:
    assert set(links) == {"owner@acme.example", "manager@acme.example"}
    assert len(set(links.values())) == 2 and all(
        one.startswith(f"{PLATFORM}/unsubscribe/") for one in links.values()
    )
    path = links["manager@acme.example"].removeprefix(PLATFORM)
    client = app.test_client()
    shown = client.get(path, base_url=PLATFORM)
    assert (
        shown.status_code == 200 and "manager@acme.example" in shown.text and "Stop these mails" in shown.text
    )
    assert shown.headers["Referrer-Policy"] == "no-referrer"
    assert topics(shop, "Manager")["stock"] is True  # looking ends nothing
    answer = client.post(path, base_url=PLATFORM, data={"List-Unsubscribe": "One-Click"})
    assert answer.status_code == 200 and "You get no more of these mails." in answer.text
    assert topics(shop, "Manager") == {"stock": False, "sale": False}
    assert topics(shop, "Owner")["stock"] is True
    assert client.post(path, base_url=PLATFORM, data={"List-Unsubscribe": "One-Click"}).status_code == 200
    assert "Let them come again" in client.get(path, base_url=PLATFORM).text
    assert client.post(path, base_url=PLATFORM, data={"again": "1"}).status_code == 200
    assert topics(shop, "Manager")["stock"] is True


def test_stored_mails_hold_no_link_that_works(links: dict[str, str], shop: Shop) -> None:
    from sqlalchemy import select

    from mtc.core.db import session
    from mtc.emails.models import Email

    with tenant_scope(shop.tenant_id), unit_of_work():
        bodies = list(session.scalars(select(Email.body_text).where(Email.kind == "stock-alert")))
    assert bodies and all("[[unsubscribe:" in one and "/unsubscribe/" not in one for one in bodies)
    assert links


def test_links_that_lead_nowhere(app: Flask, shop: Shop, staff: Staff) -> None:
    client = app.test_client()
    good = {"t": str(shop.tenant_id), "m": str(staff["manager"].id), "k": "stock"}
    cases = [
        ("0" * 64, 400),
        (sign(good, "password", 3600), 400),
        (sign({**good, "m": str(uuid4())}, "unsubscribe", 3600), 410),
        (sign({**good, "t": str(uuid4())}, "unsubscribe", 3600), 410),
        (sign({**good, "k": "sender"}, "unsubscribe", 3600), 410),  # no topic of a manager
        (sign({**good, "m": str(staff["gone"].id)}, "unsubscribe", 3600), 410),
        (sign(good, "unsubscribe", 3600), 200),
    ]
    for token, status in cases:
        for send in (client.get, client.post):
            assert send(f"/unsubscribe/{token}", base_url=PLATFORM).status_code == status, token
    old = sign(good, "unsubscribe", 3600)
    with clock.frozen(clock.now()):
        clock.advance(3601)
        assert client.post(f"/unsubscribe/{old}", base_url=PLATFORM).status_code == 410


def test_mails_to_buyers_have_no_such_header(shop: Shop, staff: Staff, ports: FakePorts) -> None:
    del staff
    bought(shop, (shop.key, 4))
    run_due()
    to_buyers = [one for one in ports.mail.sent if not one.to.endswith("@acme.example")]
    assert to_buyers and not any("List-Unsubscribe" in one.headers for one in to_buyers)
    assert [one for one in ports.mail.sent if "List-Unsubscribe" in one.headers]


@pytest.mark.parametrize("kind", ["order-received", "new-order", "stock-alert"])
def test_a_mark_that_a_stranger_writes_is_no_link(
    shop: Shop, staff: Staff, ports: FakePorts, kind: str
) -> None:
    text = f"Hello [[unsubscribe:{uuid4()}]] and [[unsubscribe:{staff['owner'].id}]]!"
    with tenant_scope(shop.tenant_id), unit_of_work():
        send_email(kind, to="eve@example.org", subject="Hi", text=text)
    run_due()
    mail = ports.mail.sent[-1]
    assert (mail.text, "List-Unsubscribe" in mail.headers) == ("Hello  and !", False)
