"""What goes wrong on the command line is one line that says what to do, never a traceback."""

import errno
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from sqlalchemy.exc import OperationalError

from mtc import lifecycle
from mtc.cli import main
from mtc.cli_errors import sentence
from mtc.config import ConfigError, check_secrets_are_kept, is_given, load

NO_TABLES = "mtc: the database has not the tables of this MTC. Run `mtc migrate` first.\n"


@pytest.fixture
def said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Any:
    """What a command says with these settings, on a fresh profile; it must end with 1."""
    from mtc.core import crypto

    ring = crypto._ring, crypto._news
    for name in ("SECRET_KEY", "KEYRING"):
        monkeypatch.delenv(f"MTC_{name}", raising=False)

    def run(*words: str, **settings: str) -> str:
        monkeypatch.setattr(lifecycle, "_app", None)
        environment = {f"MTC_{name.upper()}": value for name, value in settings.items()}
        done = CliRunner().invoke(main, list(words), env={"MTC_VAR": str(tmp_path / "var"), **environment})
        assert done.exit_code == 1, done.output
        return done.output

    yield run
    crypto._ring, crypto._news = ring


def test_settings_that_cannot_be_used(said: Any, tmp_path: Path) -> None:
    assert (
        said("migrate", portt="1") == "mtc: MTC_PORTT is not a setting of MTC; docs/settings.md lists them.\n"
    )
    assert said("serve", port="abc") == "mtc: MTC_PORT is 'abc': write a whole number from 1 to 65535.\n"
    assert said("serve", demo="perhaps") == "mtc: MTC_DEMO is 'perhaps': write yes or no.\n"
    assert "MTC_KEYRING cannot be used: write id:key" in said("tenant", "list", keyring="k1:%%")
    assert "MTC_SECRET_KEY cannot be used: write at least 32" in said("migrate", secret_key="short")
    assert "MTC_STORAGE_URL cannot be used: write file:///folder" in said("migrate", storage_url="ftp://x")
    assert "MTC_DATABASE_URL cannot be used: write" in said("tenant", "list", database_url="mysql://x/y")
    assert "Write MTC_PRODUCTION=yes." in said("serve", public_url="https://shops.com")
    (tmp_path / "var").mkdir()
    (tmp_path / "var" / "secrets.json").write_text('{"secret_key')
    assert "secrets.json was damaged" in said("tenant", "list")
    (tmp_path / "var" / "secrets.json").write_text("[]")
    assert "secrets.json holds no secrets" in said("tenant", "list")
    assert said("tenant", "list", var="/dev/null/x") == "mtc: /dev/null/x: Not a directory.\n"


def test_secrets_may_stand_in_files(said: Any, tmp_path: Path) -> None:
    """As vaults write them; what cannot be read stops the start, so that no secret is made up instead."""
    ring = "k1:MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY="
    texts = {
        "secret_key": "s" * 40,
        "keyring": ring,
        "database_url": "sqlite:////tmp/x.db",
        "mail_url": "smtp://m",
    }
    files, folder = {}, tmp_path / "var"
    for name, text in texts.items():
        (tmp_path / name).write_text(f" {text}\n")
        files[f"MTC_{name.upper()}_FILE"] = str(tmp_path / name)
    config = load({"MTC_VAR": str(folder), **files})
    assert {name: getattr(config, name) for name in texts} == texts and not folder.exists()
    gone = str(tmp_path / "gone")
    assert (
        said("migrate", keyring_file=gone) == f"mtc: MTC_KEYRING_FILE is {gone}: No such file or directory.\n"
    )
    (tmp_path / "keyring").write_text(" \n")
    assert "MTC_KEYRING_FILE is" in said("migrate", keyring_file=str(tmp_path / "keyring"))
    (tmp_path / "keyring").write_bytes(b"\xff")
    assert "it is no text" in said("migrate", keyring_file=str(tmp_path / "keyring"))
    both = said("migrate", secret_key="s" * 40, secret_key_file=str(tmp_path / "secret_key"))
    assert both == "mtc: MTC_SECRET_KEY and MTC_SECRET_KEY_FILE are both set: keep one of them.\n"
    assert "is not a setting" in said("migrate", port_file="x")


def test_a_secret_of_a_file_is_changed_there(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("MTC_KEYRING", raising=False)
    monkeypatch.delenv("MTC_SECRET_KEY", raising=False)
    assert not is_given("keyring")
    check_secrets_are_kept()
    monkeypatch.setenv("MTC_KEYRING_FILE", str(tmp_path / "ring"))
    assert is_given("keyring")
    with pytest.raises(ConfigError, match="MTC_KEYRING is set in the environment"):
        check_secrets_are_kept()


def test_databases_that_are_not_there_or_not_ready(said: Any) -> None:
    for words in (("tenant", "list"), ("plugin", "list"), ("theme", "sync"), ("keys", "list"), ("backup",)):
        assert said(*words) == NO_TABLES
    away = "postgresql://nobody@127.0.0.1:1/nothing"
    for words in (("tenant", "list"), ("migrate",), ("backup",), ("keys", "rotate")):
        found = said(*words, database_url=away)
        assert found.startswith("mtc: the database cannot be reached: "), found
        assert found.count("\n") == 1
    assert "cannot be reached" in said("tenant", "list", database_url="sqlite:////proc/nowhere/x.db")


def test_what_else_happens_to_files_and_databases() -> None:
    class Said(Exception):
        sqlstate: str | None = None

    def database(text: str, state: str | None = None) -> str | None:
        error = Said(text)
        error.sqlstate = state
        return sentence(OperationalError("SELECT", {}, error))

    assert "no room left" in (database("database or disk is full") or "")
    assert "cannot be written" in (database("attempt to write a readonly database") or "")
    assert "longer than 15 seconds" in (database("database is locked") or "")
    assert "migrations/roles.sql" in (database("permission denied for table users", "42501") or "")
    assert "mtc migrate" in (database('relation "x" does not exist', "42P01") or "")
    assert (
        sentence(OSError(errno.ENOSPC, "No space", "a.tar")) == "there is no room left on the disk of a.tar."
    )
    assert "requirements-server.lock" in (sentence(ModuleNotFoundError("no", name="psycopg")) or "")
    # A mistake of ours keeps its traceback.
    assert database("syntax error") is None
    assert sentence(ModuleNotFoundError("no", name="mtc.nothing")) is None
    assert sentence(KeyError("x")) is None
