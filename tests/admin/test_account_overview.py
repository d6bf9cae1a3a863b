"""One's own account: where a second factor is required, setting it up, and where one is logged in."""

from __future__ import annotations

import html
import re
from collections.abc import Callable

import pytest
from flask import Flask

from mtc.core import clock
from mtc.core.db import unit_of_work
from mtc.core.tenancy import platform_scope, tenant_scope
from mtc.events.queries import recent_events
from mtc.identity.queries.factors import has_factor, notices_of
from mtc.identity.services import create_user
from mtc.identity.services.totp import code_at, this_step
from mtc.tenants.services import require_second_factor
from mtc.web.access import access_of
from tests.admin.conftest import Shop
from tests.admin.people import PASSWORD, Person

PAGE = "/account-settings/second-factor"
JSON = {"Accept": "application/json"}


@pytest.fixture
def fresh(app: Flask, shop: Shop) -> Person:
    """A super admin who has not set anything up yet."""
    with platform_scope("make a super admin"), unit_of_work():
        create_user("new@mtc.example", "Nell New", PASSWORD, is_super_admin=True)
    return Person(app, "new@mtc.example").log_in()


def require(shop: Shop, required: bool) -> None:
    with tenant_scope(shop.world.id), unit_of_work():
        require_second_factor(shop.world.id, required)


def secret_on(page: str) -> str:
    found = re.search(r'<code id="totp-secret"[^>]*>([A-Z2-7 ]+)</code>', page)
    assert found is not None
    return found[1].replace(" ", "")


def set_up(person: Person) -> list[str]:
    """Set an app up as a person does; returns the recovery codes that are shown."""
    page = person.get("/account-settings/totp")
    assert page.status_code == 200, page.headers
    done = person.post("/account-settings/totp", {"code": code_at(secret_on(page.text), this_step())})
    return re.findall(r"<code>([a-z2-7-]{29})</code>", done.text)


def test_a_super_admin_without_a_factor_can_only_set_one_up(fresh: Person, subtests: pytest.Subtests) -> None:
    for path in ("/admin", "/account-settings", "/platform/tenants", "/platform/users", "/platform/health"):
        with subtests.test(path):
            answer = fresh.get(path)
            assert (answer.status_code, answer.headers["Location"]) == (302, PAGE)
            told = fresh.get(path, headers=JSON)
            assert told.status_code == 403
            assert told.json is not None and told.json["error"].startswith(
                "A second factor is required here."
            )
    for path in ("/platform/tenants/new", "/account-settings", "/account-settings/recovery-codes",
                 "/account-settings/totp/remove", "/account-settings/sessions/end-others"):  # fmt: skip
        with subtests.test(path):
            assert fresh.post(path).status_code == 403
    assert fresh.partial("/platform/tenants").status_code == 403
    page = fresh.get(PAGE).text
    assert "You need a second factor" in page and "required by this platform" in page
    assert fresh.get("/").status_code == 200 and "/platform" not in fresh.get("/welcome").text
    assert len(set_up(fresh)) == 10
    assert fresh.get("/platform/tenants").status_code == 200
    assert fresh.post("/account-settings/totp/remove").status_code == 303
    assert "this is your last one" in fresh.get(PAGE).text
    assert fresh.post("/logout").headers["Location"] == "/login"


def test_every_route_is_closed_to_who_must_set_up(app: Flask, fresh: Person) -> None:
    """All but those that lead to a factor and out; what belongs to a tenant is not there at all."""
    opened, closed = set(), 0
    for rule in app.url_map.iter_rules():
        access = access_of(app.view_functions[rule.endpoint])
        if access is None or access.kind not in {"account", "platform"}:
            continue
        path = rule.rule.replace("<slug>", "acme")
        path = re.sub(r"<uuid:\w+>", "00000000-0000-0000-0000-000000000000", path)
        for method in sorted(set(rule.methods or ()) - {"HEAD", "OPTIONS"}):
            if access.enrolling:
                opened.add(f"{method} {rule.rule}")
                continue
            answer = fresh.get(path) if method == "GET" else fresh.post(path)
            assert (answer.status_code, answer.headers.get("Location")) in ((302, PAGE), (403, None)), path
            closed += 1
    assert closed > 15
    assert opened == {
        "GET /account-settings/second-factor",
        "GET /account-settings/totp",
        "POST /account-settings/totp",
        "POST /account-settings/passkeys",
        "POST /account-settings/passkeys/options",
        "GET /login/again",
        "POST /logout",
    }


