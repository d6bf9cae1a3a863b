"""`mtc keys`, with the ring in the file under var and with a ring that the environment gives."""

import json
import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from flask import Flask

from mtc import lifecycle
from mtc.cli import main
from mtc.core import crypto
from mtc.core.db import unit_of_work
from mtc.core.tenancy import tenant_scope
from mtc.payments.services import credentials_of, get_gateway, save_gateway
from tests.backup.places import migrated_place, place
from tests.factories.tenants import World, make_world
from tests.key_rotation.test_rotate import OLD, ring
from tests.orders.shop import open_shop

Run = Callable[..., tuple[int, str]]


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def app(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Flask]:
    """A database whose ring is the file that MTC made under var."""
    before = crypto._ring

    def server() -> Any:
        return request.getfixturevalue("postgres_server")

    with migrated_place(request.param, tmp_path, server, "keys", secret_key="", keyring="") as made:
        yield made
    crypto.set_keyring(before or ring(OLD))


@pytest.fixture
def world(app: Flask) -> World:
    """A shop with thirty keys and a gateway."""
    made = make_world("acme", "Acme")
    open_shop(made, keys=30)
    return made


@pytest.fixture
def mtc(app: Flask, monkeypatch: pytest.MonkeyPatch) -> Run:
    """Run `mtc keys …` on it: exit code and everything said."""
    monkeypatch.setattr(lifecycle, "_app", app)

    def run(*words: str) -> tuple[int, str]:
        done = CliRunner().invoke(main, ["keys", *words])
        return done.exit_code, done.output

    return run


def gateway_opens(world: World) -> bool:
    with tenant_scope(world.id), unit_of_work():
        return credentials_of(get_gateway("test"))["secret"].startswith("whsec_")


def test_from_one_key_to_the_next_and_the_old_one_goes(mtc: Run, app: Flask, world: World) -> None:
    folder = app.config["MTC"].folder
    assert mtc("list") == (0, "  k1        seals   payment_gateways.credentials 1, stock_items.value 30\n")
    code, said = mtc("retire", "k1")
    assert (code, "k1 is the key that seals" in said) == (1, True)
    code, said = mtc("rotate")
    assert (code, said.splitlines()[-1]) == (0, "Everything is sealed with k2.")
    assert mtc("list") == (
        0,
        "  k2        seals   payment_gateways.credentials 1, stock_items.value 30\n"
        "  k1        opens   nothing is sealed with it\n",
    )
    assert mtc("retire", "k1")[0] == 0
    assert list(crypto.keyring().keys) == ["k2"]
    assert gateway_opens(world)
    # The retired key is kept for backups from before; only its owner can read it.
    [*_, kept] = sorted(folder.glob("secrets.before-*.json"))
    assert "k1:" in json.loads(kept.read_text())["keyring"]
    assert oct(kept.stat().st_mode & 0o777) == "0o600"
    code, said = mtc("retire", "k1")
    assert (code, said) == (1, "mtc: there is no key k1: the ring holds k2.\n")


def test_a_key_is_not_retired_while_anything_needs_it(mtc: Run, app: Flask, world: World) -> None:
    mtc("rotate")
    new = crypto.keyring()
    # Another process, whose ring is in another order: it seals with the old key.
    crypto.set_keyring(crypto.Keyring(dict(reversed(new.keys.items())), new.secret))
    with tenant_scope(world.id), unit_of_work():
        save_gateway("test", "test", "Test", {}, {"account": "acct_new", "secret": "whsec_new"})
    crypto.set_keyring(new)
    code, said = mtc("retire", "k1")
    assert (code, said) == (
        1,
        "mtc: 1 values are still sealed with k1 (payment_gateways.credentials 1). Run `mtc keys rotate`.\n",
    )
    # That is an unfinished rotation: it is finished, no third key is made.
    code, said = mtc("rotate")
    assert said == "  payment_gateways.credentials: 1 sealed anew\nEverything is sealed with k2.\n"
    assert list(crypto.keyring().keys) == ["k2", "k1"]


def test_the_secret_is_changed_and_the_former_one_goes(mtc: Run, app: Flask, world: World) -> None:
    code, said = mtc("retire", "secret")
    assert (code, said) == (1, "mtc: there is no former secret: nothing but the newest counts.\n")
    token = crypto.sign({"a": 1}, "test", 60)
    code, said = mtc("rotate", "--secret")
    assert (code, "stock_items.value_hash: 30 hashed anew" in said) == (0, True)
    assert crypto.unsign(token, "test") == {"a": 1}
    former = crypto.keyring().former
    assert mtc("rotate", "--secret")[0] == 0  # again is no second change
    assert crypto.keyring().former == former
    assert mtc("retire", "secret")[0] == 0
    assert crypto.keyring().former == b""


def test_a_ring_in_the_environment_is_changed_there(
    mtc: Run, app: Flask, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    old = crypto.keyring().texts()["keyring"]
    fresh = mtc("new")[1].strip()
    monkeypatch.setitem(os.environ, "MTC_KEYRING", f"k9:{fresh},{old}")
    crypto.set_keyring(crypto.Keyring.parse(f"k9:{fresh},{old}", "s" * 40))
    assert mtc("rotate")[1].splitlines()[-1] == "Everything is sealed with k9."
    assert mtc("retire", "k1")[1].startswith("Nothing is sealed with k1. Take it out of MTC_KEYRING")
    monkeypatch.setitem(os.environ, "MTC_SECRET_KEY", "s" * 40)
    code, said = mtc("rotate", "--secret")
    assert (code, said) == (1, "mtc: MTC_SECRET_KEY is set in the environment: change it there.\n")


def test_a_database_without_the_newest_tables_is_left_alone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = crypto._ring
    with place("sqlite", tmp_path, lambda: None, "", secret_key="", keyring="") as bare:
        monkeypatch.setattr(lifecycle, "_app", bare)
        done = CliRunner().invoke(main, ["keys", "rotate"])
        assert (done.exit_code, done.output) == (
            1,
            "mtc: the database has not the tables of this MTC. Run `mtc migrate` first.\n",
        )
        assert list(crypto.keyring().keys) == ["k1"]
    crypto.set_keyring(before or ring(OLD))
