"""Every route, every method, everybody: nothing of another tenant comes out, nothing of it changes."""

from __future__ import annotations

from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import JSON, String, select

from mtc.core.db import Base, session, unit_of_work
from mtc.core.tenancy import platform_scope
from mtc.testing.canaries import marks_in
from tests.chaos.size import FULL
from tests.fakes.ports import fake_ports
from tests.isolation.planted import FOUND, places, plant
from tests.isolation.sides import enumerating, make_rivals
from tests.servers.database import sqlite_app

# Routes that let nobody of Acme in with Acme's own values, and why.
NOBODY = {
    "/webhooks/payments/<slug>": "only what the provider has signed",
    "/account-settings/passkeys/<uuid:passkey>/name": "only whoever has a passkey (tests/admin)",
    "/account-settings/passkeys/<uuid:passkey>/remove": "only whoever has a passkey (tests/admin)",
    "/api/v1/<tenant>/notifications/<uuid:member>": "only with the id of a membership (tests/api)",
    "/account-settings/sessions/<uuid:session_id>/end": "only whoever has another session (tests/admin)",
    "/login/new-password/<token>": "with a mailed link (tests/admin/test_account_password_reset.py)",
    "/admin/<tenant>/settings/mail/check": "only once an address is set (tests/senders/test_pages.py)",
    "/api/v1/<tenant>/mail-sender/check": "only once an address is set (tests/senders/test_pages.py)",
    "/demo/mail": "only where the demo is loaded (tests/admin/test_emails_demo_mailbox.py)",
    "/demo/mail/<name>": "only where the demo is loaded (tests/admin/test_emails_demo_mailbox.py)",
    "/demo/mail/<name>/body": "only where the demo is loaded (tests/admin/test_emails_demo_mailbox.py)",
    "/login/passkey": "only with a passkey (tests/admin/test_account_passkeys.py)",
    "/login/second/options": "only between the two steps (tests/admin/test_account_mfa_login.py)",
    "/platform/tenants/<slug>/visit/end": "in a support session (tests/team/test_support_sessions.py)",
    "/platform/tenants/<slug>/visit/raise": "in a support session (tests/team/test_support_sessions.py)",
}


# Names of columns that hold a code of the program's and no text of the tenant's.
CODES = {
    "category", "country", "currency", "delivery_status", "kind",
    "method", "locale", "plan", "level",
    "mode", "outcome", "second_factor", "status", "stock_source", "theme_slug", "type",
}  # fmt: skip


def report(faults: dict[str, str]) -> str:
    return "\n".join(f"{fault}\n    {why}" for fault, why in sorted(faults.items()))


def test_nothing_of_another_tenant_can_be_reached(app: Flask) -> None:
    with enumerating(app, thorough=FULL) as attack:
        attack.run()
    assert not attack.watch.faults, report(attack.watch.faults)
    assert {rule.rule for rule in attack.rules if not attack.reached[rule.rule]} == set(NOBODY)
    assert attack.watch.requests > 12_000


@pytest.mark.postgres
def test_nor_on_postgresql(app: Flask) -> None:
    with enumerating(app, reduced=not FULL) as attack:
        attack.run()
    assert not attack.watch.faults, report(attack.watch.faults)
    assert attack.watch.requests > 1_200


def test_every_planted_bug_is_found(tmp_path: Path) -> None:
    site = sqlite_app(tmp_path)
    plant(site)
    rules = [rule for rule in site.url_map.iter_rules() if rule.endpoint.startswith("planted.")]
    site.extensions["mtc.ports"] = fake_ports()
    with site.app_context(), enumerating(site, rules, places) as attack:
        attack.run()
    faults = attack.watch.faults
    assert {bug: why for bug, why in FOUND.items() if not any(one.startswith(why) for one in faults)} == {}


def test_a_route_without_places_fails(tmp_path: Path) -> None:
    """Whoever adds a route says where it leads for both tenants, or the enumerator does not begin."""
    site = sqlite_app(tmp_path)
    plant(site)
    site.extensions["mtc.ports"] = fake_ports()
    with site.app_context(), pytest.raises(AssertionError, match=r"planted\.page"), enumerating(site):
        pass


def test_every_text_of_the_victim_is_marked(app: Flask) -> None:
    """In every table, and in every column for text or JSON; only codes of the program have none."""
    rivals = make_rivals(app)
    with platform_scope("look for the marks", readonly=True), unit_of_work():
        bare = set()
        for table in Base.metadata.sorted_tables:
            if "tenant_id" not in table.c:
                continue
            rows = (
                session.execute(select(table).where(table.c.tenant_id == rivals.rival.tenant_id))
                .mappings()
                .all()
            )
            assert rows, f"{table.name} has no row of the victim: mtc/testing/row_factory.py cannot make one"
            bare |= {
                f"{table.name}.{column.name}"
                for column in table.columns
                if isinstance(column.type, String | JSON)
                and not any(marks_in(repr(row[column.name])) for row in rows)
            }
    assert {name for name in bare if name.partition(".")[2] not in CODES} == set()
