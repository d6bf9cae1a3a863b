"""U26: the mailbox of the demo, where mailed links can be opened, and nobody else's mail is seen."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from flask import Flask

from mtc.admin.emails.demo_mailbox import PATH
from mtc.core.db import unit_of_work
from mtc.core.tenancy import tenant_scope
from mtc.demo.welcome import ROOT_EMAIL
from mtc.emails.services import send_email
from mtc.emails.services.senders import sender_name_and_address
from mtc.infra import ports
from mtc.infra.mail import Message, OutboxMail
from mtc.tasks.services import run_due
from mtc.tenants.services import change_settings
from tests.admin.conftest import Shop
from tests.admin.people import Person
from tests.factories.tenants import World
from tests.servers.database import sqlite_app

LINK = "http://localhost:8000/login/new-password/secret-of-somebody"


@pytest.fixture
def outbox(app: Flask, tmp_path: Path) -> OutboxMail:
    """Mail goes to a folder."""
    made = OutboxMail(tmp_path / "outbox")
    app.extensions["mtc.ports"] = replace(app.extensions["mtc.ports"], mail=made)
    return made


@pytest.fixture
def demo(tenant: World, outbox: OutboxMail) -> World:
    """Acme is a store of the demo."""
    del outbox
    with tenant_scope(tenant.id), unit_of_work():
        change_settings(tenant.id, tenant.store.id, {"is_demo": True})
    return tenant


def send(world: World, subject: str, text: str = "Hello", html: str = "") -> None:
    """A mail of the store, as a worker sends it."""
    with tenant_scope(world.id), unit_of_work():
        sender = sender_name_and_address("Acme", "hello@acme.example")
        send_email("hello", to="ada@example.org", subject=subject, text=text, html=html, sender=sender)
    run_due()


def first(who: Person) -> str:
    """The address of the newest mail."""
    listed = who.get(PATH).text
    return PATH + "/" + listed.partition(f'href="{PATH}/')[2].partition('"')[0]


def test_u26_links_that_were_mailed_can_be_opened(app: Flask, demo: World) -> None:
    visitor = Person(app)
    assert "No mail yet" in visitor.get(PATH).text
    url = f"http://{demo.store.slug}.localhost:8000/account/join/{'s' * 40}"
    send(
        demo, "Finish your account", f"Open\n{url}.\nand not https://evil.example/x",
        f'<html><head><title>x</title></head><body><a href="{url}">Open</a></body></html>',
    )  # fmt: skip
    address = first(visitor)
    answer = visitor.get(address)
    assert answer.status_code == 200 and "Finish your account" in answer.text
    assert f'<a href="{url}" rel="noreferrer">' in answer.text
    assert "evil.example" in answer.text and 'href="https://evil.example' not in answer.text
    assert (answer.headers["Cache-Control"], answer.headers["X-Robots-Tag"]) == ("no-store", "noindex")
    body = visitor.get(f"{address}/body")
    assert '<head><base target="_top">' in body.text and url in body.text
    assert "sandbox" in body.headers["Content-Security-Policy"] and "script-src" not in body.text


def test_mails_of_other_tenants_and_people_are_not_shown(
    app: Flask, demo: World, other_tenant: World
) -> None:
    send(other_tenant, "Of the rival")
    ports.mail.send(
        Message(to="dev@example.org", subject="Your log-in at MTC", text=LINK, from_="shop@localhost")
    )
    visitor = Person(app)
    assert "No mail yet" in visitor.get(PATH).text
    for one in app.extensions["mtc.ports"].mail.messages():
        assert visitor.get(f"{PATH}/{one.id}").status_code == 404
        assert visitor.get(f"{PATH}/{one.id}/body").status_code == 404
    ports.mail.send(
        Message(to=ROOT_EMAIL, subject="Choose a new password", text=LINK, from_="shop@localhost")
    )
    send(demo, "Of the demo")
    listed = visitor.get(PATH).text
    assert "Choose a new password" in listed and "Of the demo" in listed and "Of the rival" not in listed
    assert visitor.get(f"{PATH}/..%2f..%2fsecrets.json").status_code == 404
    assert visitor.get(f"{PATH}/nothing").status_code == 404
    assert visitor.get(f"{first(visitor)}/body").status_code == 404  # it has no HTML


def test_without_a_demo_there_is_no_mailbox(app: Flask, tenant: World, outbox: OutboxMail) -> None:
    send(tenant, "Of a real store")
    visitor = Person(app)
    assert visitor.get(PATH).status_code == 404
    assert visitor.get(f"{PATH}/{outbox.messages()[0].id}").status_code == 404
    assert PATH not in visitor.get("/welcome").text


@pytest.mark.parametrize(
    "config",
    [
        {"production": True, "mail_from": "mail@shops.com"},
        {"demo": False},
        {"mail_url": "smtp://mail.example", "mail_from": "mail@shops.com"},
    ],
)
def test_outside_the_demo_the_address_does_not_exist(tmp_path: Path, config: dict[str, Any]) -> None:
    made = sqlite_app(tmp_path, **config)
    assert [rule.rule for rule in made.url_map.iter_rules() if rule.rule.startswith("/demo")] == []


def test_the_admin_of_a_demo_store_leads_there_and_no_other(
    person: Callable[[str], Person], rival: Shop, demo: World
) -> None:
    assert PATH in person("owner").get(f"/admin/{demo.tenant.slug}/mail").text
    assert PATH not in person("stranger").get(f"{rival.url}/mail").text
