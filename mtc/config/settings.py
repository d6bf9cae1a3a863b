"""Every setting of MTC: its name, type, default and help, read once from the environment."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from mtc.config import formats
from mtc.config.errors import ConfigError
from mtc.config.formats import Format
from mtc.config.hosts import is_loopback
from mtc.config.reading import check_together, read
from mtc.config.secrets import KEPT, secrets_of

# What may hold a secret may stand in a file of its own, whose name MTC_<NAME>_FILE gives: vaults write files.
FROM_FILES = (*KEPT, "database_url", "database_owner_url", "redis_url", "storage_url", "mail_url")


def setting(
    default: Any,
    help_text: str,
    *,
    minimum: int | None = None,
    maximum: int | None = None,
    choices: tuple[str, ...] = (),
    form: Format | None = None,
) -> Any:
    """Declare a setting: its default, the sentence that docs/settings.md prints, and what it may hold.

    Numbers have a minimum and a maximum, texts a form or choices.
    """
    facts = {"help": help_text, "minimum": minimum, "maximum": maximum, "choices": choices, "form": form}
    return field(default=default, metadata=facts)


@dataclass(frozen=True)
class Config:
    """All settings. Each is read from the environment variable MTC_<NAME>."""

    var: str = setting(
        "var", "Folder for the embedded profile: database, files, mail outbox, secrets.", form=formats.FOLDER
    )
    plugins: str = setting(
        "",
        "Folder of the installation's own plugins; empty is `plugins` of the source tree, or where MTC was "
        "installed as a package, `plugins` in the current folder.",
        form=formats.FOLDER,
    )
    plugin_keys: str = setting(
        "", "Keys whose signatures on packages of plugins are trusted.", form=formats.PUBLIC_KEYS
    )
    plugins_unsigned: bool = setting(False, "Install packages of plugins that nobody has signed, too.")
    public_url: str = setting(
        "http://localhost:8000",
        "Address of the platform as people type it; stores live on its subdomains.",
        form=formats.PUBLIC_URL,
    )
    host: str = setting("127.0.0.1", "Address that `mtc serve` listens on.", form=formats.HOST)
    port: int = setting(8000, "Port that `mtc serve` listens on.", minimum=1, maximum=65535)
    processes: int = setting(1, "Web processes of `mtc serve`.", minimum=1, maximum=64)
    threads: int = setting(4, "Requests that one web process answers at a time.", minimum=1, maximum=256)
    workers: int = setting(
        1,
        "Threads of the embedded worker in each web process; 0 when `mtc worker` runs.",
        minimum=0,
        maximum=64,
    )
    worker_processes: int = setting(1, "Processes of `mtc worker`.", minimum=1, maximum=64)
    plugin_workers: int = setting(
        3,
        "Threads for the work of plugins in each worker process: so many plugins may hang at a time.",
        minimum=1,
        maximum=64,
    )
    database_url: str = setting(
        "",
        "SQLAlchemy address of the database; empty is SQLite under the var folder.",
        form=formats.DATABASE,
    )
    database_owner_url: str = setting(
        "",
        "Address used by `mtc migrate` on PostgreSQL, with the role that owns the tables.",
        form=formats.POSTGRES,
    )
    database_pool: int = setting(
        8, "Connections that one process keeps to PostgreSQL.", minimum=1, maximum=200
    )
    redis_url: str = setting(
        "",
        "Redis for the cache, rate limits and wake-ups; empty keeps them in process.",
        form=formats.REDIS,
    )
    storage_url: str = setting("", "Where files live; empty is a folder under var.", form=formats.STORAGE)
    mail_url: str = setting("", "How mail leaves; empty is an outbox under var.", form=formats.MAIL)
    mail_from: str = setting(
        "shop@localhost",
        "From address of every mail: a store adds its name and gets the answers. Required in production with "
        "a mail server.",
        form=formats.ADDRESS,
    )
    mail_spf: str = setting(
        "",
        "What a store's domain has to say in its SPF record so that the mail server may send for it; empty "
        "asks for no SPF record, and what cannot be delivered comes back to the platform.",
        form=formats.SPF,
    )
    secret_key: str = setting("", "Signs links and hashes. Made under var when empty.", form=formats.SECRET)
    secret_key_old: str = setting(
        "",
        "The secret key before this one: what it signed and hashed still counts, it signs nothing.",
        form=formats.SECRET,
    )
    keyring: str = setting(
        "", "Keys that seal secrets, newest first. Made under var when empty.", form=formats.RING
    )
    breached_passwords: str = setting(
        "",
        "File of leaked passwords to refuse: SHA-1 and count in each line, sorted (Have I Been Pwned).",
        form=formats.HASHES,
    )
    trusted_hops: int = setting(
        0,
        "How many reverse proxies in front are trusted to name the client's address.",
        minimum=0,
        maximum=10,
    )
    outbound_allow_http: bool = setting(False, "Whether outgoing requests may use plain http.")
    statement_guard: bool = setting(
        False, "Check every statement for its tenant on PostgreSQL too; always on for SQLite and in tests."
    )
    store_paths: str = setting(
        "auto",
        "Serve stores under /s/<slug>/ in place; auto: only where the host is an IP address.",
        choices=("yes", "no", "auto"),
    )
    page_cache_mb: int = setting(
        32,
        "Memory for cached storefront pages in each process; 0 switches it off.",
        minimum=0,
        maximum=65_536,
    )
    max_body_mb: int = setting(2, "Largest request body outside uploads.", minimum=1, maximum=1024)
    max_upload_mb: int = setting(200, "Largest uploaded file.", minimum=1, maximum=102_400)
    tenant_files_mb: int = setting(
        20_000, "Space for the files of one tenant in MB; 0 is without limit.", minimum=0, maximum=100_000_000
    )
    audit_days: int = setting(
        730,
        "Days that entries of the audit log are kept; 0 keeps them for ever.",
        minimum=0,
        maximum=36_500,
    )
    cart_days: int = setting(
        90,
        "Days that a cart is kept which nobody touches and which became no order; 0 keeps them for ever.",
        minimum=0,
        maximum=36_500,
    )
    demo: bool = setting(True, "Load the demo stores when `mtc serve` meets an empty embedded database.")
    production: bool = setting(
        False,
        "For selling in earnest: no test payments, neither the demo nor `mtc bench`; a database with the "
        "demo's log-ins is refused. Required where MTC_PUBLIC_URL can be reached by others.",
    )
    testing: bool = setting(False, "Set by the tests.")

    @property
    def secure(self) -> bool:
        """Return whether the platform is reached over HTTPS."""
        return urlsplit(self.public_url).scheme == "https"

    @property
    def platform_host(self) -> str:
        """The platform's host name without port."""
        return urlsplit(self.public_url).hostname or "localhost"

    @property
    def folder(self) -> Path:
        """The var folder."""
        return Path(self.var)

    @property
    def is_local(self) -> bool:
        """Return whether this is a development server that people reach on their own machine only."""
        return not self.production and is_loopback(self.platform_host)


