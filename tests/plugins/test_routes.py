"""Routes of plugins on the storefront and in the admin: who gets in, what a view may do, and for how long."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from flask import Flask, url_for

from mtc.audit.models import AuditEntry
from mtc.core.db import unit_of_work
from mtc.core.tenancy import tenant_scope
from mtc.middleware import plugin_routes
from mtc.plugins.errors import PluginError
from mtc.plugins.services.loader import broken
from mtc.web.plugin_rules import all_rules, plugin_rules
from tests.plugins.club import write_club
from tests.plugins.club_people import shopper, staff
from tests.plugins.kit import loading, remembered, switch_off, switch_on
from tests.plugins.samples import write
from tests.servers.database import both_databases

ANSWERS = "from mtc.sdk.routes import *\n"


@pytest.fixture
def club(site: Flask, folder: Path) -> Iterator[Path]:
    """The plugin of the documentation, loaded."""
    made = write_club(folder)
    with loading(folder):
        yield made


@pytest.fixture
def storefront(site: Flask, folder: Path) -> Iterator[Callable[[str], None]]:
    """Load a plugin called `spot` with this module of views for the storefront."""
    contexts = []

    def load(code: str) -> None:
        made = write(folder, "spot", "", hooks=[], routes={"storefront": "views"})
        (made / "views.py").write_text(ANSWERS + code)
        context = loading(folder)
        context.__enter__()
        contexts.append(context)

    yield load
    for context in contexts:
        context.__exit__(None, None, None)


@both_databases
def test_a_customer_sees_and_changes_what_is_theirs(app: Flask, club: Path, tenant: Any) -> None:
    switch_on(tenant, "club")
    ada, bob = shopper(app, tenant, "ada@example.org"), shopper(app, tenant, "bob@example.org")
    page = ada.get("/x/club/")
    assert page.status_code == 200
    assert "ada, you have 0 points at Acme." in page.text
    assert "<title>Your points" in page.text and "</html>" in page.text
    saved = ada.post("/x/club/name", {"name": "Countess <b>", "csrf_token": ada.token})
    assert (saved.status_code, saved.headers["Location"]) == (303, "/x/club/")
    assert "Countess &lt;b&gt;, you have 0 points" in ada.get("/x/club/").text
    assert "bob, you have 0 points" in bob.get("/x/club/").text


def test_access_of_shoppers(app: Flask, club: Path, tenant: Any, other_tenant: Any) -> None:
    switch_on(tenant, "club")
    switch_on(other_tenant, "club")
    nobody, ada = shopper(app, tenant), shopper(app, tenant, "ada@example.org")
    asked = nobody.get("/x/club/")
    assert (asked.status_code, asked.headers["Location"]) == (302, "/account/login?next=/x/club/")
    assert nobody.get("/x/club/levels/3").get_json() == {"success": True, "data": {"level": 3, "points": 300}}
    stranger = shopper(app, other_tenant)
    stranger.key = ada.key
    stranger.client.set_cookie("mtc_shop", ada.key, domain=f"{other_tenant.tenant.slug}.localhost")
    assert stranger.get("/x/club/").status_code == 302
    forged = ada.post("/x/club/name", {"name": "Eve"}, headers={"X-CSRFToken": "", "Origin": ada.base})
    assert forged.status_code == 403
    forged = ada.post("/x/club/name", {"name": "Eve"}, headers={"Origin": "https://evil.example"})
    assert forged.status_code == 403
    assert "ada, you have" in ada.get("/x/club/").text


def test_off_is_an_unknown_address(app: Flask, club: Path, tenant: Any, other_tenant: Any) -> None:
    switch_on(other_tenant, "club")
    ada, owner = shopper(app, tenant, "ada@example.org"), staff(app, tenant, "owner")
    unknown = ada.get("/x/nothing/levels/3")
    for path in ("/x/club/levels/3", "/x/club/", "/x/club/none"):
        answer = ada.get(path)
        assert (answer.status_code, _body(answer.text)) == (404, _body(unknown.text)), path
    missing = owner.get("/admin/acme/x/nothing/")
    answer = owner.get("/admin/acme/x/club/")
    assert (answer.status_code, answer.text.count("<h1>")) == (404, missing.text.count("<h1>"))
    switch_on(tenant, "club")
    assert [ada.get("/x/club/").status_code, owner.get("/admin/acme/x/club/").status_code] == [200, 200]
    for method in ("POST", "PUT", "DELETE", "OPTIONS"):
        assert ada.open(method, "/x/club/").status_code == 404, method
    switch_off(tenant, "club")
    assert [ada.get("/x/club/").status_code, owner.get("/admin/acme/x/club/").status_code] == [404, 404]


def _body(html: str) -> str:
    return html.partition("<main")[2].partition("</main>")[0]


def test_the_admin(app: Flask, club: Path, tenant: Any, other_tenant: Any) -> None:
    switch_on(tenant, "club")
    switch_on(other_tenant, "club")
    owner, support = staff(app, tenant, "owner"), staff(app, tenant, "support")
    page = owner.get("/admin/acme/x/club/?email=ada@example.org")
    assert page.status_code == 200
    assert "ada@example.org has 0 points." in page.text and '<a href="/admin/acme/x/club"' in page.text
    given = owner.post("/admin/acme/x/club/give", {"email": "ada@example.org", "points": "30"})
    assert given.status_code == 303
    assert given.headers["Location"] == "/admin/acme/x/club/?email=ada@example.org"
    assert "ada@example.org has 30 points." in owner.get(given.headers["Location"]).text
    wrong = owner.post("/admin/acme/x/club/give", {"email": "ada@example.org", "points": "many"})
    assert wrong.status_code == 400 and "Write an email address and a number of points." in wrong.text
    assert support.get("/admin/acme/x/club/").status_code == 403
    assert support.post("/admin/acme/x/club/give", {"email": "a", "points": "1"}).status_code == 403
    assert '<a href="/admin/acme/x/club"' not in support.get("/admin/acme/orders").text
    assert owner.get("/admin/rival/x/club/").status_code == 404
    assert app.test_client().get("/admin/acme/x/club/", base_url=owner.base).status_code == 302
    with tenant_scope(tenant.id), unit_of_work() as work:
        rows = work.query(AuditEntry).filter_by(tenant_id=tenant.id)
        entries = [(row.summary, row.action) for row in rows if "club" in row.action]
    assert entries == [("Gave points of the club", "plugin.club.admin.give")]


def test_addresses_are_built_by_name(app: Flask, club: Path) -> None:
    with app.test_request_context("/", base_url="http://localhost:8000"):
        assert url_for("plugin.club.admin.give", tenant="acme") == "/admin/acme/x/club/give"
        assert url_for("plugin.club.storefront.level", number=2) == "/x/club/levels/2"


def test_routes_go_with_their_plugin(app: Flask, folder: Path) -> None:
    write_club(folder)
    with loading(folder):
        assert sorted(rule.rule for rule in all_rules(app) if "club" in rule.rule)[:2] == [
            "/admin/<tenant>/x/club",
            "/admin/<tenant>/x/club/give",
        ]
    assert plugin_rules(app) == {}
    assert [name for name in app.view_functions if name.startswith("plugin.")] == []


@both_databases
def test_a_get_writes_nothing(app: Flask, storefront: Any, tenant: Any) -> None:
    storefront(
        "@get('/')\n@public()\ndef look(ctx, request):\n    ctx.remember('seen', {})\n    return text('ok')\n"
        "@post('/')\n@public()\ndef keep(ctx, request):\n    ctx.remember('seen', {'n': 1})\n"
        "    if request.form.get('fail'):\n        1 / 0\n    return text('kept')\n"
    )
    switch_on(tenant, "spot")
    nobody = shopper(app, tenant)
    assert nobody.get("/x/spot/").status_code == 500
    assert nobody.post("/x/spot/", {"fail": "1"}).status_code == 500
    assert remembered(tenant, "spot", "seen") is None
    assert nobody.post("/x/spot/").text == "kept"
    assert remembered(tenant, "spot", "seen") == {"n": 1}
    assert nobody.get("/").status_code == 200


@both_databases
def test_a_view_that_hangs_is_given_up(
    app: Flask, storefront: Any, tenant: Any, other_tenant: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(plugin_routes, "ROUTE_SECONDS", 0.3)
    storefront(
        "import time\n@post('/')\n@public()\ndef hang(ctx, request):\n    ctx.remember('seen', {'n': 1})\n"
        "    if request.form.get('hang'):\n        time.sleep(1.5)\n    return text('kept')\n"
    )
    switch_on(tenant, "spot")
    switch_on(other_tenant, "spot")
    nobody, elsewhere = shopper(app, tenant), shopper(app, other_tenant)
    begun = time.monotonic()
    assert nobody.post("/x/spot/", {"hang": "1"}).status_code == 500
    assert time.monotonic() - begun < 1.2
    assert elsewhere.post("/x/spot/").text == "kept"
    assert nobody.post("/x/spot/").status_code == 500  # it has not come back
    assert time.monotonic() - begun < 1.4
    assert remembered(tenant, "spot", "seen") is None
    time.sleep(max(0.0, 1.8 - (time.monotonic() - begun)))
    assert nobody.post("/x/spot/").text == "kept"


def test_answers(app: Flask, storefront: Any, tenant: Any) -> None:
    storefront(
        "from mtc.sdk.errors import ConflictError, ForbiddenError\n"
        "@get('/csv')\n@public()\ndef csv(ctx, request):\n"
        "    return binary(b'a,b', media_type='text/csv', file_name='list.csv')\n"
        "@get('/away')\n@public()\ndef away(ctx, request):\n    return redirect('https://evil.example/')\n"
        "@get('/none')\n@public()\ndef none(ctx, request):\n    return None\n"
        "@get('/exit')\n@public()\ndef leave(ctx, request):\n    raise SystemExit(3)\n"
        "@get('/late')\n@public()\ndef late(ctx, request):\n    raise ConflictError('Too late.')\n"
        "@post('/echo')\n@public()\ndef echo(ctx, request):\n"
        "    file = request.files['file']\n"
        "    form, sent = request.form.all('n'), 'cookie' in request.headers\n"
        "    return json([form, file.name, len(file.content), sent])\n"
    )
    switch_on(tenant, "spot")
    nobody = shopper(app, tenant)
    file = nobody.get("/x/spot/csv")
    assert (file.data, file.mimetype) == (b"a,b", "text/csv")
    assert file.headers["Content-Disposition"] == 'attachment; filename="list.csv"'
    assert nobody.get("/x/spot/away").headers["Location"] == "/"
    late = nobody.get("/x/spot/late")
    assert (late.status_code, "Too late." in late.text) == (409, True)
    assert [nobody.get(f"/x/spot/{name}").status_code for name in ("none", "exit")] == [500, 500]
    sent = {"n": ["1", "2"], "file": (BytesIO(b"12345"), "a.txt")}
    assert nobody.post("/x/spot/echo", sent).get_json()["data"] == [["1", "2"], "a.txt", 5, False]


def test_writes_of_one_visitor_are_limited(app: Flask, storefront: Any, tenant: Any) -> None:
    storefront("@post('/')\n@public()\ndef keep(ctx, request):\n    return text('kept')\n")
    switch_on(tenant, "spot")
    nobody = shopper(app, tenant)
    assert [nobody.post("/x/spot/").status_code for _ in range(61)] == [200] * 60 + [429]


REFUSED = {
    "@get('/')\ndef look(ctx, request): ...\n": "say who may use it, with @public() or @customer_only()",
    "@get('/')\n@requires('orders:read')\ndef look(ctx, request): ...\n": "say who may use it",
    "@get('look')\n@public()\ndef look(ctx, request): ...\n": "must begin with one slash",
    "@get('/<int:no')\n@public()\ndef look(ctx, request): ...\n": "its address is wrong",
    "@get('/<tenant>')\n@public()\ndef look(ctx, request, tenant): ...\n": "no part of its address may be",
    "@get('/<name>')\n@public()\ndef look(ctx, request): ...\n": "its parameters must be ctx, request and",
    "@post('/', body={'type': 'object'})\n@public()\ndef look(ctx, request): ...\n": "schemas are for routes",
    "def look(ctx, request): ...\n": "its module has no view",
}


@pytest.mark.parametrize("code", REFUSED)
def test_a_wrong_view_is_refused_when_the_plugin_is_loaded(storefront: Any, code: str) -> None:
    with pytest.raises(PluginError) as refused:
        storefront(code)
    assert refused.value.message.startswith("spot: routes, storefront")
    assert REFUSED[code] in refused.value.message


def test_a_write_of_the_admin_without_a_sentence_is_refused(site: Flask, folder: Path) -> None:
    code = write_club(folder) / "routes" / "admin.py"
    code.write_text(code.read_text().replace('@audited("Gave points of the club")\n', ""))
    with pytest.raises(PluginError, match="say what the audit log tells of it"), loading(folder):
        pass
    assert broken(site) == {}


def test_an_unknown_permission_is_refused(site: Flask, folder: Path) -> None:
    code = write_club(folder) / "routes" / "admin.py"
    code.write_text(code.read_text().replace('@requires("club:manage")', '@requires("club:other")'))
    with pytest.raises(PluginError, match="club:other is not a declared permission"), loading(folder):
        pass