def test_who_must_set_up_may_still_log_out(fresh: Person) -> None:
    assert fresh.post("/logout").headers["Location"] == "/login"


def test_a_tenant_asks_its_staff(
    shop: Shop, rival: Shop, person: Callable[[str], Person], owner: Person, subtests: pytest.Subtests
) -> None:
    support, stranger = person("support"), person("stranger")
    refused = owner.post(f"{shop.url}/settings/second-factor", {"required": "1"})
    assert (refused.status_code, "lock yourself out" in refused.text) == (409, True)
    assert support.post(f"{shop.url}/settings/second-factor", {"required": "1"}).status_code == 403
    set_up(owner)
    assert owner.post(f"{shop.url}/settings/second-factor", {"required": "1"}).status_code == 303
    assert "Everybody who works here needs a second factor now." in owner.get(f"{shop.url}/settings").text
    for path in ("/", "/orders", "/settings"):
        with subtests.test(path):
            answer = support.get(shop.url + path)
            assert (answer.status_code, answer.headers.get("Location")) == (302, PAGE)
            assert support.get(shop.url + path, headers=JSON).status_code == 403
    assert support.post(f"{shop.url}/orders/{shop.order}/resend").status_code == 403
    assert stranger.get(rival.url + "/").status_code == 200
    assert stranger.get(shop.url + "/").status_code == 404
    assert "required by Acme" in support.get(PAGE).text
    assert len(set_up(support)) == 10
    assert support.get(shop.url + "/orders").status_code == 200
    assert support.post("/account-settings/totp/remove").status_code == 303
    assert "this is your last one" in support.get(PAGE).text
    owner.post(f"{shop.url}/settings/second-factor", {})
    assert support.post("/account-settings/totp/remove").status_code == 303
    assert "The authenticator app is removed." in support.get(PAGE).text
    assert support.get(shop.url + "/").status_code == 200


def test_setting_up_shows_codes_once_and_logs_out_elsewhere(app: Flask, shop: Shop, owner: Person) -> None:
    elsewhere, key = Person(app, owner.email).log_in(), owner.key
    page = owner.get("/account-settings/totp").text
    assert secret_on(page) == secret_on(owner.get("/account-settings/totp").text)
    assert "<svg" in page and secret_on(page) != secret_on(elsewhere.get("/account-settings/totp").text)
    wrong = owner.post("/account-settings/totp", {"code": "000000"})
    assert (wrong.status_code, secret_on(wrong.text)) == (422, secret_on(page))
    done = owner.post("/account-settings/totp", {"code": code_at(secret_on(page), this_step())})
    codes = re.findall(r"<code>([a-z2-7-]{29})</code>", done.text)
    link = re.search(
        r'download="mtc-recovery-codes.txt" href="data:text/plain;charset=utf-8,([^"]+)"', done.text
    )
    assert len(codes) == 10 and link is not None and codes[9] in html.unescape(link[1])
    assert done.headers["Cache-Control"] == "no-store"
    assert owner.key not in ("", key)
    token = re.search(r'name="csrf_token" value="([^"]+)"', done.text)
    assert token is not None
    assert elsewhere.get("/admin").status_code == 302
    assert not any(code in owner.get(PAGE).text for code in codes)
    renewed = owner.post("/account-settings/recovery-codes").text
    assert set(re.findall(r"<code>([a-z2-7-]{29})</code>", renewed)) & set(codes) == set()
    assert owner.post("/logout", {"csrf_token": token[1]}).status_code == 403
    with platform_scope("look", readonly=True), unit_of_work():
        told = [one.text for one in notices_of(shop.users["owner"].id, 5)]
    assert told == [
        "You have new recovery codes; the old ones are worth nothing now.",
        "An authenticator app was set up for your account.",
    ]


