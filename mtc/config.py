"""Every setting of MTC: its name, type, default and help, read once from the environment."""

from __future__ import annotations

import base64
import json
import os
import re
import secrets
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, fields, replace
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

SECRETS = "secrets.json"
KEPT = ("secret_key", "secret_key_old", "keyring")
# What may hold a secret may stand in a file of its own, whose name MTC_<NAME>_FILE gives: vaults write files.
FROM_FILES = (*KEPT, "database_url", "database_owner_url", "redis_url", "storage_url", "mail_url")


class ConfigError(Exception):
    """A setting cannot be used; the message names it and says what to write."""


def setting(default: Any, help_text: str) -> Any:
    """Declare a setting with its default and the sentence that docs/settings.md prints."""
    return field(default=default, metadata={"help": help_text})


@dataclass(frozen=True)
class Config:
    """All settings. Each is read from the environment variable MTC_<NAME>."""

    var: str = setting("var", "Folder for the embedded profile: database, files, mail outbox, secrets.")
    public_url: str = setting(
        "http://localhost:8000", "Address of the platform as people type it; stores live on its subdomains."
    )
    host: str = setting("127.0.0.1", "Address that `mtc serve` listens on.")
    port: int = setting(8000, "Port that `mtc serve` listens on.")
    processes: int = setting(1, "Web processes of `mtc serve`.")
    threads: int = setting(4, "Requests that one web process answers at a time.")
    workers: int = setting(1, "Threads of the embedded worker in each web process; 0 when `mtc worker` runs.")
    database_url: str = setting(
        "", "SQLAlchemy address of the database; empty is SQLite under the var folder."
    )
    database_owner_url: str = setting(
        "", "Address used by `mtc migrate` on PostgreSQL, with the role that owns the tables."
    )
    database_pool: int = setting(8, "Connections that one process keeps to PostgreSQL.")
    redis_url: str = setting(
        "", "Redis for the cache, rate limits and wake-ups; empty keeps them in process."
    )
    storage_url: str = setting("", "Where files live: file:///folder or s3://bucket?endpoint=…&region=….")
    mail_url: str = setting("", "How mail leaves: outbox:/folder or smtp://user:password@host:587?tls=start.")
    mail_from: str = setting("shop@localhost", "Sender of mails of stores that have no address of their own.")
    secret_key: str = setting(
        "", "At least 32 characters; signs links and hashes. Made under var when empty."
    )
    secret_key_old: str = setting(
        "", "The secret key before this one: what it signed and hashed still counts, it signs nothing."
    )
    keyring: str = setting("", "Keys that seal secrets, newest first: id:base64,… Made under var when empty.")
    breached_passwords: str = setting(
        "", "File of leaked passwords to refuse: SHA-1 and count in each line, sorted (Have I Been Pwned)."
    )
    trusted_hops: int = setting(
        0, "How many reverse proxies in front are trusted to name the client's address."
    )
    outbound_allow_http: bool = setting(False, "Whether outgoing requests may use plain http.")
    statement_guard: bool = setting(
        False, "Check every statement for its tenant on PostgreSQL too; always on for SQLite and in tests."
    )
    store_paths: str = setting(
        "auto",
        "Serve stores under /s/<slug>/ in place: yes, no, or auto (only where the host is an IP address).",
    )
    page_cache_mb: int = setting(32, "Memory for cached storefront pages in each process; 0 switches it off.")
    max_body_mb: int = setting(2, "Largest request body outside uploads.")
    max_upload_mb: int = setting(200, "Largest uploaded file.")
    tenant_files_mb: int = setting(20_000, "Space for the files of one tenant in MB; 0 is without limit.")
    audit_days: int = setting(730, "Days that entries of the audit log are kept; 0 keeps them for ever.")
    cart_days: int = setting(
        90, "Days that a cart is kept which nobody touches and which became no order; 0 keeps them for ever."
    )
    demo: bool = setting(True, "Load the demo stores when `mtc serve` meets an empty embedded database.")
    production: bool = setting(
        False,
        "For selling in earnest: no test payments, neither the demo nor `mtc bench`; a database with the "
        "demo's log-ins is refused.",
    )
    testing: bool = setting(False, "Set by the tests.")

    @property
    def secure(self) -> bool:
        """Whether the platform is reached over HTTPS."""
        return urlsplit(self.public_url).scheme == "https"

    @property
    def platform_host(self) -> str:
        """The platform's host name without port."""
        return urlsplit(self.public_url).hostname or "localhost"

    @property
    def folder(self) -> Path:
        """The var folder."""
        return Path(self.var)


