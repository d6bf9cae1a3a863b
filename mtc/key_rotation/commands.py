"""`mtc keys`: which there are, a new one, everything sealed with it, an old one retired."""

from __future__ import annotations

import base64
import secrets
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import click

from mtc import config as settings
from mtc.core import crypto
from mtc.core.crypto import Keyring
from mtc.core.db import unit_of_work
from mtc.core.tenancy import platform_scope
from mtc.key_rotation import queries, rotate
from mtc.key_rotation.errors import KeysError
from mtc.lifecycle import flask_app, require_newest_tables

SECRET = "secret"  # noqa: S105 - the word for MTC_SECRET_KEY on the command line


@contextmanager
def _running() -> Iterator[settings.Config]:
    """The application's settings, in its context; raises KeysError before the database was migrated."""
    app = flask_app()
    with app.app_context():
        require_newest_tables(app)
        yield app.config["MTC"]


def say(text: str) -> None:
    """A line about how it goes."""
    click.echo(f"  {text}")


def show() -> None:
    """Print every key of the ring, newest first, and how much is sealed with it."""
    with _running(), platform_scope("count what is sealed", readonly=True):
        ring = crypto.keyring()
        for name in ring.keys:
            used = rotate.usage(name)
            usage_text = ", ".join(f"{where} {count:,}" for where, count in sorted(used.items()))
            verb = "seals" if name == ring.newest else "opens"
            say(f"{name:<10}{verb:<8}{usage_text or 'nothing is sealed with it'}")
        if ring.former:
            say("The former MTC_SECRET_KEY still counts: `mtc keys retire secret` ends that.")


def new_key() -> str:
    """A key as MTC_KEYRING wants it, without its name."""
    return base64.b64encode(secrets.token_bytes(32)).decode()


def rotate_keys() -> None:
    """Seal everything with the newest key; where the ring is kept under var, a new key is made first."""
    with _running() as config:
        if not settings.is_given("keyring") and not _unfinished():
            ring = crypto.keyring()
            name = next(made for n in range(1, 10_000) if (made := f"k{n}") not in ring.keys)
            _keep(config, lambda stored: {**stored, "keyring": f"{name}:{new_key()},{stored['keyring']}"})
            say(f"{name} is the newest key. Save {config.folder / settings.SECRETS} anew.")
        newest = crypto.keyring().newest
        report = rotate.reseal(say)
        _conclude(report, f"Everything is sealed with {newest}.")


def rotate_secret() -> None:
    """Make every stored hash anew; where the secret is kept under var, a new one is made first."""
    with _running() as config:
        if not crypto.keyring().former:
            settings.check_secrets_are_kept("secret_key", "secret_key_old")
            fresh = secrets.token_urlsafe(48)
            _keep(
                config, lambda stored: {**stored, "secret_key": fresh, "secret_key_old": stored["secret_key"]}
            )
            say(f"There is a new secret. Save {config.folder / settings.SECRETS} anew.")
        report = rotate.rehash(say)
        _conclude(
            report, "Every stored hash is one of the newest secret. The former one still counts for links."
        )


def _conclude(report: rotate.Report, good: str) -> None:
    stuck = sum(len(rows) for rows in report.stuck.values())
    if stuck:
        raise KeysError(
            f"{stuck:,} values could not be changed; the first: "
            + ", ".join(f"{where} of {rows[0]}" for where, rows in report.stuck.items() if rows)
        )
    click.echo(good)


def retire(name: str) -> None:
    """Take a key out of the ring, once nothing is sealed with it; or end the time of the former secret."""
    with _running() as config:
        if name == SECRET:
            _retire_secret(config)
        else:
            _retire_key(config, name)


def _retire_key(config: settings.Config, name: str) -> None:
    with platform_scope("is anything sealed with the key"), unit_of_work():
        # Nobody seals with it while we look, and whoever comes next asks for the ring anew.
        queries.hold_writers()
        ring = crypto.keyring()
        if name not in ring.keys:
            raise KeysError(f"there is no key {name}: the ring holds {', '.join(ring.keys)}.")
        if name == ring.newest:
            raise KeysError(f"{name} is the key that seals. `mtc keys rotate` makes another one.")
        used = rotate.usage(name)
        if used:
            usage_text = ", ".join(f"{where} {count:,}" for where, count in sorted(used.items()))
            raise KeysError(
                f"{used.total():,} values are still sealed with {name} ({usage_text}). Run `mtc keys rotate`."
            )
        if settings.is_given("keyring"):
            click.echo(
                f"Nothing is sealed with {name}. Take it out of MTC_KEYRING and start every process anew."
            )
            return
        rest = Keyring({key: value for key, value in ring.keys.items() if key != name}, ring.secret).texts()
        before = _keep(config, lambda stored: {**stored, "keyring": rest["keyring"]})
    click.echo(f"{name} is retired.")
    say(f"Backups from before need it: it is kept in {before}. Move that file to where your keys are saved.")


def _retire_secret(config: settings.Config) -> None:
    if not crypto.keyring().former:
        raise KeysError("there is no former secret: nothing but the newest counts.")
    report = rotate.rehash(say)
    if any(report.stuck.values()):
        raise KeysError("some hashes are still those of the former secret. Run `mtc keys rotate --secret`.")
    if settings.is_given("secret_key_old"):
        click.echo("Take MTC_SECRET_KEY_OLD out of the environment and start every process anew.")
        return
    _keep(config, lambda stored: {**stored, "secret_key_old": ""})
    click.echo("The former secret is retired: links and forms that it signed are not accepted any more.")


def _unfinished() -> bool:
    """Return whether something is sealed with an older key: a rotation was stopped in the middle."""
    with platform_scope("is a rotation unfinished", readonly=True):
        ring = crypto.keyring()
        return any(rotate.usage(name) for name in ring.keys if name != ring.newest)


def _keep(config: settings.Config, change: Callable[[dict[str, str]], dict[str, str]]) -> Path | None:
    return settings.keep_secrets(change(settings.kept_secrets(config.folder)), config.folder)
