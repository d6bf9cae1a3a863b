"""The secrets that MTC makes and keeps under the var folder where the environment gives none."""

from __future__ import annotations

import base64
import json
import os
import secrets
import time
from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from mtc.config.errors import ConfigError

if TYPE_CHECKING:
    from mtc.config.settings import Config

SECRETS = "secrets.json"
KEPT = ("secret_key", "secret_key_old", "keyring")


def is_given(name: str) -> bool:
    """Return whether the environment gives the setting, itself or by the name of a file."""
    return any(os.environ.get(f"MTC_{name.upper()}{end}") for end in ("", "_FILE"))


def secrets_of(folder: Path, environ_values: Mapping[str, Any]) -> dict[str, str]:
    """The secrets kept under var, made on first use; what the environment gives wins."""
    file = folder / SECRETS
    if file.exists():
        stored = kept_secrets(folder)
    else:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        key = base64.b64encode(secrets.token_bytes(32)).decode()
        stored = {"secret_key": secrets.token_urlsafe(48), "keyring": f"k1:{key}"}
        draft = _draft(folder, stored)
        # Made beside and linked into place: two processes that start together agree on one file.
        try:
            os.link(draft, file)
        except FileExistsError:
            stored = kept_secrets(folder)
        finally:
            draft.unlink()
    return {name: str(environ_values.get(name) or stored.get(name, "")) for name in KEPT}


def _draft(folder: Path, stored: Mapping[str, str]) -> Path:
    draft = folder / f"secrets.{os.getpid()}.draft"
    with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as stream:
        json.dump(stored, stream)
        stream.flush()
        os.fsync(stream.fileno())
    return draft


def check_secrets_are_kept(*names: str) -> None:
    """Raise ConfigError where the environment gives secrets: the file under var is not what counts."""
    from_environment = [f"MTC_{name.upper()}" for name in names or KEPT if is_given(name)]
    if from_environment:
        raise ConfigError(f"{from_environment[0]} is set in the environment: change it there.")


def kept_secrets(folder: Path) -> dict[str, str]:
    """The secrets under var as they stand there; raises ConfigError when they are no secrets."""
    try:
        stored = json.loads((folder / SECRETS).read_text())
    except ValueError as error:
        raise ConfigError(
            f"{folder / SECRETS} was damaged ({error}). Put back the copy that you keep."
        ) from error
    if not isinstance(stored, dict) or not {"secret_key", "keyring"} <= set(stored):
        raise ConfigError(f"{folder / SECRETS} holds no secrets. Put back the copy that you keep.")
    return {name: str(value) for name, value in stored.items()}


def keep_secrets(stored: Mapping[str, str], folder: Path | None = None) -> Path | None:
    """Put these secrets in place of those under var; returns where the ones before are kept."""
    folder = folder or Path(os.environ.get("MTC_VAR") or "var").absolute()
    file, before = folder / SECRETS, None
    draft = _draft(folder, stored)
    if file.exists():
        before = folder / f"secrets.before-{time.time_ns()}.json"
        os.link(file, before)
    draft.replace(file)
    return before


def reload_secrets_if_changed(config: Config) -> Callable[[], Config | None] | None:
    """Return a function that gives the settings with new secrets when those under var have changed.

    None where the environment gives all of them.
    """
    file = config.folder / SECRETS
    if not file.exists():
        return None
    stored = kept_secrets(config.folder)
    names = [name for name in KEPT if getattr(config, name) == stored.get(name, "")]
    if not {"secret_key", "keyring"} & set(names):
        return None
    mark = [_mark(file)]

    def news() -> Config | None:
        now = _mark(file)
        if now == mark[0] or now is None:
            return None
        mark[0] = now
        fresh = kept_secrets(config.folder)
        changes: dict[str, Any] = {name: fresh.get(name, "") for name in names}
        return replace(config, **changes)

    return news


def _mark(file: Path) -> tuple[int, int] | None:
    try:
        status = file.stat()
    except OSError:
        return None
    return status.st_mtime_ns, status.st_ino
