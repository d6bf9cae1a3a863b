"""Facts and the tasks that follow from them: written together, or not at all."""

import threading
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest
from flask import Flask, current_app

from mtc.core import clock
from mtc.core.context import Actor, acting
from mtc.core.db import session, unit_of_work
from mtc.core.errors import NotFoundError
from mtc.core.events import DomainEvent, emit
from mtc.core.tenancy import platform_scope, tenant_scope
from mtc.emails import queries as emails_queries
from mtc.emails.services import send_email
from mtc.emails.services.outbox import NO_USE, TRIED_AGAIN, check_address
from mtc.events import queries, registry
from mtc.infra.mail import MailError, SmtpMail
from mtc.tasks.services import enqueue, run_due
from mtc.tenants.models import Store
from tests.events.things import OtherThing, ThingHappened
from tests.factories.tenants import World
from tests.fakes.ports import FakePorts
from tests.fakes.smtp import fake_smtp
from tests.servers.database import both_databases
from tests.tasks.samples import Kinds, all_tasks, queue


@both_databases
def test_an_event_brings_one_task_per_subscriber(scope: World, kinds: Kinds) -> None:
    seen: list[tuple[str, Any]] = []
    kinds.subscribe(ThingHappened, "test.one", lambda event: seen.append(("one", event)))
    kinds.subscribe(ThingHappened, "test.two", lambda event: seen.append(("two", event)))
    kinds.subscribe(OtherThing, "test.three", lambda event: seen.append(("three", event)))
    with acting(actor=Actor("staff", scope.id, "Ada")), unit_of_work():
        event = emit(ThingHappened(entity_id=scope.store.id, n=1))
    assert [task.name for task in all_tasks(scope)] == ["test.one", "test.two"]
    assert run_due() == 2
    assert event.event_id is not None
    assert len(seen) == 2
    assert dict(seen) == {"one": event, "two": event}
    with tenant_scope(scope.id, readonly=True):
        kept = queries.events_of(scope.id, "store", scope.store.id)
    assert [(e.name, e.actor) for e in kept] == [
        ("thing.happened", {"kind": "staff", "id": str(scope.id), "name": "Ada"})
    ]


@both_databases
def test_an_event_goes_with_the_transaction_it_was_written_in(
    scope: World, kinds: Kinds, ports: FakePorts
) -> None:
    kinds.subscribe(ThingHappened, "test.one", lambda payload: None)
    with pytest.raises(RuntimeError, match="no"), unit_of_work():
        emit(ThingHappened())
        raise RuntimeError("no")
    assert all_tasks(scope) == []
    assert ports.queue.wakes == []
    with tenant_scope(scope.id, readonly=True):
        assert [e.name for e in queries.recent_events(scope.id) if e.name == "thing.happened"] == []


@both_databases
def test_workers_are_woken_after_the_commit_and_not_before(
    scope: World, kinds: Kinds, ports: FakePorts
) -> None:
    kinds.task("test.one", lambda payload: None)
    with unit_of_work():
        enqueue("test.one", {})
        session.flush()
        assert ports.queue.wakes == []
    assert len(ports.queue.wakes) == 1
    with unit_of_work():
        enqueue("test.one", {}, delay=30)
    assert len(ports.queue.wakes) == 1


def test_fanouts_add_tasks_with_more_to_tell(
    scope: World, kinds: Kinds, request: pytest.FixtureRequest
) -> None:
    seen: list[Any] = []
    kinds.task("test.more", seen.append)

    def more(event: DomainEvent) -> list[tuple[str, dict[str, Any]]]:
        is_one = isinstance(event, ThingHappened)
        return [("test.more", {"plugin": name}) for name in ("a", "b")] if is_one else []

    registry.fanout(more)
    request.addfinalizer(lambda: registry.fanouts.remove(more))
    with unit_of_work():
        emit(ThingHappened(n=1))
        emit(OtherThing())
    run_due()
    assert sorted((p["plugin"], p["data"]["n"]) for p in seen) == [("a", 1), ("b", 1)]


def test_an_event_needs_a_tenant(app: Flask, tenant: World) -> None:
    with platform_scope("emit without a tenant"), unit_of_work():
        with pytest.raises(RuntimeError, match="belongs to a tenant"):
            emit(ThingHappened())
        with acting(tenant_id=tenant.id):
            event = emit(ThingHappened())
    with tenant_scope(tenant.id, readonly=True):
        assert [row.id for row in queries.recent_events(tenant.id, 1)] == [event.event_id]


def test_only_known_tasks_are_queued(scope: World) -> None:
    with unit_of_work(), pytest.raises(NotFoundError, match=r"test\.unknown"):
        enqueue("test.unknown", {})