def test_changes_ask_for_a_log_in_of_a_moment_ago(app: Flask, shop: Shop, owner: Person) -> None:
    page = owner.get("/account-settings/totp").text
    with clock.frozen(clock.now()):
        clock.advance(901)
        code = {"code": code_at(secret_on(page), this_step())}
        asked = owner.get("/account-settings/totp")
        assert asked.headers["Location"] == "/login/again?next=/account-settings/totp"
        for path in ("totp", "totp/remove", "recovery-codes", "passkeys", "passkeys/0/remove"):
            target = path.replace("/0/", "/00000000-0000-0000-0000-000000000000/")
            answer = owner.post(f"/account-settings/{target}", code)
            assert answer.headers["Location"] == f"/login/again?next={PAGE}", path
            assert owner.post(f"/account-settings/{target}", code, headers=JSON).status_code == 403
        assert owner.post("/account-settings/passkeys/options", headers=JSON).status_code == 403
        ended = owner.post("/account-settings/sessions/end-others")
        assert ended.headers["Location"] == "/login/again?next=/account-settings"
        with platform_scope("look", readonly=True), unit_of_work():
            assert has_factor(shop.users["owner"].id) is False
        form = owner.get("/login/again?next=/account-settings/totp").text
        assert f'value="{owner.email}"' in form and 'value="/account-settings/totp"' in form
        old = owner.key
        again = owner.post(
            "/login", {"email": owner.email, "password": PASSWORD, "next": "/account-settings/totp"}
        )
        assert again.headers["Location"] == "/account-settings/totp" and owner.key != old
        assert len(set_up(owner)) == 10


def test_sessions_are_listed_and_ended(app: Flask, shop: Shop, owner: Person) -> None:
    phone, tablet = Person(app, owner.email), Person(app, owner.email)
    for other, agent in ((phone, "Firefox/140.0 Android"), (tablet, "Safari/605 iPad")):
        other.client.environ_base["HTTP_USER_AGENT"] = agent
        other.log_in()
    page = owner.get("/account-settings").text
    assert all(words in page for words in ("Firefox on Android", "Safari on iPad", "password only"))
    assert page.count("This browser") == 1
    ends = re.findall(r"/account-settings/sessions/([0-9a-f-]{36})/end", page)
    assert len(ends) == 2
    stranger = Person(app, "stranger@rival.example").log_in()
    assert stranger.post(f"/account-settings/sessions/{ends[0]}/end").status_code == 404
    assert owner.post(f"/account-settings/sessions/{ends[0]}/end").status_code == 303
    assert sorted([phone.get("/admin").status_code, tablet.get("/admin").status_code]) == [302, 303]
    assert owner.post(f"/account-settings/sessions/{ends[0]}/end").status_code == 404
    assert owner.post("/account-settings/sessions/end-others").status_code == 303
    assert [one.get("/admin").status_code for one in (phone, tablet, owner)] == [302, 302, 303]
    assert stranger.get("/admin").status_code == 200


def test_the_switch_is_written_down(shop: Shop, owner: Person) -> None:
    set_up(owner)
    owner.post(f"{shop.url}/settings/second-factor", {"required": "1"})
    with tenant_scope(shop.world.id, readonly=True), unit_of_work():
        newest = recent_events(shop.world.id, 1)[0]
        assert (newest.name, newest.data) == ("settings.second_factor", {"required": True})
        assert newest.actor["name"] == "Owner"


def test_the_name_of_the_place_of_work_is_no_password(owner: Person) -> None:
    form = {"old": PASSWORD, "password": "acme-2026-acme", "again": "acme-2026-acme"}
    refused = owner.post("/account-settings", form)
    assert refused.status_code == 422
    assert "Anyone would try these words here" in refused.get_data(as_text=True)
