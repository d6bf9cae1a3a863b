"""ctx.email: a plugin's templates in the look of the store, in the transaction, within limits."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from mtc.core.db import session
from mtc.core.errors import ValidationError
from mtc.emails.models import Email
from mtc.plugins.errors import PluginError
from mtc.plugins.services.context_members import email
from mtc.sdk.context import PluginEmailError
from mtc.tasks.services import run_due
from tests.plugins.contexts import NOTHING, context_of
from tests.plugins.kit import at_work, loading, switch_on
from tests.plugins.samples import write

MAILS = {
    "earned.subject.txt": "{{ points }} points for {{ name }}\n",
    "earned.txt": '{% extends "mail/base.txt" %}'
    "{% block content %}You have {{ points }} points & more.{% endblock %}",
    "earned.html": '{% extends "mail/base.html" %}{% block heading %}Points{% endblock %}'
    "{% block content %}<p>{{ name }} has {{ points }} points.</p>{% endblock %}",
    "plain.subject.txt": "Plain",
    "plain.txt": "{{ current_locale() }} {{ store.name }}",
}
Load = Callable[..., Any]


@pytest.fixture
def load(tmp_path: Path, app: Flask) -> Iterator[Load]:
    """A plugin with these files in mails/, for the length of the block."""
    place = tmp_path / "guests_mailer"

    def make(files: dict[str, str] = MAILS, mails: Any = ("earned", "plain")) -> Any:
        folder = write(place, "mailer", NOTHING, mails=list(mails))
        (folder / "mails").mkdir(exist_ok=True)
        for name, text in files.items():
            (folder / "mails" / name).write_text(text)
        return loading(place)

    yield make


@pytest.fixture
def mailer(load: Load, tenant: Any, other_tenant: Any) -> Iterator[str]:
    with load():
        switch_on(tenant, "mailer")
        switch_on(other_tenant, "mailer")
        yield "mailer"


def outbox(world: Any) -> list[Email]:
    with at_work(world):
        query = select(Email).where(Email.tenant_id == world.id).order_by(Email.created_at, Email.id)
        return list(session.scalars(query))


def test_a_mail_is_written_in_the_look_of_the_store(
    tenant: Any, other_tenant: Any, mailer: str, ports: Any
) -> None:
    with context_of(tenant, mailer) as ctx:
        assert ctx.email.send("earned", "ada@b.example", {"points": 5, "name": "<Ada>"})
    [mail] = outbox(tenant)
    assert (mail.kind, mail.recipient, mail.subject) == (
        "mailer.earned",
        "ada@b.example",
        "5 points for <Ada>",
    )
    assert mail.body_text.startswith("You have 5 points & more.\n\n--\nAcme")
    assert "<p>&lt;Ada&gt; has 5 points.</p>" in mail.body_html and "<title>" in mail.body_html
    assert outbox(other_tenant) == []
    run_due()
    assert outbox(tenant)[0].status == "sent"


def test_a_mail_has_a_language(tenant: Any, mailer: str) -> None:
    with context_of(tenant, mailer) as ctx:
        ctx.email.send("plain", "ada@b.example", locale="de")
        ctx.email.send("plain", "ada@b.example", {"store": {"name": "Forged"}})
    assert [mail.body_text for mail in outbox(tenant)] == ["de Acme\n", "en Acme\n"]
    assert [mail.body_html for mail in outbox(tenant)] == ["", ""]


def test_a_key_is_used_once(tenant: Any, other_tenant: Any, mailer: str) -> None:
    for world in (tenant, other_tenant):
        with context_of(world, mailer) as ctx:
            assert [ctx.email.send("plain", "a@b.example", key="1") for _ in range(2)] == [True, False]
    assert [len(outbox(world)) for world in (tenant, other_tenant)] == [1, 1]


def test_another_tenants_store_is_refused(tenant: Any, other_tenant: Any, mailer: str) -> None:
    with context_of(other_tenant, mailer) as ctx:
        [theirs] = ctx.stores()
    with context_of(tenant, mailer) as ctx, pytest.raises(PluginEmailError, match="no store of this tenant"):
        ctx.email.send("plain", "a@b.example", store=theirs)


def test_limits(tenant: Any, mailer: str, monkeypatch: pytest.MonkeyPatch) -> None:
    assert (email.MOST_MAILS, email.MOST_A_DAY) == (20, 2_000)
    with context_of(tenant, mailer) as ctx:
        with pytest.raises(PluginEmailError, match="declares no mail 'other'"):
            ctx.email.send("other", "a@b.example")
        with pytest.raises(ValidationError):
            ctx.email.send("plain", "nobody")
        for _ in range(20):
            ctx.email.send("plain", "a@b.example")
        with pytest.raises(PluginEmailError, match="20 mails are the most of one call"):
            ctx.email.send("plain", "a@b.example")
    monkeypatch.setattr(email, "MOST_A_DAY", 20)
    with pytest.raises(PluginEmailError, match="20 mails a day"), context_of(tenant, mailer) as ctx:
        ctx.email.send("plain", "a@b.example")
    assert len(outbox(tenant)) == 20


@pytest.mark.parametrize(
    ("files", "mails", "sentence"),
    [
        (MAILS, ["earned"], r"plain\.subject\.txt, plain\.txt"),
        (MAILS, ["earned", "plain", "more"], r"more\.subject\.txt, more\.txt"),
        (
            {**MAILS, "plain.txt": "{% if %}"},
            ["earned", "plain"],
            r"mails/plain\.txt: Expected an",
        ),
    ],
)
def test_mails_are_checked_at_the_start(files: Any, mails: Any, sentence: str, load: Load) -> None:
    with pytest.raises(PluginError, match=sentence), load(files, mails):
        pass
