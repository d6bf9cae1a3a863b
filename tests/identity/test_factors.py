"""What people have to show, what they may remove, what they are told, and the way out for the locked-out."""

import logging
import threading
from collections.abc import Callable
from typing import Any
from uuid import UUID

import pytest
from click.testing import CliRunner
from flask import Flask

from mtc import cli, lifecycle
from mtc.core import clock
from mtc.core.db import session, unit_of_work
from mtc.core.errors import ConflictError, NotFoundError, ValidationError
from mtc.core.tenancy import platform_scope, tenant_scope
from mtc.identity.models import Passkey, SecurityNotification, User
from mtc.identity.queries import factors as queries
from mtc.identity.services import add_member, create_user, factors, open_session
from mtc.identity.services.security_notifications import MOST, notify_user, purge_notices, send_notices
from mtc.identity.services.sessions import end_other_sessions, end_session, find_session, live_sessions
from mtc.identity.services.totp import code_at, new_secret, this_step
from mtc.identity.services.user_agents import device
from mtc.infra.mail import MailError
from mtc.tasks.services import run_periodic
from mtc.tenants.services import require_second_factor
from tests.factories.tenants import World
from tests.fakes.ports import FakePorts
from tests.servers.database import both_databases

SENDER, URL = "MTC <mtc@platform.example>", "https://platform.example"


@pytest.fixture
def ada(app: Flask) -> User:
    """Somebody with a password."""
    with platform_scope("make a person"), unit_of_work():
        return create_user("ada@shop.example", "Ada", "a mild winter in Graz")


def in_one(what: Callable[[], Any]) -> Any:
    """Do it as one request would."""
    with platform_scope("a request"), unit_of_work():
        return what()


def with_app(user_id: UUID) -> tuple[User, list[str]]:
    secret = new_secret()
    found: tuple[User, list[str]] = in_one(
        lambda: factors.enrol_totp(
            user_id, secret, code_at(secret, this_step()), "Firefox on Linux, 192.0.2.1"
        )
    )
    return found


def with_passkey(user_id: UUID, name: str = "Key") -> UUID:
    def make() -> UUID:
        row = Passkey(user_id=user_id, name=name, credential_id=f"id of {name}", public_key="x")
        session.add(row)
        return row.id

    found: UUID = in_one(make)
    return found


@both_databases
def test_the_first_factor_brings_codes_and_ends_other_sessions(ada: User) -> None:
    key = in_one(lambda: open_session(user_id=ada.id, auth_epoch=0))
    with pytest.raises(ValidationError) as refused:
        in_one(lambda: factors.enrol_totp(ada.id, new_secret(), "000000"))
    assert set(refused.value.details) == {"code"}
    assert in_one(lambda: find_session(key, None)) is not None
    user, codes = with_app(ada.id)
    assert (user.auth_epoch, len(codes)) == (1, 10)
    assert in_one(lambda: find_session(key, None)) is None
    user, codes = with_app(ada.id)
    assert (user.auth_epoch, codes) == (2, [])
    assert in_one(lambda: queries.codes_left(ada.id)) == 10


@both_databases
def test_who_needs_one_keeps_the_last_one(ada: User, tenant: World) -> None:
    with tenant_scope(tenant.id), unit_of_work():
        add_member(tenant.id, ada.id, "owner")
    with_app(ada.id)
    assert in_one(lambda: factors.factors_of(ada)).required_by == ""
    with tenant_scope(tenant.id), unit_of_work():
        require_second_factor(tenant.id, True)
    assert in_one(lambda: factors.factors_of(ada)).required_by == "Acme"
    with pytest.raises(ConflictError, match="required by Acme"):
        in_one(lambda: factors.remove_totp(ada.id))
    passkey = with_passkey(ada.id)
    in_one(lambda: factors.remove_totp(ada.id))
    with pytest.raises(ConflictError):
        in_one(lambda: factors.remove_passkey(ada.id, passkey))
    with tenant_scope(tenant.id), unit_of_work():
        require_second_factor(tenant.id, False)
    in_one(lambda: factors.remove_passkey(ada.id, passkey))
    assert in_one(lambda: queries.has_factor(ada.id)) is False
    assert in_one(lambda: queries.codes_left(ada.id)) == 0
    for nothing in (lambda: factors.remove_totp(ada.id), lambda: factors.remove_passkey(ada.id, passkey)):
        with pytest.raises(NotFoundError):
            in_one(nothing)
    with pytest.raises(ConflictError):
        in_one(lambda: factors.renew_codes(ada.id))


