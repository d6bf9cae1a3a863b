"""Settings > Mail and its API: the records, the button, what is refused, and who may."""

from __future__ import annotations

from typing import Any

import pytest
from flask import Flask

from mtc.core.db import unit_of_work
from mtc.core.tenancy import platform_scope, tenant_scope
from mtc.identity.services import add_member, create_default_roles, create_user
from mtc.tasks.services import run_due
from tests.admin.people import Person
from tests.api.programs import Program, new_program
from tests.factories.tenants import World
from tests.senders.conftest import ADDRESS, Sending

PAGE = "/admin/acme/settings/mail"
WORDS = "a mild winter in Graz"


@pytest.fixture
def people(app: Flask, tenant: World, monkeypatch: pytest.MonkeyPatch) -> dict[str, Person]:
    """An owner, and a manager who may read the settings only."""
    monkeypatch.setattr("tests.admin.people.PASSWORD", WORDS)
    with platform_scope("people for a test"), unit_of_work():
        users = {name: create_user(f"{name}@acme.example", name, WORDS) for name in ("owner", "manager")}
    with tenant_scope(tenant.id), unit_of_work():
        create_default_roles(tenant.id)
        for role, user in users.items():
            add_member(tenant.id, user.id, role)
    return {role: Person(app, f"{role}@acme.example").log_in() for role in users}


def test_b31_from_the_first_look_to_a_verified_address(people: dict[str, Person], sending: Sending) -> None:
    owner = people["owner"]
    shown = owner.get(PAGE).text
    assert "Acme &lt;shop@localhost&gt;" in shown and "Show me the records" in shown
    assert owner.post(PAGE, {"address": f" {ADDRESS} "}).status_code == 303
    shown = owner.get(PAGE).text
    assert "Checking…" in shown and "every 2s" in shown
    run_due()
    part = owner.partial(PAGE).text
    assert "<html" not in part and "every 2s" not in part and part.count("Missing") == 3
    for record in sending.view().records:
        assert record.name in part and f'data-ui-copy="{record.value}"' in part
    sending.publish(dkim=["v=DKIM1; p=<svg onload=alert(1)>"])
    assert owner.post(f"{PAGE}/check").status_code == 303
    run_due()
    shown = owner.get(PAGE).text
    assert "Differs" in shown and "p=&lt;svg onload=alert(1)&gt;" in shown and "<svg onload" not in shown
    sending.publish()
    sending.check()
    shown = owner.get(PAGE).text
    assert f"Acme &lt;{ADDRESS}&gt;" in shown and "games.example.com is verified" in shown
    sending.publish("dmarc")
    sending.check()
    assert "games.example.com lacks a record" in owner.get(PAGE).text
    sending.change(status="lapsed")
    shown = owner.get(PAGE).text
    assert "is not used any more" in shown and "Acme &lt;shop@localhost&gt;" in shown
    assert owner.post(f"{PAGE}/remove").status_code == 303
    assert "Records for" not in owner.get(PAGE).text
    assert owner.post(f"{PAGE}/remove").status_code == owner.post(f"{PAGE}/check").status_code == 404


@pytest.mark.parametrize(
    "typed", ["", "ada@gmail.com", "x" * 3000, "a@b@c", "<svg onload=alert(1)>@example.com"]
)
def test_what_cannot_be_sent_from_is_refused_as_typed(people: dict[str, Person], typed: str) -> None:
    answer = people["owner"].post(PAGE, {"address": typed})
    assert (
        answer.status_code == 422
        and "Please check the form" in answer.text
        and "<svg onload" not in answer.text
    )
    assert "Records for" not in people["owner"].get(PAGE).text


def test_who_may_only_read_changes_nothing(people: dict[str, Person], sending: Sending) -> None:
    sending.want()
    manager = people["manager"]
    shown = manager.get(PAGE).text
    assert "Records for games.example.com" in shown
    assert "Check now" not in shown and "remove-sender" not in shown
    for path in ("", "/check", "/remove"):
        assert manager.post(PAGE + path, {"address": "a@other.example.org"}).status_code == 403
    assert sending.view().address == ADDRESS


def test_asking_too_often_is_refused(people: dict[str, Person], sending: Sending) -> None:
    sending.want()
    answers = [people["owner"].post(f"{PAGE}/check").status_code for _ in range(22)]
    assert answers[:20] == [303] * 20 and answers[20:] == [429] * 2


@pytest.fixture
def program(app: Flask, tenant: World) -> Program:
    """A program of Acme's."""
    return new_program(app, tenant)


def test_programs_do_the_same(program: Program, sending: Sending) -> None:
    def data(answer: Any) -> dict[str, Any]:
        assert answer.status_code == 200, answer.text
        return dict(answer.get_json()["data"])

    assert data(program.get("/mail-sender"))["status"] == "none"
    assert program.post("/mail-sender/check").status_code == 404
    refused = program.post("/mail-sender", {"address": "ada@gmail.com"})
    assert refused.status_code == 400 and "gmail.com" in refused.get_json()["details"]["address"][0]
    made = data(program.post("/mail-sender", {"address": ADDRESS}))
    assert (made["status"], made["checking"], len(made["records"])) == ("pending", True, 3)
    sending.publish()
    run_due()
    shown = data(program.get("/mail-sender"))
    assert (shown["status"], shown["checking"]) == ("verified", False)
    assert {one["state"] for one in shown["records"]} == {"found"} and "PRIVATE" not in str(shown)
    assert data(program.post("/mail-sender/check"))["checking"] is True
    assert data(program.post("/mail-sender", {"address": ""}))["status"] == "none"