@both_databases
def test_a_dedupe_key_counts_once_per_tenant(scope: World, other_tenant: World, kinds: Kinds) -> None:
    kinds.task("test.one", lambda payload: None)
    queue(scope, "test.one", dedupe_key="k")
    queue(other_tenant, "test.one", dedupe_key="k")
    with unit_of_work():
        assert enqueue("test.one", {}, dedupe_key="k") is None
        session.add(Store(tenant_id=scope.id, slug="another", name="Another"))
    assert len(all_tasks(scope)) == len(all_tasks(other_tenant)) == 1


@both_databases
def test_of_two_transactions_with_one_dedupe_key_one_queues(app: Flask, tenant: World, kinds: Kinds) -> None:
    """The one that loses the race goes on with its own work."""
    kinds.task("test.one", lambda payload: None)
    start = threading.Barrier(4, timeout=10)
    queued: list[bool] = []

    def run(number: int) -> None:
        with app.app_context():
            start.wait()
            with tenant_scope(tenant.id), unit_of_work():
                queued.append(enqueue("test.one", {}, dedupe_key="k") is not None)
                session.add(Store(tenant_id=tenant.id, slug=f"store-{number}", name="Its own work"))

    threads = [threading.Thread(target=run, args=(number,)) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(queued) == [False, False, False, True]
    assert len(all_tasks(tenant)) == 1
    with tenant_scope(tenant.id, readonly=True):
        assert session.query(Store).count() == 5


@both_databases
def test_a_mail_leaves_once(scope: World, ports: FakePorts) -> None:
    with unit_of_work():
        first = send_email("hello", to=" a@shop.example ", subject="Hi\nthere", text="Hello", dedupe_key="m")
        again = send_email("hello", to="a@shop.example", subject="Hi", text="Hello", dedupe_key="m")
    assert first is not None
    assert again is None
    assert ports.mail.sent == []
    run_due()
    assert [(m.to, m.subject, m.from_) for m in ports.mail.sent] == [
        ("a@shop.example", "Hi there", "shop@localhost")
    ]
    with tenant_scope(scope.id, readonly=True):
        kept = emails_queries.email(scope.id, first.id)
    assert kept is not None
    assert (kept.status, kept.error) == ("sent", "")
    assert kept.sent_at is not None


@both_databases
@pytest.mark.parametrize(
    ("failure", "attempts"),
    [
        (MailError("550 no such user", permanent=True), 1),
        (MailError("451 greylisted", permanent=False), 8),
        (None, 1),
    ],
)
def test_what_the_mail_server_refuses_for_good_is_tried_once(
    scope: World, ports: FakePorts, failure: MailError | None, attempts: int
) -> None:
    ports.mail.failure = failure
    with clock.frozen(datetime(2026, 3, 1, tzinfo=UTC)):
        with unit_of_work():
            sender = "" if failure else "what no header can hold"
            mail = send_email("hello", to="a@shop.example", subject="Hi", text="Hello", sender=sender)
        assert mail is not None
        for _ in range(20):
            run_due()
            clock.advance(8 * 3600)
    [task] = all_tasks(scope)
    assert (task.name, task.status, task.attempts) == ("mail.send", "dead", attempts)
    with tenant_scope(scope.id, readonly=True):
        kept = emails_queries.email(scope.id, mail.id)
    assert kept is not None
    ending = TRIED_AGAIN if attempts > 1 else NO_USE
    assert (kept.status, kept.error.endswith(str(ending))) == ("failed", True)
    assert ports.mail.sent == []


@both_databases
def test_a_stored_mail_to_a_mailbox_that_is_out_of_reach_is_given_up(scope: World, ports: FakePorts) -> None:
    """It was written while the mail server could carry it."""
    with fake_smtp() as box:
        current_app.extensions["mtc.ports"] = replace(
            ports, mail=SmtpMail(f"smtp://127.0.0.1:{box.port}?tls=none")
        )
        with unit_of_work():
            mail = send_email("hello", to="用户@例子.example", subject="Hi", text="Hello")
        run_due()
    assert mail is not None
    [task] = all_tasks(scope)
    assert (task.status, task.attempts, box.mails) == ("dead", 1, [])


@pytest.mark.parametrize(
    "text",
    [
        "",
        "a",
        "a@b",
        "a b@c.de",
        "a@b..de",
        "<a@b.de>",
        "a@b.de\nBcc: x@y.de",
        "\u212aa@b.de",
        "\u0130a@b.de",
    ],
)
def test_what_is_no_address(text: str) -> None:
    with pytest.raises(Exception, match="e-mail address"):
        check_address(text)
