"""Two at once about one invitation or one visit, and those who come with what has just ended."""

from __future__ import annotations

import re
from collections.abc import Callable
from threading import Barrier, Event
from typing import Any
from uuid import UUID

import pytest
from flask import Flask
from sqlalchemy import func, select

from mtc.core import clock
from mtc.core.context import Actor, acting
from mtc.core.db import session, unit_of_work
from mtc.core.errors import AppError, ConflictError, GoneError, NotFoundError
from mtc.core.tenancy import platform_scope, tenant_scope
from mtc.identity.models import LoginSession, TenantUser, User
from mtc.identity.services import create_default_roles, open_session
from mtc.team import queries
from mtc.team.models import Invitation, SupportSession
from mtc.team.services import accept, find_offer, invite, invite_owner, revoke, send_again, token_of
from mtc.team.services import support_sessions as support
from mtc.team.services.invitations import offer_place
from tests.admin.conftest import Shop
from tests.admin.people import PASSWORD, Person
from tests.concurrency.test_notifications import at_once
from tests.factories.tenants import World, make_world
from tests.servers.database import both_databases

EMAIL = "stranger@rival.example"


def _actor(shop: Shop) -> Actor:
    return Actor("staff", shop.users["owner"].id, "Owner", permissions=frozenset({"*"}))


def _invited(shop: Shop, email: str = EMAIL) -> tuple[UUID, str]:
    """An open invitation: its id and its token."""
    with tenant_scope(shop.world.id), unit_of_work():
        row = invite(shop.world.id, _actor(shop), email, "support")
        return row.id, token_of(row)


def _take(shop: Shop, token: str) -> str:
    with platform_scope("take a place"), unit_of_work():
        accept(find_offer(token), shop.users["stranger"].id)
    return "taken"


def _take_back(shop: Shop, which: UUID) -> str:
    with tenant_scope(shop.world.id), unit_of_work():
        revoke(shop.world.id, which)
    return "taken back"


def _found(shop: Shop) -> tuple[str, bool]:
    """The status of the invitation, and whether the stranger works here."""
    with tenant_scope(shop.world.id), unit_of_work():
        status = session.scalars(select(Invitation.status)).one()
        mine = select(TenantUser.id).where(TenantUser.user_id == shop.users["stranger"].id)
        return status, session.scalars(mine).first() is not None


@both_databases
def test_who_is_told_that_an_invitation_is_taken_back_has_nobody_new(shop: Shop) -> None:
    which, token = _invited(shop)
    results = at_once(lambda number: _take_back(shop, which) if number else _take(shop, token), 2)
    refused = [type(one) for one in results if isinstance(one, AppError)]
    if results[1] == "taken back":
        assert (refused, _found(shop)) == ([GoneError], ("revoked", False))
    else:
        assert (refused, _found(shop)) == ([NotFoundError], ("accepted", True)), results


