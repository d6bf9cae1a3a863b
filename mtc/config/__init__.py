"""Every setting of MTC, read once from the environment."""

from mtc.config.errors import ConfigError
from mtc.config.hosts import is_loopback
from mtc.config.secrets import (
    SECRETS,
    check_secrets_are_kept,
    is_given,
    keep_secrets,
    kept_secrets,
    reload_secrets_if_changed,
)
from mtc.config.settings import Config, load

__all__ = [
    "SECRETS",
    "Config",
    "ConfigError",
    "check_secrets_are_kept",
    "is_given",
    "is_loopback",
    "keep_secrets",
    "kept_secrets",
    "load",
    "reload_secrets_if_changed",
]
