"""Passwords: argon2id, a dummy for unknown names, and the rules of ASVS 5.0 V6.2."""

from __future__ import annotations

import gzip
import re
from functools import cache
from pathlib import Path

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from flask import current_app

from mtc.core.errors import ValidationError
from mtc.identity.services.breached import is_breached

SHORTEST, LONGEST = 10, 128
# 19 MiB, two passes: the OWASP cheat sheet's first choice; three times as fast as the library's default.
_hasher = PasswordHasher(time_cost=2, memory_cost=19 * 1024, parallelism=1)
# Words that say nothing when a password has no others: ours, and what people take first (ASVS V6.1.2).
CONTEXT_WORDS = frozenset(
    ["mtc", "admin", "administrator", "root", "password", "passwort", "secret", "login", "welcome", "letmein",
     "changeme", "shop", "store", "owner", "manager", "support", "customer", "staff", "test", "demo", "games",
     "software", "keys", "order", "account", "user", "guest"]
)  # fmt: skip
_NO_LETTER = re.compile(r"[^a-z]+")


@cache
def _common() -> frozenset[str]:
    """The 9,700 most used passwords of ten characters and more, in small letters.

    From the list of ten million leaked passwords in SecLists (MIT licence), most used first; shorter ones
    cannot be chosen anyway. Packed, so that nobody has to read it.
    """
    packed = Path(__file__).with_name("common_passwords.txt.gz").read_bytes()
    return frozenset(gzip.decompress(packed).decode().split())


def _only_context(password: str, about: tuple[str, ...]) -> bool:
    """Whether nothing is left of the password but known words, the person's own among them."""
    words = CONTEXT_WORDS | {part for one in about for part in _NO_LETTER.split(one.lower()) if len(part) > 2}
    left = [part for part in _NO_LETTER.split(password.lower()) if part]
    return bool(left) and len(left) < 4 and all(part in words for part in left)


def _leaked(password: str) -> bool:
    """Whether the file that the operator has named, if any, holds it."""
    path: str = current_app.config["MTC"].breached_passwords if current_app else ""
    return bool(path) and is_breached(password, path)


def check_password_rules(password: str, *, about: tuple[str, ...] = ()) -> str:
    """The password, if it may be used; `about` are words it must not consist of. Raises ValidationError."""
    problem = ""
    if len(password) < SHORTEST:
        problem = f"Use at least {SHORTEST} characters; a few words make a good password."
    elif len(password) > LONGEST:
        problem = f"Use at most {LONGEST} characters."
    elif password.lower() in _common() or len(set(password)) < 4:
        problem = "This password is one of the first that anyone would try. Choose another."
    elif _leaked(password):
        problem = "This password is known from a leak elsewhere, so others try it. Choose another."
    elif any(word and password.lower() == word.lower() for word in about):
        problem = "Do not use your name or address as the password."
    elif _only_context(password, about):
        problem = "These are words that anyone would try here. Add some that have nothing to do with it."
    if problem:
        raise ValidationError("Choose another password.", {"password": [problem]})
    return password


def hash_password(password: str) -> str:
    """The argon2id hash (RFC 9106), with its parameters in the text."""
    return _hasher.hash(password)


@cache
def _dummy() -> str:
    return _hasher.hash("nobody has this password")


def verify_password(hashed: str | None, password: str) -> bool:
    """Whether the password is the one; takes as long when there is no hash."""
    try:
        return _hasher.verify(hashed or _dummy(), password[: LONGEST + 1]) and hashed is not None
    except (VerificationError, InvalidHashError):
        return False


def needs_rehash(hashed: str) -> bool:
    """Whether the hash was made with older parameters."""
    return _hasher.check_needs_rehash(hashed)
