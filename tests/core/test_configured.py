"""Settings and secrets of a type: validated together, stored apart, sealed for their row."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

import pytest

from mtc.core.configured import SecretColumn, SecretsAmongSettings, TypeSettings, checked_name
from mtc.core.crypto import SealError
from mtc.core.errors import ValidationError
from mtc.core.ids import uuid7

pytestmark = pytest.mark.usefixtures("app")  # its keys seal
COLUMN = SecretColumn("tenant_plugins", "secrets")
AMONG = SecretsAmongSettings("delivery_methods", "config")


class Carrier:
    settings: list[dict[str, Any]] = [
        {"name": "url", "type": "url", "label": "Address", "required": True},
        {"name": "pin", "type": "secret", "label": "Pin"},
    ]
    credentials: list[dict[str, Any]] = [
        {"name": "account", "type": "text", "label": "Account", "required": True}
    ]

    def check_config(self, config: dict[str, Any]) -> tuple[dict[str, Any], dict[str, list[str]]]:
        errors = {"url": ["Use another one."]} if config["url"].endswith("/bad") else {}
        return {**config, "checked": True}, errors

    def missing(self, config: Any) -> dict[str, list[str]]:
        return {}


@dataclass
class Thing:
    config: dict[str, Any] = field(default_factory=dict)
    secrets: str | None = None
    tenant_id: UUID = field(default_factory=uuid7)
    id: UUID = field(default_factory=uuid7)


def test_settings_and_secrets_are_told_apart() -> None:
    described = TypeSettings.of(Carrier())
    given = {"url": "https://a.example", "pin": "1234", "account": "acct", "odd": "x"}
    assert described.secrets == {"pin", "account"}
    assert described.checked(given, {}) == (
        {"url": "https://a.example"},
        {"pin": "1234", "account": "acct"},
    )
    assert described.checked(given, {}, Carrier())[0] == {"url": "https://a.example", "checked": True}


def test_secrets_that_are_not_given_stay() -> None:
    described = TypeSettings.of(Carrier())
    stored = {"pin": "1234", "account": "acct", "gone": "x"}
    given = {"url": "https://a.example", "pin": "", "account": "other"}
    assert described.checked(given, stored)[1] == {"pin": "1234", "account": "other"}


@pytest.mark.parametrize(
    ("given", "field_name"),
    [
        ({"account": "a"}, "url"),
        ({"url": "https://a.example"}, "account"),
        ({"url": "https://a.example/bad"}, "url"),
    ],
)
def test_what_is_wrong_is_said_at_its_field(given: dict[str, Any], field_name: str) -> None:
    stored = {"account": "acct"} if given.get("url", "").endswith("bad") else {}
    with pytest.raises(ValidationError) as error:
        TypeSettings.of(Carrier()).checked(given, stored, Carrier())
    assert list(error.value.details) == [field_name]


def test_secrets_of_a_column_are_sealed_for_their_row() -> None:
    mine, theirs = Thing(), Thing()
    COLUMN.write(mine, {"pin": "1234"})
    first = mine.secrets
    assert first is not None and "1234" not in first and COLUMN.read(mine) == {"pin": "1234"}
    COLUMN.write(mine, {"pin": "1234"})
    assert mine.secrets == first  # nothing has changed, and nothing seems to
    theirs.secrets = first
    with pytest.raises(SealError):
        COLUMN.read(theirs)
    COLUMN.write(mine, {})
    assert (mine.secrets, COLUMN.read(mine)) == (None, {})


def test_secrets_among_settings_are_sealed_one_by_one() -> None:
    mine, theirs = Thing(), Thing()
    mine.config = {"url": "x", **AMONG.sealed(mine, {"pin": "1234", "code": "5"})}
    assert AMONG.read(mine, ["pin", "code", "none"]) == {"pin": "1234", "code": "5"}
    again = AMONG.sealed(mine, {"pin": "1234", "code": "6"})
    assert again["pin"] == mine.config["pin"] and again["code"] != mine.config["code"]
    theirs.config = dict(mine.config)
    with pytest.raises(SealError):
        AMONG.read(theirs, ["pin"])


@pytest.mark.parametrize(
    ("slug", "name", "field_name"),
    [
        ("a b", "A", "slug"),
        ("", "A", "slug"),
        ("-a", "A", "slug"),
        ("a", "", "name"),
        ("a", "x" * 101, "name"),
    ],
)
def test_names_that_are_none(slug: str, name: str, field_name: str) -> None:
    with pytest.raises(ValidationError) as error:
        checked_name(slug, name)
    assert list(error.value.details) == [field_name]
    assert checked_name("a-1", "  A name ") == "A name"
