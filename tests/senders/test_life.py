"""B31: an own address is used while its domain is verified, and no longer than some days after."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from sqlalchemy import select

from mtc.core import clock
from mtc.core.db import finish_work, session, unit_of_work
from mtc.core.tenancy import tenant_scope
from mtc.emails.models import Email
from mtc.events.models import Event
from mtc.senders import queries
from mtc.senders.models import MailSender
from mtc.senders.services import ask_check, ask_due, drop_sender, set_sender
from mtc.senders.services.dns_checks import note_results, wanted_by
from mtc.senders.services.dns_records import check_records
from mtc.tasks.models import Task
from mtc.tasks.services import run_due
from tests.factories.tenants import World
from tests.fakes.ports import FakePorts
from tests.senders.conftest import ADDRESS, Sending
from tests.servers.database import both_databases

GOOD = {"ownership": "found", "dkim": "found", "dmarc": "found"}


def events(sending: Sending) -> list[str]:
    with tenant_scope(sending.world.id), unit_of_work():
        query = select(Event.name).where(
            Event.tenant_id == sending.world.id, Event.name.like("mail_sender.%")
        )
        return list(session.scalars(query.order_by(Event.created_at, Event.id)))


@both_databases
def test_b31_an_address_is_verified_by_its_domains_records(sending: Sending) -> None:
    view = sending.want()
    assert (view.status, view.domain, view.is_checking) == ("pending", "games.example.com", False)
    assert sending.states() == dict.fromkeys(GOOD, "missing")
    for missing in GOOD:
        sending.publish(missing)
        assert sending.check().status == "pending"
        assert sending.states() == {**GOOD, missing: "missing"}
    sending.publish()
    view = sending.check()
    assert (view.status, view.open_records, sending.states()) == ("verified", 0, GOOD)
    assert view.verified_at is not None
    assert events(sending) == ["mail_sender.changed", "mail_sender.verified"]


def test_another_address_of_the_domain_stays_verified_and_another_domain_does_not(sending: Sending) -> None:
    sending.want()
    sending.publish()
    first = sending.check()
    second = sending.want("Hello@games.example.com")
    assert (second.status, second.address, second.records) == (
        "verified", "Hello@games.example.com", first.records,
    )  # fmt: skip
    third = sending.want("hello@other.example.org")
    values = [{one.value for one in view.records if one.key != "dmarc"} for view in (first, third)]
    assert third.status == "pending" and not values[0] & values[1]
    assert sending.want(ADDRESS).status == "pending"  # what stood there proves nothing any more
    with tenant_scope(sending.world.id), unit_of_work():
        drop_sender(sending.store)
        assert queries.sender_of_store(sending.store) is None


@both_databases
def test_who_else_verified_a_domain_is_not_told_and_takes_nothing(
    sending: Sending, other_tenant: World, sending_of: Callable[[World], Sending]
) -> None:
    sending.want()
    sending.publish()
    assert sending.check().status == "verified"
    rival = sending_of(other_tenant)
    view = rival.want()
    assert view.status == "pending"
    assert {one.key: one.state for one in view.records} == {
        "ownership": "differs", "dkim": "missing", "dmarc": "found",
    }  # fmt: skip
    secrets = [{one.value for one in found.records} for found in (view, sending.view())]
    assert secrets[0] & secrets[1] == {"v=DMARC1; p=none"}
    assert sending.check().status == "verified"


DAYS = [  # days since it began to fail, whether the name servers answer, what becomes of it
    (0, True, "verified"), (2, True, "verified"), (3, True, "lapsed"), (3, False, "verified"),
    (6, False, "verified"), (7, False, "lapsed"),
]  # fmt: skip


@pytest.mark.parametrize(("days", "answers", "status"), DAYS)
def test_b31_a_domain_that_fails_for_days_is_used_no_more(
    sending: Sending, days: int, answers: bool, status: str
) -> None:
    sending.want()
    sending.publish()
    sending.check()
    with clock.frozen(clock.now()):
        clock.advance(3600)
        if answers:
            sending.publish("dkim")
        else:
            sending.ports.dns.broken = set(sending.ports.dns.records)
        failing = sending.check()
        assert failing.status == "verified" and failing.failing_since == clock.now()
        clock.advance(days * 86_400)
        view = sending.check()
    assert view.status == status
    assert events(sending)[1:] == ["mail_sender.verified", "mail_sender.failing"] + (
        ["mail_sender.lapsed"] if status == "lapsed" else []
    )


def test_one_good_answer_in_between_begins_anew(sending: Sending) -> None:
    sending.want()
    sending.publish()
    sending.check()
    with clock.frozen(clock.now()):
        for _ in range(3):
            sending.publish("dmarc")
            clock.advance(2 * 86_400)
            assert sending.check().failing_since == clock.now()
            sending.publish()
            clock.advance(2 * 86_400)
            assert sending.check().failing_since is None
        sending.publish("dmarc")
        sending.check()
        clock.advance(4 * 86_400)
        assert sending.check().status == "lapsed"
        sending.publish()
        assert sending.check().status == "verified"


@both_databases
def test_the_clock_looks_again_by_itself_and_not_for_ever(sending: Sending) -> None:
    def due() -> int:
        with tenant_scope(sending.world.id), unit_of_work():
            before = len(list(session.scalars(select(Task.id).where(Task.name == "senders.check"))))
            ask_due()
            finish_work()
            return len(list(session.scalars(select(Task.id).where(Task.name == "senders.check")))) - before

    sending.want()
    with clock.frozen(clock.now()):
        assert due() == 0
        clock.advance(3601)
        assert due() == 1 and due() == 0  # one that is under way is not asked for again
        run_due()
        sending.publish()
        clock.advance(3601)
        assert due() == 1
        run_due()
        assert sending.view().status == "verified"
        clock.advance(11 * 3600)
        assert due() == 0
        clock.advance(3601)
        assert due() == 1
    sending.change(status="pending", set_at=clock.now() - timedelta(days=31))
    sending.publish("dkim")
    sending.check()
    with tenant_scope(sending.world.id), unit_of_work():
        row = queries.sender_of_store(sending.store)
        assert row is not None and row.check_at is None


def test_what_was_found_for_a_former_domain_is_not_kept(sending: Sending) -> None:
    sending.want()
    sending.publish()
    with tenant_scope(sending.world.id), unit_of_work():
        row = queries.sender_of_store(sending.store)
        assert row is not None
        former = wanted_by(row)
    results = check_records(sending.ports.dns, former)
    sending.want("shop@other.example.org")
    with tenant_scope(sending.world.id), unit_of_work():
        note_results(row.id, former, results)
    assert (sending.view().status, sending.view().domain) == ("pending", "other.example.org")


def test_the_look_ups_hold_no_transaction(sending: Sending, monkeypatch: pytest.MonkeyPatch) -> None:
    open_ones: list[bool] = []
    texts = sending.ports.dns.texts

    def asked(name: str, *, timeout: float = 1) -> tuple[str, ...]:
        open_ones.append(session().in_transaction())
        return texts(name, timeout=timeout)

    monkeypatch.setattr(sending.ports.dns, "texts", asked)
    sending.want()
    assert open_ones and not any(open_ones)


def test_pressing_the_button_again_and_again_asks_once(sending: Sending) -> None:
    sending.want()
    with tenant_scope(sending.world.id), unit_of_work():
        row = session.scalars(select(MailSender)).one()
        row.asked_at = None
        for _ in range(5):
            ask_check(row)
    sending.ports.dns.asked.clear()
    run_due()
    assert (
        len(sending.ports.dns.asked) == len(set(sending.ports.dns.asked)) == 4
    )  # and the registered domain's


def test_the_private_key_is_sealed_and_never_shown(sending: Sending) -> None:
    sending.want()
    with tenant_scope(sending.world.id), unit_of_work():
        row = session.scalars(select(MailSender)).one()
        assert "PRIVATE" not in row.private_key and row.private_key.startswith("t1:")
        assert "PRIVATE" not in str(row.results) + str([one.data for one in session.scalars(select(Event))])


def test_staff_who_may_change_settings_are_told(sending: Sending, ports: FakePorts) -> None:
    from mtc.core.tenancy import platform_scope
    from mtc.identity.services import add_member, create_default_roles, create_user

    with platform_scope("people for a test"), unit_of_work():
        users = [
            create_user(f"{who}@acme.example", who.title(), "a mild winter in Graz")
            for who in ("olga", "sam")
        ]
    with tenant_scope(sending.world.id), unit_of_work():
        create_default_roles(sending.world.id)
        for user, role in zip(users, ("owner", "support"), strict=True):
            add_member(sending.world.id, user.id, role)
    sending.want()
    sending.publish()
    sending.check()
    with clock.frozen(clock.now()):
        sending.publish("dkim")
        sending.check()
        run_due()
        clock.advance(3 * 86_400)
        sending.check()
        run_due()
    with tenant_scope(sending.world.id), unit_of_work():
        query = select(Email).where(Email.kind == "sender-alert").order_by(Email.created_at, Email.id)
        mails = [(one.recipient, one.subject, one.body_text) for one in session.scalars(query)]
    assert [row[:2] for row in mails] == [
        ("olga@acme.example", "A record of games.example.com is missing"),
        ("olga@acme.example", f"Mail no longer comes from {ADDRESS}"),
    ]
    for *_, body in mails:
        assert "._domainkey.games.example.com (TXT)" in body and "/admin/acme/settings/mail" in body
        assert "_dmarc" not in body
    with tenant_scope(sending.world.id), unit_of_work():
        set_sender(sending.store, ADDRESS)  # the same once more tells nobody
    run_due()
