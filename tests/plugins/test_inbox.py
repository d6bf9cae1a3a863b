"""Notifications to plugins: forged ones leave nothing, repeated ones count once, failed ones come again."""

from __future__ import annotations

import hashlib
import hmac
import json
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from threading import Barrier, Thread
from threading import enumerate as enumerate_threads
from typing import Any

import pytest
from flask import Flask
from werkzeug.test import TestResponse

from mtc.core import clock
from mtc.core.db import unit_of_work
from mtc.core.tenancy import platform_scope, tenant_scope
from mtc.plugins.errors import PluginError
from mtc.plugins.models import PluginInbox
from mtc.plugins.periodic import purge_inbox
from mtc.plugins.services import inbox
from mtc.plugins.services.context import state_of
from mtc.tasks.services import run_due
from tests.plugins.club import write_club
from tests.plugins.kit import at_work, loading, switch_off, switch_on
from tests.plugins.samples import tasks_of
from tests.security.fort import PLATFORM
from tests.servers.database import both_databases

HOOK = "/api/acme/plugins/club/webhook"
SALE = {"sale": 17, "email": "ada@example.org", "points": 5}


@pytest.fixture
def club(app: Flask, folder: Path) -> Iterator[Path]:
    """The plugin of the documentation, loaded."""
    made = write_club(folder)
    with loading(folder):
        yield made


def notify(
    app: Flask, sale: Any = SALE, path: str = HOOK, secret: str = "hush", **headers: str
) -> TestResponse:
    """What the till sends."""
    body = json.dumps(sale).encode()
    headers["X-Signature"] = hmac.new(secret.encode(), body, hashlib.sha256).hexdigest()
    return app.test_client().post(path, data=body, base_url=PLATFORM, headers=headers)


def rows(world: Any) -> list[PluginInbox]:
    """What is kept for the tenant."""
    with tenant_scope(world.id), unit_of_work() as work:
        return list(work.query(PluginInbox))


def points(world: Any) -> int:
    """Ada's points."""
    with at_work(world):
        kept = state_of("club", world.id).get("points ada@example.org")
        return kept.number if kept else 0


@both_databases
def test_three_times_the_same_event_counts_once(
    app: Flask, club: Path, tenant: Any, other_tenant: Any
) -> None:
    for world in (tenant, other_tenant):
        switch_on(world, "club", till_secret="hush")
    answers = [notify(app, path=path) for path in (HOOK, f"{HOOK}/till", f"{HOOK}/till")]
    assert [(answer.status_code, answer.get_json()["data"]) for answer in answers] == [
        (202, {"known": False}),
        (202, {"known": True}),
        (202, {"known": True}),
    ]
    run_due()
    assert (points(tenant), points(other_tenant)) == (5, 0)
    [row] = rows(tenant)
    assert (row.name, row.event_id, row.status, row.attempts, row.error) == ("till", "17", "done", 1, "")
    assert rows(other_tenant) == []
    assert notify(app, path=HOOK.replace("acme", "rival")).get_json()["data"] == {"known": False}
    run_due()
    assert (points(tenant), points(other_tenant)) == (5, 5)


@both_databases
def test_a_forged_one_leaves_nothing(app: Flask, club: Path, tenant: Any) -> None:
    switch_on(tenant, "club", till_secret="hush")
    assert notify(app, secret="guess").status_code == 401
    assert notify(app, {"no": "sale"}).status_code == 401
    assert (rows(tenant), tasks_of(tenant.id, "plugins.receive")) == ([], [])


def test_off_and_unknown_are_404(app: Flask, club: Path, tenant: Any) -> None:
    assert notify(app).status_code == 404
    switch_on(tenant, "club", till_secret="hush")
    paths = (f"{HOOK}/other", HOOK.replace("acme", "nobody"), HOOK.replace("club", "pub"))
    assert [notify(app, path=path).status_code for path in paths] == [404, 404, 404]
    assert app.test_client().get(HOOK, base_url=PLATFORM).status_code == 404
    assert notify(app).status_code == 202
    switch_off(tenant, "club")
    run_due()
    assert (notify(app).status_code, points(tenant)) == (404, 0)
    [task] = tasks_of(tenant.id, "plugins.receive")
    assert (task.status, task.lane) == ("done", "club")


