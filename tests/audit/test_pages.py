"""The pages of the audit log: filters, paging, one entry, export, and who may see them."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from mtc.audit import services
from mtc.audit.models import AuditEntry
from mtc.audit.services import AuditedAction, record
from mtc.core import clock
from mtc.core.change_tracking import Change
from mtc.core.context import Actor
from mtc.core.db import session, unit_of_work
from mtc.core.ids import uuid7
from mtc.core.tenancy import platform_scope, tenant_scope
from tests.admin.conftest import Shop
from tests.admin.people import Person
from tests.audit.log import entries
from tests.servers.database import both_databases

ANNA, BEN = (Actor("staff", uuid7(), name, f"{name.lower()}@acme.example") for name in ("Anna", "Ben"))


def _entry(shop: Shop, summary: str, actor: Actor = ANNA, **more: Any) -> None:
    change = Change("product", "changed", "p-1", "Star", {"price": more.pop("price", [100, 200])})
    with tenant_scope(shop.world.id), unit_of_work():
        record(AuditedAction("test", summary, **more), actor, shop.world.id, [change])


def _found(page: str) -> list[str]:
    return re.findall(r'class="row-link"[^>]*>([^<]+)</a>', page)


@both_databases
def test_entries_are_found_by_person_kind_object_day_and_words(shop: Shop, owner: Person) -> None:
    url = f"{shop.url}/audit"
    assert "No entry yet" in owner.get(url).text
    _entry(shop, "First", price=["5%_\\", "300"])
    _entry(shop, "Second", BEN, kind="account")
    today, tomorrow = clock.now().date(), clock.now().date() + timedelta(days=1)
    for query, names in (
        ("", ["Second", "First"]),
        (f"who={BEN.id}", ["Second"]),
        ("kind=account", ["Second"]),
        ("kind=nonsense", ["Second", "First"]),
        ("type=product&object=p-1", ["Second", "First"]),
        ("type=order", []),
        ("q=FIRST anna", ["First"]),
        ("q=5%25_", ["First"]),
        ("q=%25", ["First"]),
        (f"from={today}&to={today}", ["Second", "First"]),
        (f"from={tomorrow}", []),
    ):
        answer = owner.get(f"{url}?{query}")
        assert (answer.status_code, _found(answer.text)) == (200, names), query
    assert "No entry fits" in owner.get(f"{url}?type=order").text
    for bad in ("who=x", "from=x", "cursor=x", "visit=1"):
        assert owner.get(f"{url}?{bad}").status_code == 400, bad


def test_pages_go_on_where_the_last_one_ended(shop: Shop, owner: Person) -> None:
    with tenant_scope(shop.world.id), unit_of_work():
        for number in range(65):
            record(AuditedAction("test", f"Number {number}"), ANNA, shop.world.id)
    url, seen = f"{shop.url}/audit", []
    while url:
        page = owner.get(url).text
        seen += _found(page)
        more = re.search(r'rel="next" href="([^"]+)"', page)
        url = more[1].replace("&amp;", "&") if more else ""
    assert seen == [f"Number {number}" for number in reversed(range(65))]
    part = owner.partial(f"{shop.url}/audit?q=number")
    assert len(_found(part.text)) == 30 and "<html" not in part.text


def test_an_entry_shows_the_difference_and_escapes_it(shop: Shop, owner: Person) -> None:
    _entry(shop, "Changed <b>it</b>", price=["<script>", None], path="/x", ip="192.0.2.1")
    one = entries("test")[0]
    page = owner.get(f"{shop.url}/audit/{one.id}").text
    assert "<del>&lt;script&gt;</del>" in page and '<span class="muted">nothing</span>' in page
    assert "192.0.2.1" in page and "Changed &lt;b&gt;it" in page and "anna@acme.example" in page


@both_databases
def test_the_export_holds_what_the_filters_find_and_no_formula(shop: Shop, owner: Person) -> None:
    _entry(shop, "=1+1", price=["-5", "\t=2+2"])
    _entry(shop, "Another", BEN)
    answer = owner.get(f"{shop.url}/audit.csv?who={ANNA.id}")
    assert answer.mimetype == "text/csv" and answer.headers["Cache-Control"] == "no-store"
    assert answer.headers["Content-Disposition"] == "attachment; filename=audit-acme.csv"
    rows = list(csv.reader(io.StringIO(answer.get_data().decode("utf-8-sig"), newline="")))
    assert rows[0][:5] == ["Time (UTC)", "Kind", "Person", "E-mail", "What"]
    german = owner.get(f"{shop.url}/audit.csv", headers={"Accept-Language": "de"}).get_data()
    assert german.decode("utf-8-sig").startswith('"Zeit (UTC)","Art","Person","E-Mail","')
    assert [row[2:5] for row in rows[1:]] == [["Anna", "anna@acme.example", "'=1+1"]]
    assert rows[1][8] == "product changed: Star\nprice: -5 → \t'=2+2"
    assert owner.get(f"{shop.url}/audit.csv?from=x").status_code == 400


def test_a_long_export_says_where_it_ends(shop: Shop, owner: Person, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(services, "CHUNK", 2)
    monkeypatch.setattr(services, "MOST_EXPORTED", 5)
    for number in range(7):
        _entry(shop, f"Number {number}")
    lines = owner.get(f"{shop.url}/audit.csv?q=number").get_data(as_text=True).splitlines()
    told = [line.split('","')[4] for line in lines if "Number" in line]
    assert told == [f"Number {number}" for number in (6, 5, 4, 3, 2)]
    assert "Only the newest 5 entries are here" in lines[-1]


@both_databases
def test_who_sees_the_log(shop: Shop, rival: Shop, person: Callable[[str], Person], owner: Person) -> None:
    _entry(shop, "Ours")
    ours = entries("test")[0].id
    support, stranger, root = person("support"), person("stranger"), person("root")
    for path in ("/audit", f"/audit/{ours}", "/audit.csv"):
        assert owner.get(shop.url + path).status_code == 200
        assert support.get(shop.url + path).status_code == 403
        assert stranger.get(shop.url + path).status_code == 404
        assert root.get(shop.url + path).status_code == 404
        assert owner.get("/platform" + path).status_code == 404
        assert root.get("/platform" + path).status_code == 200
        assert "Ours" in root.get("/platform" + path).text
    assert stranger.get(f"{rival.url}/audit/{ours}").status_code == 404
    assert "Ours" not in stranger.get(f"{rival.url}/audit").text + stranger.get(f"{rival.url}/audit.csv").text
    with platform_scope("find an entry of the platform"), unit_of_work():
        theirs = session.query(AuditEntry).filter_by(action="front.log_in").first()
        assert theirs is not None and theirs.tenant_id is None
    assert owner.get(f"{shop.url}/audit/{theirs.id}").status_code == 404, (
        "entries of the platform are its own"
    )


def test_the_platform_looks_at_one_tenant_or_at_itself(shop: Shop, person: Callable[[str], Person]) -> None:
    _entry(shop, "Ours")
    root = person("root")
    assert _found(root.get("/platform/audit?tenant=acme").text) == ["Ours"]
    steps = ["Logged in with a second factor", "Gave the right password; the second factor is still to come"]
    assert _found(root.get("/platform/audit?tenant=-").text) == steps
    assert set(_found(root.get("/platform/audit").text)) == {"Ours", *steps}
    assert root.get("/platform/audit?tenant=nobody").status_code == 400
    rows = root.get("/platform/audit.csv?tenant=acme").get_data(as_text=True).splitlines()
    assert len(rows) == 3 and rows[1].startswith('"Acme","'), "one entry of two lines below the headings"
