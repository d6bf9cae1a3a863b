"""Inviting: the mail, the link that works once, whom it is for, and what nobody may give."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta
from uuid import UUID

import pytest
from flask import Flask
from sqlalchemy import select

from mtc.core import clock
from mtc.core.context import Actor
from mtc.core.db import session, unit_of_work
from mtc.core.errors import ForbiddenError, GoneError
from mtc.core.tenancy import platform_scope, tenant_scope
from mtc.emails.models import Email
from mtc.identity.models import TenantUser, User, UserRole
from mtc.tasks.services import run_due
from mtc.team.models import Invitation
from mtc.team.services import accept, find_offer, invite, token_of
from tests.admin.conftest import Shop
from tests.admin.people import Person
from tests.audit.log import entries
from tests.concurrency.test_notifications import at_once
from tests.fakes.ports import FakePorts
from tests.servers.database import both_databases

NEW = {"name": "Nina New", "password": "a good long sentence", "again": "a good long sentence"}


def _invite(owner: Person, shop: Shop, email: str = "nina@new.example", role: str = "support") -> int:
    return owner.post(f"{shop.url}/team/invite", {"email": email, "role": role}).status_code


def _link(ports: FakePorts) -> str:
    """The address in the last mail that left."""
    run_due()
    found = re.search(r"http://localhost:8000(/join/[0-9a-f]{64})", ports.mail.sent[-1].text)
    assert found is not None, ports.mail.sent[-1].text
    return found[1]


def _role_of(shop: Shop, email: str) -> str | None:
    with platform_scope("look at a membership", readonly=True), unit_of_work():
        query = select(TenantUser.role).join(User, User.id == TenantUser.user_id)
        return session.scalar(query.where(User.email_lc == email, TenantUser.tenant_id == shop.world.id))


@both_databases
def test_a_new_person_joins_once(shop: Shop, owner: Person, ports: FakePorts, app: Flask) -> None:
    assert _invite(owner, shop) == 303
    path = _link(ports)
    mail = ports.mail.sent[-1]
    assert mail.to == "nina@new.example" and "Owner invites you to work for Acme as Support" in mail.text
    with tenant_scope(shop.world.id), unit_of_work():
        kept = session.scalars(select(Email).where(Email.kind == "invitation")).one()
        token = path.removeprefix("/join/")
        assert token not in kept.body_text + kept.body_html
        assert session.scalars(select(Invitation.token_hash)).one() != token
    nina, thief = Person(app), Person(app)
    page = nina.get(path)
    assert page.status_code == 200 and page.headers["Referrer-Policy"] == "no-referrer"
    assert nina.post(path, {**NEW, "again": "x"}).status_code == 422
    assert nina.post(path, {**NEW, "password": "short", "again": "short"}).status_code == 422
    named = {**NEW, "password": "acme-2026-acme", "again": "acme-2026-acme"}
    assert nina.post(path, named).status_code == 422
    assert _role_of(shop, "nina@new.example") is None
    assert nina.post(path, NEW).headers["Location"] == "/admin/acme/"
    assert nina.get(f"{shop.url}/orders").status_code == 200
    assert nina.get(f"{shop.url}/settings").status_code == 403
    assert _role_of(shop, "nina@new.example") == "support"
    assert "last log-in just now" in owner.get(f"{shop.url}/team").text.partition("nina@new.example")[2]
    assert [thief.get(path).status_code, thief.post(path, NEW).status_code] == [410, 410]
    joined = entries("front.take_place")
    assert [(one.tenant_id, one.actor_name, one.object_label) for one in joined] == [
        (shop.world.id, "Nina New", "nina@new.example")
    ]


def test_somebody_known_joins_with_their_own_session_only(
    shop: Shop, owner: Person, person: Callable[[str], Person], ports: FakePorts, app: Flask
) -> None:
    _invite(owner, shop, "Stranger@Rival.example", "manager")
    path = _link(ports)
    nobody = Person(app)
    page = nobody.get(path).text
    assert f"/login?next={path}" in page and 'name="password"' not in page
    assert nobody.post(path, NEW).status_code == 401
    support = person("support")
    assert "Log out" in support.get(path).text
    assert support.post(path).status_code == 403
    assert _role_of(shop, "stranger@rival.example") is None
    stranger = person("stranger")
    assert stranger.get(shop.url + "/").status_code == 404
    assert stranger.post(path).headers["Location"] == "/admin/acme/"
    assert stranger.get(shop.url + "/").status_code == 200
    assert stranger.post(path).status_code == 410


def test_links_end(shop: Shop, owner: Person, ports: FakePorts, app: Flask) -> None:
    """By time, by a newer one, by being taken back; what never was looks the same."""
    nobody = Person(app)
    _invite(owner, shop)
    first = _link(ports)
    with tenant_scope(shop.world.id), unit_of_work():
        which = session.scalars(select(Invitation.id)).one()
    assert owner.post(f"{shop.url}/team/invitations/{which}/resend").status_code == 303
    second = _link(ports)
    said = {nobody.get(first).text.replace(first, "")}
    assert nobody.get(second).status_code == 200
    with tenant_scope(shop.world.id), unit_of_work():
        row = session.scalars(select(Invitation)).one()
        row.expires_at = clock.now() - timedelta(seconds=1)
    assert nobody.post(second, NEW).status_code == 410
    assert owner.post(f"{shop.url}/team/invitations/{which}/resend").status_code == 303
    third = _link(ports)
    assert nobody.get(third).status_code == 200
    assert owner.post(f"{shop.url}/team/invitations/{which}/revoke").status_code == 303
    assert owner.post(f"{shop.url}/team/invitations/{which}/revoke").status_code == 404
    for path in (third, "/join/" + "0" * 64, "/join/x"):
        answer = nobody.get(path)
        assert answer.status_code == 410
        said.add(answer.text.replace(path, ""))
    codes = re.compile(r"<code>[^<]*</code>")
    assert len({codes.sub("", one) for one in said}) == 1
    assert "Run out" not in owner.get(f"{shop.url}/team").text


@both_databases
def test_of_six_who_take_one_place_at_once_one_gets_it(shop: Shop) -> None:
    actor = Actor("staff", shop.users["owner"].id, "Owner", permissions=frozenset({"*"}))
    with tenant_scope(shop.world.id), unit_of_work():
        invite(shop.world.id, actor, "stranger@rival.example", "support")
        row = session.scalars(select(Invitation)).one()
    people = [shop.users["stranger"].id, shop.users["root"].id] * 3
    token = token_of(row)

    def take(number: int) -> UUID:
        with platform_scope("take a place"), unit_of_work():
            return accept(find_offer(token), people[number]).user_id

    results = at_once(take, 6)
    assert len([one for one in results if isinstance(one, UUID)]) == 1, results
    assert len([one for one in results if isinstance(one, GoneError)]) == 5, results


def test_nobody_gives_more_than_they_hold(
    shop: Shop, person: Callable[[str], Person], owner: Person, ports: FakePorts, app: Flask
) -> None:
    with tenant_scope(shop.world.id), unit_of_work():
        role = session.scalars(select(UserRole).where(UserRole.slug == "support")).one()
        role.permissions = [*role.permissions, "team:read", "team:write"]
    support = person("support")
    assert [_invite(support, shop, "a@new.example", one) for one in ("owner", "manager", "nothing")] == [
        403,
        403,
        422,
    ]
    page = support.get(f"{shop.url}/team").text
    assert '<option value="support"' in page and '<option value="owner"' not in page
    assert _invite(support, shop, "b@new.example", "support") == 303
    path = _link(ports)
    assert Person(app).get(path).status_code == 200
    with tenant_scope(shop.world.id), unit_of_work():
        session.scalars(select(UserRole).where(UserRole.slug == "support")).one().permissions = ["team:write"]
    assert Person(app).get(path).status_code == 200
    with tenant_scope(shop.world.id), unit_of_work():
        mine = select(TenantUser).where(TenantUser.user_id == shop.users["support"].id)
        session.scalars(mine).one().status = "inactive"
    assert Person(app).get(path).status_code == 410, "whoever invited has no right to any more"
    with pytest.raises(ForbiddenError), tenant_scope(shop.world.id), unit_of_work():
        limited = Actor("staff", shop.users["support"].id, permissions=frozenset({"team:write", "orders:*"}))
        invite(shop.world.id, limited, "c@new.example", "manager")


def test_the_answer_does_not_tell_who_has_a_log_in_and_is_limited(
    shop: Shop, owner: Person, ports: FakePorts
) -> None:
    pages = []
    for address in ("stranger@rival.example", "nobody@nowhere.example"):
        answer = owner.post(f"{shop.url}/team/invite", {"email": address, "role": "support"})
        pages.append((answer.status_code, owner.get(f"{shop.url}/team").text.replace(address, "x")))
    first, second = (re.sub(r"[0-9a-f-]{36}|csrf\w*|nonce=\"[^\"]+\"", "", text) for _, text in pages)
    assert pages[0][0] == pages[1][0] == 303
    assert first.count("Send again") + 1 == second.count("Send again")
    for known, status in (("owner@acme.example", 422), ("nobody@nowhere.example", 422), ("no address", 422)):
        assert _invite(owner, shop, known) == status
    with tenant_scope(shop.world.id), unit_of_work():
        which = session.scalars(select(Invitation.id).where(Invitation.email_lc.contains("nowhere"))).one()
    codes = [owner.post(f"{shop.url}/team/invitations/{which}/resend").status_code for _ in range(6)]
    assert codes.count(303) >= 2 and codes[-1] == 429
    with tenant_scope(shop.world.id), unit_of_work():
        row = session.get_one(Invitation, (shop.world.id, which))
        assert row.sent == 1 + codes.count(303), "what was refused changed nothing"


def test_an_invitation_is_in_the_language_of_who_invites(shop: Shop, owner: Person, ports: FakePorts) -> None:
    with platform_scope("choose a language for a test"), unit_of_work():
        session.scalars(select(User).where(User.email_lc == "owner@acme.example")).one().locale = "de"
    _invite(owner, shop)
    run_due()
    mail = ports.mail.sent[-1]
    assert mail.subject == "Owner lädt Sie zu Acme ein"
    assert "Owner lädt Sie ein, für Acme als Support zu arbeiten." in mail.text
    assert '<html lang="de"' in (mail.html or "")
