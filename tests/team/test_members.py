"""Members: roles, shutting out at once, and the last owner, who stays."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta
from threading import Barrier
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import delete, select

from mtc.core import clock
from mtc.core.context import Actor
from mtc.core.db import session, unit_of_work
from mtc.core.errors import ConflictError
from mtc.core.tenancy import platform_scope, tenant_scope
from mtc.identity.models import Passkey, TenantUser, TotpSecret, User, UserRole
from mtc.identity.services import add_member, create_user, open_session
from mtc.integrations.services import create_api_key, revoke_api_key
from mtc.team import queries as team_queries
from mtc.team.services import change_role
from mtc.tenants.services import require_second_factor
from tests.admin.conftest import Shop
from tests.admin.people import PASSWORD, Person
from tests.audit.log import difference, entries
from tests.concurrency.test_notifications import at_once
from tests.factories.factors import give_app
from tests.servers.database import both_databases


def _member(shop: Shop, who: str) -> UUID:
    with tenant_scope(shop.world.id), unit_of_work():
        mine = select(TenantUser.id).where(TenantUser.user_id == shop.users[who].id)
        return session.scalars(mine.where(TenantUser.tenant_id == shop.world.id)).one()


def _roles(shop: Shop) -> list[tuple[str, str]]:
    with tenant_scope(shop.world.id), unit_of_work():
        return sorted((one.role, one.status) for one in session.scalars(select(TenantUser)))


@both_databases
def test_a_member_gets_another_role_and_is_shut_out_at_once(
    shop: Shop, owner: Person, person: Callable[[str], Person]
) -> None:
    support, url = person("support"), f"{shop.url}/team/members/{_member(shop, 'support')}"
    assert support.get(f"{shop.url}/settings").status_code == 403
    assert owner.post(f"{url}/role", {"role": "manager"}).status_code == 303
    assert support.get(f"{shop.url}/settings").status_code == 200, "from the next request on"
    told = entries("admin.change_member_role")[0]
    assert difference(told) == {"tenant_user.role": ("support", "manager")}
    assert told.object_label == "Support"
    assert owner.post(f"{url}/status", {"status": "inactive"}).status_code == 303
    assert support.get(f"{shop.url}/orders").status_code == 404
    assert "Shut out" in owner.get(f"{shop.url}/team").text
    assert owner.post(f"{url}/status", {"status": "active"}).status_code == 303
    assert support.get(f"{shop.url}/orders").status_code == 200
    assert owner.post(f"{url}/role", {"role": "nothing"}).status_code == 400


def test_who_is_shut_out_may_know_keys_of_programs(shop: Shop, owner: Person) -> None:
    """Keys are the store's and not the person's: whoever shuts somebody out is told while any is live."""
    url, said = f"{shop.url}/team/members/{_member(shop, 'support')}/status", "Keys of programs go on"
    with tenant_scope(shop.world.id), unit_of_work():
        key, _ = create_api_key("Ledger", ["orders:read"])
    told = []
    for status in ("inactive", "active", "inactive"):
        assert owner.post(url, {"status": status}).status_code == 303
        told.append(said in owner.get(f"{shop.url}/team").text)
        if status == "active":
            with tenant_scope(shop.world.id), unit_of_work():
                revoke_api_key(key.id)
    assert told == [True, False, False]


def _notes(owner: Person, shop: Shop) -> dict[str, tuple[str, str]]:
    """For each member by address: what the page says of the last log-in and of the second factor."""
    page = owner.get(f"{shop.url}/team").text
    found = re.findall(r'cell-note">(\S+@\S+) · ([^<]+)</span><span class="cell-note">([^<]+)</span>', page)
    return {address: (seen, factor) for address, seen, factor in found}


@both_databases
def test_the_page_says_who_has_a_second_factor(shop: Shop, rival: Shop, owner: Person, queries: Any) -> None:
    at = "acme.example"
    assert _notes(owner, shop) == {
        f"owner@{at}": ("last log-in just now", "Password alone"),
        f"support@{at}": ("never logged in", "Password alone"),
    }
    with platform_scope("set factors up"), unit_of_work() as work:
        work.add(Passkey(user_id=shop.users["support"].id, name="Key", credential_id="c", public_key="k"))
        give_app(shop.users["stranger"].id)  # who works for the rival alone
        session.get_one(User, shop.users["support"].id).last_login_at = clock.now() - timedelta(days=12)
    assert _notes(owner, shop)[f"support@{at}"] == ("last log-in 12 days ago", "Second factor set up")
    with platform_scope("and another one"), unit_of_work():
        give_app(shop.users["owner"].id)
    assert _notes(owner, shop)[f"owner@{at}"][1] == "Second factor set up"

    def count() -> int:
        with queries() as seen:
            assert owner.get(f"{shop.url}/team").status_code == 200
        return len(seen)

    count()
    few = count()
    with platform_scope("more members"), unit_of_work():
        for number in range(5):
            user = create_user(f"m{number}@{at}", f"Member {number}", PASSWORD)
            add_member(shop.world.id, user.id, "support")
            give_app(user.id)
    # session, membership, store, members, factors, roles, invitations
    assert count() == few == 7
    assert [factor for _, factor in _notes(owner, shop).values()] == ["Second factor set up"] * 7
    with tenant_scope(shop.world.id), unit_of_work():
        require_second_factor(shop.world.id, True)
        add_member(shop.world.id, shop.users["root"].id, "support")
    with platform_scope("root loses the app"), unit_of_work() as work:
        work.execute(delete(TotpSecret).where(TotpSecret.user_id == shop.users["root"].id))
        keys = [open_session(user_id=shop.users["owner"].id, second_factor="totp")]
    owner.client.set_cookie("mtc_staff", keys[0], domain="localhost")
    assert _notes(owner, shop)["root@mtc.example"] == (
        "never logged in",
        "Password alone; has to set up a second factor before anything else",
    )


def test_the_last_owner_stays(shop: Shop, owner: Person) -> None:
    url = f"{shop.url}/team/members/{_member(shop, 'owner')}"
    before = _roles(shop)
    for path, form in (("role", {"role": "manager"}), ("status", {"status": "inactive"})):
        answer = owner.post(f"{url}/{path}", form)
        assert answer.status_code == 409 and "Somebody has to stay an owner" in answer.text
    assert _roles(shop) == before


def test_nobody_changes_those_who_may_do_more(
    shop: Shop, rival: Shop, owner: Person, person: Callable[[str], Person]
) -> None:
    with tenant_scope(shop.world.id), unit_of_work():
        role = session.scalars(select(UserRole).where(UserRole.slug == "support")).one()
        role.permissions = [*role.permissions, "team:read", "team:write"]
    support, before = person("support"), _roles(shop)
    boss, own = (f"{shop.url}/team/members/{_member(shop, one)}" for one in ("owner", "support"))
    assert support.post(f"{boss}/status", {"status": "inactive"}).status_code == 403
    assert support.post(f"{boss}/role", {"role": "support"}).status_code == 403
    assert support.post(f"{own}/role", {"role": "owner"}).status_code == 403
    rival.users = shop.users
    theirs = f"{shop.url}/team/members/{_member(rival, 'stranger')}"
    assert owner.post(f"{theirs}/status", {"status": "inactive"}).status_code == 404
    assert _roles(shop) == before


def _second_owner(shop: Shop) -> list[tuple[UUID, UUID]]:
    """Two owners, as user and membership."""
    with tenant_scope(shop.world.id), unit_of_work():
        second = add_member(shop.world.id, shop.users["root"].id, "owner")
        return [(shop.users["owner"].id, _id(shop.users["owner"].id)), (second.user_id, second.id)]


def _id(user_id: UUID) -> UUID:
    return session.scalars(select(TenantUser.id).where(TenantUser.user_id == user_id)).one()


def _lower_each_other(shop: Shop, owners: list[tuple[UUID, UUID]]) -> list[Any]:
    def lower(number: int) -> UUID:
        me, other = owners[number][0], owners[1 - number][1]
        actor = Actor("staff", me, "Owner", permissions=frozenset({"*"}))
        with tenant_scope(shop.world.id), unit_of_work():
            return change_role(shop.world.id, actor, other, "support").id

    return at_once(lower, 2)


@both_databases
def test_two_owners_who_lower_each_other_at_once_leave_one(shop: Shop) -> None:
    results = _lower_each_other(shop, _second_owner(shop))
    assert sum(isinstance(one, ConflictError) for one in results) == 1, results
    assert [role for role, _ in _roles(shop)].count("owner") == 1


@pytest.mark.postgres
def test_control_without_the_lock_none_is_left(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    owners, meeting = _second_owner(shop), Barrier(2, timeout=20)
    before = team_queries.members

    def seen(tenant_id: UUID) -> Any:
        rows = before(tenant_id)
        meeting.wait()  # both have looked before either has changed, and again before either has committed
        return rows

    monkeypatch.setattr(team_queries, "lock_members", lambda _tenant: None)
    monkeypatch.setattr(team_queries, "members", seen)
    results = _lower_each_other(shop, owners)
    assert all(isinstance(one, UUID) for one in results), results
    assert [role for role, _ in _roles(shop)].count("owner") == 0