def load(environ: Mapping[str, str] | None = None, **overrides: Any) -> Config:
    """Read the settings; empty ones get the embedded profile's values. Raises ConfigError."""
    environ = _with_files(os.environ if environ is None else environ)
    known_fields = {item.name: item for item in fields(Config)}
    for key in environ:
        if key.startswith("MTC_") and key[4:].lower() not in known_fields:
            raise ConfigError(f"{key} is not a setting of MTC; docs/settings.md lists them.")
    raw_values: dict[str, Any] = {
        name: environ.get(f"MTC_{name.upper()}", "").strip() for name in known_fields
    } | overrides
    values = {name: read(known_fields[name], value) for name, value in raw_values.items() if value != ""}
    if values.get("production"):
        values["demo"] = False
    folder = Path(values.get("var", "var")).absolute()
    values["var"] = str(folder)
    values.setdefault("database_url", f"sqlite:///{folder}/mtc.db")
    values.setdefault("storage_url", f"file://{folder}/files")
    values.setdefault("mail_url", f"outbox:{folder}/outbox")
    check_together(Config(**values))
    if not values.get("secret_key") or not values.get("keyring"):
        values = {**values, **secrets_of(folder, values)}
    return Config(**values)


def _with_files(environ: Mapping[str, str]) -> dict[str, str]:
    """The environment with the secrets that stand in files."""
    merged = dict(environ)
    for key in (f"MTC_{name.upper()}" for name in FROM_FILES):
        path = merged.pop(f"{key}_FILE", "")
        if not path:
            continue
        if merged.get(key):
            raise ConfigError(f"{key} and {key}_FILE are both set: keep one of them.")
        try:
            merged[key] = Path(path).read_text(encoding="utf-8").strip()
        except (OSError, UnicodeDecodeError) as error:
            why = getattr(error, "strerror", None) or "it is no text"
            raise ConfigError(f"{key}_FILE is {path}: {why}.") from error
        if not merged[key]:
            raise ConfigError(f"{key}_FILE is {path}: it is empty.")
    return merged