@pytest.mark.postgres
@pytest.mark.parametrize("locked", [True, False])
def test_two_removals_at_once_leave_one(app: Flask, locked: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    """Not locked is the control: each sees the other's factor, and both are removed."""
    with platform_scope("make a person"), unit_of_work():
        root = create_user("root@mtc.example", "Root", "a mild winter in Graz", is_super_admin=True)
    both = threading.Barrier(2, timeout=30)
    if not locked:
        seen = factors._may_go

        def look(user: User) -> None:
            seen(user)
            both.wait()

        monkeypatch.setattr(factors, "changing", lambda user_id: session.get_one(User, user_id))
        monkeypatch.setattr(factors, "_may_go", look)
        monkeypatch.setattr(factors, "changed", lambda *_: None)
    keys, refused = [with_passkey(root.id, "One"), with_passkey(root.id, "Two")], []

    def remove(passkey: UUID) -> None:
        with app.app_context():
            if locked:
                both.wait()
            try:
                in_one(lambda: factors.remove_passkey(root.id, passkey))
            except ConflictError:
                refused.append(passkey)

    threads = [threading.Thread(target=remove, args=[key]) for key in keys]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(in_one(lambda: queries.passkeys_of(root.id))) == (1 if locked else 0)
    assert len(refused) == (1 if locked else 0)


def test_the_operator_lets_a_locked_out_person_in(
    ada: User, app: Flask, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    with_app(ada.id)
    with_passkey(ada.id)
    key = in_one(lambda: open_session(user_id=ada.id, auth_epoch=1, second_factor="totp"))
    monkeypatch.setattr(lifecycle, "flask_app", lambda: app)
    with caplog.at_level(logging.WARNING):
        done = CliRunner().invoke(cli.main, ["user", "reset-factors", "ADA@shop.example"])
    assert (done.exit_code, "password alone" in done.output) == (0, True)
    assert "factors.reset" in caplog.text
    assert in_one(lambda: queries.has_factor(ada.id)) is False
    assert in_one(lambda: queries.codes_left(ada.id)) == 0
    assert in_one(lambda: find_session(key, None)) is None
    told = in_one(lambda: queries.notices_of(ada.id, 1))[0].text
    assert told.startswith("The people who run this platform removed")
    unknown = CliRunner().invoke(cli.main, ["user", "reset-factors", "nobody@shop.example"])
    assert (unknown.exit_code, unknown.output) == (1, "mtc: There is no user with this address.\n")


@both_databases
def test_what_happened_is_mailed_once_and_tried_again(ada: User, ports: FakePorts) -> None:
    with clock.frozen(clock.now()):
        in_one(lambda: notify_user(ada.id, "Something happened.", place="Firefox on Linux, 192.0.2.1"))
        ports.mail.failure = MailError("not now", permanent=False)
        assert in_one(lambda: send_notices(SENDER, URL)) == 0
        ports.mail.failure = None
        assert in_one(lambda: send_notices(SENDER, URL)) == 0
        clock.advance(121)
        assert in_one(lambda: send_notices(SENDER, URL)) == 1
        clock.advance(121)
        assert in_one(lambda: send_notices(SENDER, URL)) == 0
        [letter] = ports.mail.sent
        assert (letter.to, letter.from_) == ("ada@shop.example", SENDER)
        domain = SENDER.rstrip(">").rpartition("@")[2]
        assert letter.headers["Message-ID"].endswith(f"@{domain}>")
        assert letter.headers["Auto-Submitted"] == "auto-generated"
        assert "Something happened." in letter.text and "From: Firefox on Linux, 192.0.2.1" in letter.text
        assert "https://platform.example/account-settings" in letter.text
        in_one(lambda: notify_user(ada.id, "Another thing."))
        ports.mail.failure = MailError("never", permanent=True)
        for _ in range(MOST + 2):
            in_one(lambda: send_notices(SENDER, URL))
            clock.advance(121)
        given_up = in_one(lambda: queries.notices_of(ada.id, 1))[0]
        assert (given_up.attempts, given_up.mailed_at, given_up.next_at) == (MOST, None, None)
        clock.advance(366 * 86_400)
        in_one(purge_notices)
        assert in_one(lambda: session.query(SecurityNotification).count()) == 0


def test_the_worker_mails_and_sweeps(ada: User, ports: FakePorts) -> None:
    in_one(lambda: notify_user(ada.id, "Something happened."))
    run_periodic(force=True)
    assert [one.to for one in ports.mail.sent] == ["ada@shop.example"]


@both_databases
def test_sessions_are_listed_and_ended(ada: User) -> None:
    with platform_scope("log in"), unit_of_work():
        bob = create_user("bob@shop.example", "Bob", "a mild winter in Graz")
        keys = [open_session(user_id=ada.id, user_agent=f"Firefox/{n} Linux") for n in range(3)]
        other = open_session(user_id=bob.id)
    with clock.frozen(clock.now()):
        here, bobs = (in_one(lambda k=key: find_session(k, None)) for key in (keys[0], other))
        found = in_one(lambda: live_sessions(here))
        assert [one.device for one in found] == ["Firefox on Linux"] * 3
        assert [one.id for one in found if one.here] == [here.id]
        with pytest.raises(NotFoundError):
            in_one(lambda: end_session(bobs.id, here))
        gone = next(one.id for one in found if not one.here)
        in_one(lambda: end_session(gone, here))
        assert len(in_one(lambda: live_sessions(here))) == 2
        assert in_one(lambda: end_other_sessions(here)) == 1
        assert [one.id for one in in_one(lambda: live_sessions(here))] == [here.id]
        assert in_one(lambda: find_session(other, None)) is not None
        clock.advance(3 * 3600 + 1)
        assert in_one(lambda: live_sessions(here)) == []


@pytest.mark.parametrize(
    ("user_agent", "words"),
    [
        ("Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:140.0) Gecko Firefox/140.0", "Firefox on Windows"),
        ("Mozilla/5.0 (Windows NT 10.0) Chrome/140.0 Safari/537.36 Edg/140.0", "Edge on Windows"),
        ("Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) Version/18 Safari/605", "Safari on macOS"),
        ("Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) Safari/604", "Safari on iPhone"),
        ("Mozilla/5.0 (Linux; Android 15) Chrome/140.0 Mobile Safari/537.36", "Chrome on Android"),
        ("curl/8.5.0", "Curl"),
        ("Something (Linux)", "A browser on Linux"),
        ("", "An unknown browser"),
    ],
)
def test_devices_have_plain_names(user_agent: str, words: str) -> None:
    assert device(user_agent) == words
