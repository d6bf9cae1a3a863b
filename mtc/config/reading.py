"""From the text of a setting to its value, and the settings that have to fit together."""

from __future__ import annotations

import re
from dataclasses import Field
from typing import TYPE_CHECKING, Any

from mtc.config.errors import ConfigError
from mtc.config.formats import Refusal
from mtc.config.hosts import is_address, is_loopback, is_private

if TYPE_CHECKING:
    from mtc.config.settings import Config

_YES, _NO = {"1", "yes", "true", "on"}, {"0", "no", "false", "off"}
_SHOWN = 80


def read(item: Field[Any], raw: Any) -> Any:
    """The value of a setting, from a text or from a value; raises ConfigError for one that it cannot hold."""
    try:
        if isinstance(item.default, bool):
            return _yes_or_no(raw)
        if isinstance(item.default, int):
            return _number(raw, item.metadata["minimum"], item.metadata["maximum"])
        return _text(item, raw)
    except (ValueError, OSError) as error:
        name = f"MTC_{item.name.upper()}"
        said = str(error) if isinstance(error, Refusal) else f"write {wanted(item)}."
        if holds_secret(item):
            raise ConfigError(f"{name} cannot be used: {said}") from None
        shown = repr(raw) if len(repr(raw)) <= _SHOWN else f"{repr(raw)[:_SHOWN]}…"
        raise ConfigError(f"{name} is {shown}: {said}") from None


def wanted(item: Field[Any]) -> str:
    """Return the values that the setting may hold, as the end of "write …"."""
    facts = item.metadata
    if isinstance(item.default, bool):
        return "yes or no"
    if isinstance(item.default, int):
        return f"a whole number from {facts['minimum']} to {facts['maximum']}"
    if facts["choices"]:
        return f"{', '.join(facts['choices'][:-1])} or {facts['choices'][-1]}"
    return str(facts["form"].says)


def holds_secret(item: Field[Any]) -> bool:
    """Return whether the value may hold a password, so that no message repeats it."""
    return item.name.startswith(("secret_key", "keyring")) or (
        item.name.endswith("_url") and item.name != "public_url"
    )


def _yes_or_no(raw: Any) -> bool:
    if isinstance(raw, bool):
        return raw
    if str(raw).lower() in _YES:
        return True
    if str(raw).lower() in _NO:
        return False
    raise ValueError


def _number(raw: Any, minimum: int, maximum: int) -> int:
    # int() would also take 1_000, Arabic digits and True.
    if isinstance(raw, bool) or not re.fullmatch(r"-?[0-9]{1,18}", str(raw)):
        raise ValueError
    if not minimum <= int(raw) <= maximum:
        raise ValueError
    return int(raw)


def _text(item: Field[Any], raw: Any) -> str:
    if not isinstance(raw, str) or not raw.isprintable():
        raise ValueError
    if item.metadata["choices"]:
        if raw not in item.metadata["choices"]:
            raise ValueError
        return raw
    value: str = item.metadata["form"].read(raw)
    return value


def check_together(config: Config) -> None:
    """Raise ConfigError where settings that can be used do not fit together."""
    if not config.production and not is_private(config.platform_host):
        raise ConfigError(
            f"MTC_PUBLIC_URL is {config.public_url}, which others can reach, and MTC_PRODUCTION is not set: "
            "a public server must not take test payments. Write MTC_PRODUCTION=yes."
        )
    if config.production and config.mail_url.startswith("smtp") and _is_nobodys(config.mail_from):
        raise ConfigError(
            f"MTC_MAIL_FROM is {config.mail_from}, an address of no domain: other mail servers refuse what "
            "comes from it. Write an address of a domain that the server in MTC_MAIL_URL may send for, "
            f"such as shop@{config.platform_host}."
        )
    if config.store_paths == "no" and is_address(config.platform_host):
        raise ConfigError(
            "MTC_STORE_PATHS is no, and an IP address as MTC_PUBLIC_URL has no subdomains: write auto."
        )
    if config.max_upload_mb < config.max_body_mb:
        raise ConfigError("MTC_MAX_UPLOAD_MB is smaller than MTC_MAX_BODY_MB: write at least as much.")


def _is_nobodys(address: str) -> bool:
    """Return whether the address is at this very machine, so that nobody can answer it."""
    domain = address.rstrip(">").rpartition("@")[2].lower().rstrip(".")
    return "." not in domain or is_loopback(domain) or domain == "localhost.localdomain"