@pytest.mark.postgres
def test_control_without_the_lock_both_are_told_that_it_worked(
    shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    which, token = _invited(shop)
    looked, taken, locked = Event(), Event(), queries.locked_invitation

    def unlocked(tenant_id: UUID, invitation_id: UUID) -> Invitation | None:
        if looked.is_set():  # whoever takes the place comes second
            return locked(tenant_id, invitation_id)
        row = queries.invitation(tenant_id, invitation_id)
        looked.set()
        taken.wait(20)
        return row

    def act(number: int) -> str:
        if number:
            return _take_back(shop, which)
        looked.wait(20)
        try:
            return _take(shop, token)
        finally:
            taken.set()

    monkeypatch.setattr(queries, "locked_invitation", unlocked)
    assert at_once(act, 2) == ["taken", "taken back"]
    assert _found(shop) == ("revoked", True)


def test_a_link_that_was_looked_at_before_a_newer_one_went_out_is_over(shop: Shop) -> None:
    which, token = _invited(shop)
    with platform_scope("look at an offer"), unit_of_work():
        offer = find_offer(token)
    with tenant_scope(shop.world.id), unit_of_work():
        send_again(shop.world.id, _actor(shop), which)
    with pytest.raises(GoneError), platform_scope("take a place"), unit_of_work():
        accept(offer, shop.users["stranger"].id)
    assert _found(shop) == ("open", False)


@both_databases
def test_a_new_person_who_presses_twice_is_one_person(shop: Shop, app: Flask) -> None:
    path = f"/join/{_invited(shop, 'nina@new.example')[1]}"
    form = {"name": "Nina\n\n New", "password": "a good long sentence", "again": "a good long sentence"}
    browsers = [Person(app) for _ in range(3)]
    codes = [answer.status_code for answer in at_once(lambda number: browsers[number].post(path, form), 3)]
    assert codes.count(303) == 1 and set(codes) <= {303, 401, 409, 410}, codes
    with platform_scope("count people", readonly=True), unit_of_work():
        assert session.scalars(select(User.name).where(User.email_lc == "nina@new.example")).all() == [
            "Nina New"
        ]
        people = select(func.count()).select_from(TenantUser).join(User, User.id == TenantUser.user_id)
        assert session.scalar(people.where(User.email_lc == "nina@new.example")) == 1


@both_databases
def test_addresses_that_grow_or_become_others_in_small_letters_are_none(shop: Shop, owner: Person) -> None:
    """İ becomes two signs, which no column had room for; the Kelvin sign becomes the k of somebody else."""
    longest = "\u0130" * 64 + "@" + ".".join(["a" * 62, "b" * 62, "c" * 58, "com"])
    assert (len(longest), len(longest.lower())) == (253, 317)
    for email in (longest, "mi\u212ae@acme.example", "\u0130da@acme.example"):
        answer = owner.post(f"{shop.url}/team/invite", {"email": email, "role": "support"})
        assert (answer.status_code, "name@example.com" in answer.text) == (422, True), ascii(email)
    assert (
        owner.post(f"{shop.url}/team/invite", {"email": "JÜRGEN@acme.example", "role": "support"}).status_code
        == 303
    )


def _session(shop: Shop, root: Person) -> UUID:
    assert root.get("/platform/tenants").status_code == 200
    with platform_scope("look at a session", readonly=True), unit_of_work():
        mine = select(LoginSession.id).where(LoginSession.user_id == shop.users["root"].id)
        return session.scalars(mine).one()


def _begin(shop: Shop, rival: Shop, mine: UUID, meeting: Barrier | None) -> list[Any]:
    """Visits at both tenants, begun at once in one session."""

    def begin(number: int) -> str:
        with platform_scope("begin a visit"), unit_of_work():
            support.start_visit(
                (shop, rival)[number].world.id, session_id=mine, user_id=shop.users["root"].id,
                name="Root", email="root@mtc.example", reason="They asked",
            )  # fmt: skip
            if meeting is not None:
                meeting.wait()  # both have begun before either has committed
        return "begun"

    return at_once(begin, 2)


@pytest.mark.postgres
@pytest.mark.parametrize("locked", [True, False])
def test_one_session_is_on_one_visit(
    shop: Shop, rival: Shop, person: Callable[[str], Person], locked: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Not locked is the control: one session is in two tenants' admins at a time."""
    mine = _session(shop, person("root"))
    if not locked:
        monkeypatch.setattr(queries, "lock_session", lambda _session: None)
    results = _begin(shop, rival, mine, None if locked else Barrier(2, timeout=20))
    assert results.count("begun") == (1 if locked else 2), results
    assert sum(isinstance(one, ConflictError) for one in results) == (1 if locked else 0), results


def test_a_visit_that_is_over_cannot_be_raised_nor_ended_again(
    shop: Shop, person: Callable[[str], Person], subtests: pytest.Subtests
) -> None:
    """With what a request had found a moment before the tenant, or time, ended the visit."""
    root = person("root")
    for by in ("Owner", ""):
        with subtests.test(by or "time"), clock.frozen(clock.now()):
            assert root.post("/platform/tenants/acme/visit", {"reason": "They asked"}).status_code == 303
            with platform_scope("a request of support"), unit_of_work():
                found = support.find_visit(_session(shop, root))
            assert found is not None
            if by:
                with tenant_scope(shop.world.id), unit_of_work():
                    support.end_visit(shop.world.id, found.id, by)
            else:
                clock.advance(1801)
            with pytest.raises(NotFoundError), platform_scope("too late"), unit_of_work():
                support.raise_visit(found, "A wrong price")
            with pytest.raises(NotFoundError), platform_scope("too late"), unit_of_work():
                support.end_visit(found.tenant_id, found.id, "Somebody")
            with tenant_scope(shop.world.id), unit_of_work():
                row = session.get_one(SupportSession, (shop.world.id, found.id))
                assert (row.raised_at, row.ended_by) == (None, by)


def _browser(app: Flask, shop: Shop) -> Person:
    """The super admin in a session of its own."""
    with platform_scope("log in for a test"), unit_of_work():
        epoch = session.get_one(User, shop.users["root"].id).auth_epoch
        key = open_session(user_id=shop.users["root"].id, auth_epoch=epoch, second_factor="totp")
    found = Person(app)
    found.client.set_cookie("mtc_staff", key, domain="localhost")
    return found


def test_a_visit_ends_with_its_session_however_that_ends(shop: Shop, app: Flask) -> None:
    """The tenant must not be told that somebody is there whose session is closed."""
    desk, new = _browser(app, shop), "seven green bottles"
    for how, form in (
        ("/sessions/{}/end", {}),
        ("/sessions/end-others", {}),
        ("/recovery-codes", {}),
        ("", {"old": PASSWORD, "password": new, "again": new}),
    ):
        phone = _browser(app, shop)
        assert phone.post("/platform/tenants/acme/visit", {"reason": "They asked"}).status_code == 303
        page = desk.get("/account-settings").text
        [other] = re.findall(r"/account-settings/sessions/([0-9a-f-]{36})/end", page)
        answer = desk.post(f"/account-settings{how.format(other)}", form)
        assert answer.status_code in (200, 303), (how, answer.status_code)
        assert phone.get(f"{shop.url}/").status_code == 302
        with tenant_scope(shop.world.id), unit_of_work():
            assert queries.visits_now(shop.world.id, clock.now()) == [], how


def _ownerless(monkeypatch: pytest.MonkeyPatch, locked: bool, last: str) -> World:
    """A tenant that nobody owns; not locked, both have looked (`last`) before either changes anything."""
    world = make_world("seeds", "Seeds")
    with tenant_scope(world.id), unit_of_work():
        create_default_roles(world.id)
    if not locked:
        meeting, look = Barrier(2, timeout=20), getattr(queries, last)

        def looked(*which: Any) -> Any:
            found = look(*which)
            meeting.wait()
            return found

        monkeypatch.setattr(queries, "lock_team", lambda _tenant: None)
        monkeypatch.setattr(queries, last, looked)
    return world


@pytest.mark.postgres
@pytest.mark.parametrize("locked", [True, False])
def test_two_of_the_platform_invite_one_owner(
    shop: Shop, locked: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Not locked is the control: two invitations to the one place."""
    world = _ownerless(monkeypatch, locked, "invitations_as")
    root = Actor("super_admin", shop.users["root"].id, "Root", permissions=frozenset({"platform"}))

    def ask(number: int) -> str:
        with platform_scope("invite an owner"), acting(tenant_id=world.id), unit_of_work():
            invite_owner(world.id, root, f"sam{number}@seeds.example")
        return "invited"

    results = at_once(ask, 2)
    assert results.count("invited") == (1 if locked else 2), results
    assert sum(isinstance(one, ConflictError) for one in results) == (1 if locked else 0), results


@pytest.mark.postgres
@pytest.mark.parametrize("locked", [True, False])
def test_of_two_owners_whom_the_platform_invited_one_comes(
    shop: Shop, locked: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    """However two invitations came about. Not locked is the control: each finds the place free."""
    root = Actor("super_admin", shop.users["root"].id, "Root", permissions=frozenset({"platform"}))
    world = _ownerless(monkeypatch, locked, "members")
    with tenant_scope(world.id), unit_of_work():
        tokens = [token_of(offer_place(world.id, root, f"sam{n}@seeds.example", "owner")) for n in range(2)]
    people = [shop.users["stranger"].id, shop.users["support"].id]

    def take(number: int) -> str:
        with platform_scope("take a place"), unit_of_work():
            accept(find_offer(tokens[number]), people[number])
        return "taken"

    results = at_once(take, 2)
    assert results.count("taken") == (1 if locked else 2), results
    assert sum(isinstance(one, GoneError) for one in results) == (1 if locked else 0), results