def test_a_large_body_is_refused(app: Flask, club: Path, tenant: Any) -> None:
    switch_on(tenant, "club", till_secret="hush")
    assert notify(app, {**SALE, "more": "x" * 2**21}).status_code == 413
    assert notify(app, {**SALE, "more": "x" * (2**21 - 200)}).status_code == 202
    assert len(rows(tenant)) == 1


def test_credentials_are_not_kept(app: Flask, club: Path, tenant: Any) -> None:
    switch_on(tenant, "club", till_secret="hush")
    assert notify(app, Authorization="Bearer x", Cookie="a=b", **{"X-Till": "3"}).status_code == 202
    [row] = rows(tenant)
    assert row.headers["x-till"] == "3"
    assert {"authorization", "cookie"} & set(row.headers) == set()
    assert row.body == json.dumps(SALE).encode()


@both_databases
def test_one_that_fails_comes_again(app: Flask, folder: Path, tenant: Any) -> None:
    code = write_club(folder) / "plugin.py"
    again = "    sale = delivery.json()\n    if delivery.attempt < 2:\n        1 / 0\n"
    code.write_text(code.read_text().replace("    sale = delivery.json()\n", again))
    with loading(folder):
        switch_on(tenant, "club", till_secret="hush")
        with clock.frozen(clock.now()):
            assert notify(app).status_code == 202
            run_due()
            [row] = rows(tenant)
            assert (row.status, row.attempts, row.error) == (
                "failed",
                1,
                "ZeroDivisionError: division by zero",
            )
            clock.advance(3600)
            run_due()
        [row] = rows(tenant)
        assert (row.status, row.attempts, row.error, points(tenant)) == ("done", 2, "", 5)


def test_verifying_has_a_second_and_writes_nothing(
    app: Flask, folder: Path, tenant: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(inbox, "VERIFY_SECONDS", 0.2)
    code = write_club(folder) / "plugin.py"
    slow = "    kept = json.loads(body)\n    if kept.get('slow'):\n"
    slow += "        __import__('time').sleep(0.8)\n"
    slow += "    if kept.get('write'):\n        ctx.remember('seen', {})\n    return str(kept"
    code.write_text(code.read_text().replace("    return str(json.loads(body)", slow))
    with loading(folder):
        switch_on(tenant, "club", till_secret="hush")
        assert notify(app, {**SALE, "write": True}).status_code == 401
        assert notify(app, {**SALE, "slow": True}).status_code == 503
        assert rows(tenant) == []
        for thread in [thread for thread in enumerate_threads() if thread.name == "mtc-plugin-club"]:
            thread.join()  # until it comes back the plugin is not called for this tenant
        assert notify(app).status_code == 202


@both_databases
@pytest.mark.parametrize("has_key", [True, False])
def test_of_those_who_come_at_once_one_is_kept(
    app: Flask, club: Path, tenant: Any, has_key: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The control: where events are told apart by when they came, each of them counts."""
    switch_on(tenant, "club", till_secret="hush")
    if not has_key:
        keep, numbers = inbox._keep, iter(range(100))
        monkeypatch.setattr(
            inbox,
            "_keep",
            lambda slug, name, event, *rest: keep(slug, name, f"{event}-{next(numbers)}", *rest),
        )
    start, answers = Barrier(4), []

    def send() -> None:
        start.wait()
        answers.append(notify(app).status_code)

    threads = [Thread(target=send) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    run_due()
    expected = 1 if has_key else 4
    assert (answers, len(rows(tenant)), points(tenant)) == ([202] * 4, expected, 5 * expected)


@both_databases
def test_old_ones_go(app: Flask, club: Path, tenant: Any) -> None:
    switch_on(tenant, "club", till_secret="hush")
    with clock.frozen(clock.now() - timedelta(days=31)):
        notify(app)
    notify(app, {**SALE, "sale": 18})
    with platform_scope("delete what is old"), unit_of_work():
        purge_inbox()
    assert [row.event_id for row in rows(tenant)] == ["18"]


def test_manifest_and_code_must_agree(app: Flask, folder: Path) -> None:
    code = write_club(folder) / "plugin.py"
    code.write_text(code.read_text().replace("till = Web", "checkout = Web"))
    with pytest.raises(PluginError, match="differ in these webhooks: checkout, till"), loading(folder):
        pass