def _read(name: str, kind: Any, text: str) -> Any:
    try:
        if kind in (bool, "bool"):
            if text.lower() in {"1", "yes", "true", "on"}:
                return True
            if text.lower() in {"0", "no", "false", "off", ""}:
                return False
            raise ValueError("not a yes or no")
        return int(text) if kind in (int, "int") else text
    except ValueError as error:
        wanted = "a number" if kind in (int, "int") else "yes or no"
        raise ConfigError(f"MTC_{name.upper()} is {text!r}: write {wanted}.") from error


def load(environ: Mapping[str, str] | None = None, **overrides: Any) -> Config:
    """Read the settings; empty ones get the embedded profile's values. Raises ConfigError."""
    environ = _with_files(os.environ if environ is None else environ)
    known = {f.name: f for f in fields(Config)}
    for key in environ:
        if key.startswith("MTC_") and key[4:].lower() not in known:
            raise ConfigError(f"{key} is not a setting of MTC; docs/settings.md lists them.")
    values = {
        name: _read(name, f.type, environ[f"MTC_{name.upper()}"])
        for name, f in known.items()
        if f"MTC_{name.upper()}" in environ
    }
    values.update(overrides)
    if values.get("production"):
        values["demo"] = False
    folder = Path(values.get("var", "var")).absolute()
    values["var"] = str(folder)
    values["database_url"] = values.get("database_url") or f"sqlite:///{folder}/mtc.db"
    if not values["database_url"].startswith(("sqlite:", "postgresql")):
        raise ConfigError(
            "MTC_DATABASE_URL is no address that MTC knows: write sqlite:///… or postgresql://…."
        )
    _check_hashes(values.get("breached_passwords", ""))
    values["storage_url"] = values.get("storage_url") or f"file://{folder}/files"
    values["mail_url"] = values.get("mail_url") or f"outbox:{folder}/outbox"
    if values["database_url"].startswith("postgresql://"):
        values["database_url"] = values["database_url"].replace("postgresql://", "postgresql+psycopg://", 1)
    if str(values.get("database_owner_url", "")).startswith("postgresql://"):
        values["database_owner_url"] = values["database_owner_url"].replace(
            "postgresql://", "postgresql+psycopg://", 1
        )
    if not values.get("secret_key") or not values.get("keyring"):
        values = {**values, **_secrets(folder, values)}
    return Config(**values)


def _with_files(environ: Mapping[str, str]) -> dict[str, str]:
    """The environment with the secrets that stand in files."""
    found = dict(environ)
    for key in (f"MTC_{name.upper()}" for name in FROM_FILES):
        path = found.pop(f"{key}_FILE", "")
        if not path:
            continue
        if found.get(key):
            raise ConfigError(f"{key} and {key}_FILE are both set: keep one of them.")
        try:
            found[key] = Path(path).read_text(encoding="utf-8").strip()
        except (OSError, UnicodeDecodeError) as error:
            why = getattr(error, "strerror", None) or "it is no text"
            raise ConfigError(f"{key}_FILE is {path}: {why}.") from error
        if not found[key]:
            raise ConfigError(f"{key}_FILE is {path}: it is empty.")
    return found


def is_given(name: str) -> bool:
    """Whether the environment gives the setting, itself or by the name of a file."""
    return any(os.environ.get(f"MTC_{name.upper()}{end}") for end in ("", "_FILE"))


def _check_hashes(path: str) -> None:
    """Raise ConfigError where the file of leaked passwords is none: a wrong one would refuse nothing."""
    if not path:
        return
    try:
        with Path(path).open("rb") as file:
            first = file.readline(200)
    except OSError as error:
        raise ConfigError(f"MTC_BREACHED_PASSWORDS is {path}: {error.strerror}.") from error
    if not re.match(rb"[0-9A-Fa-f]{40}(:\d+)?\r?\n", first):
        raise ConfigError(f"MTC_BREACHED_PASSWORDS is {path}: write lines of SHA-1:count, sorted.")


def _secrets(folder: Path, given: Mapping[str, Any]) -> dict[str, str]:
    """The secrets kept under var, made on first use; what the environment gives wins."""
    file = folder / SECRETS
    if file.exists():
        kept = kept_secrets(folder)
    else:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        key = base64.b64encode(secrets.token_bytes(32)).decode()
        kept = {"secret_key": secrets.token_urlsafe(48), "keyring": f"k1:{key}"}
        draft = _draft(folder, kept)
        # Made beside and linked into place: two processes that start together agree on one file.
        try:
            os.link(draft, file)
        except FileExistsError:
            kept = kept_secrets(folder)
        finally:
            draft.unlink()
    return {name: str(given.get(name) or kept.get(name, "")) for name in KEPT}


def _draft(folder: Path, kept: Mapping[str, str]) -> Path:
    draft = folder / f"secrets.{os.getpid()}.draft"
    with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as stream:
        json.dump(kept, stream)
        stream.flush()
        os.fsync(stream.fileno())
    return draft


def check_secrets_are_kept(*names: str) -> None:
    """Raise ConfigError where the environment gives secrets: the file under var is not what counts."""
    given = [f"MTC_{name.upper()}" for name in names or KEPT if is_given(name)]
    if given:
        raise ConfigError(f"{given[0]} is set in the environment: change it there.")


def kept_secrets(folder: Path) -> dict[str, str]:
    """The secrets under var as they stand there; raises ConfigError when they are no secrets."""
    try:
        kept = json.loads((folder / SECRETS).read_text())
    except ValueError as error:
        raise ConfigError(
            f"{folder / SECRETS} was damaged ({error}). Put back the copy that you keep."
        ) from error
    if not isinstance(kept, dict) or not {"secret_key", "keyring"} <= set(kept):
        raise ConfigError(f"{folder / SECRETS} holds no secrets. Put back the copy that you keep.")
    return {name: str(value) for name, value in kept.items()}


def keep_secrets(kept: Mapping[str, str], folder: Path | None = None) -> Path | None:
    """Put these secrets in place of those under var; returns where the ones before are kept."""
    folder = folder or Path(os.environ.get("MTC_VAR") or Config.var).absolute()
    file, before = folder / SECRETS, None
    draft = _draft(folder, kept)
    if file.exists():
        before = folder / f"secrets.before-{time.time_ns()}.json"
        os.link(file, before)
    draft.replace(file)
    return before


def follow(config: Config) -> Callable[[], Config | None] | None:
    """What tells, each time it is asked, the settings with new secrets when those under var have changed.

    None where the environment gives all of them.
    """
    file = config.folder / SECRETS
    if not file.exists():
        return None
    kept = kept_secrets(config.folder)
    names = [name for name in KEPT if getattr(config, name) == kept.get(name, "")]
    if not {"secret_key", "keyring"} & set(names):
        return None
    mark = [_mark(file)]

    def news() -> Config | None:
        now = _mark(file)
        if now == mark[0] or now is None:
            return None
        mark[0] = now
        fresh = kept_secrets(config.folder)
        given: dict[str, Any] = {name: fresh.get(name, "") for name in names}
        return replace(config, **given)

    return news


def _mark(file: Path) -> tuple[int, int] | None:
    try:
        found = file.stat()
    except OSError:
        return None
    return found.st_mtime_ns, found.st_ino
