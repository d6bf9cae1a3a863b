"""Passwords: argon2id, a dummy for unknown names, and the rules of ASVS 5.0 V6.2."""

from __future__ import annotations

from functools import cache

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from mtc.core.errors import ValidationError

SHORTEST, LONGEST = 10, 128
# 19 MiB, two passes: the OWASP cheat sheet's first choice; three times as fast as the library's default.
_hasher = PasswordHasher(time_cost=2, memory_cost=19 * 1024, parallelism=1)
# The most used passwords of at least ten characters in published leaks; shorter ones cannot be chosen anyway.
_COMMON = frozenset(
    [
        "1234567890",
        "12345678910",
        "0123456789",
        "1q2w3e4r5t",
        "qwertyuiop",
        "password12",
        "password123",
        "password1234",
        "passw0rd123",
        "1qaz2wsx3edc",
        "q1w2e3r4t5",
        "qwerty12345",
        "qwerty123456",
        "iloveyou123",
        "abcd123456",
        "abc1234567",
        "123123123123",
        "987654321",
        "9876543210",
        "letmein123",
        "welcome123",
        "administrator",
        "changeme123",
        "sunshine123",
        "princess123",
        "football123",
        "baseball123",
        "superman123",
        "charlie123",
        "michael123",
        "qazwsxedc123",
        "zxcvbnm123",
        "asdfghjkl1",
        "1234512345",
        "1234554321",
        "112233445566",
        "trustno1234",
        "whatever123",
        "starwars123",
        "dragon12345",
        "monkey12345",
        "master12345",
        "shadow12345",
    ]
)


def check_password_rules(password: str, *, about: tuple[str, ...] = ()) -> str:
    """The password, if it may be used; `about` are words it must not consist of. Raises ValidationError."""
    problem = ""
    if len(password) < SHORTEST:
        problem = f"Use at least {SHORTEST} characters; a few words make a good password."
    elif len(password) > LONGEST:
        problem = f"Use at most {LONGEST} characters."
    elif password.lower() in _COMMON or len(set(password)) < 4:
        problem = "This password is one of the first that anyone would try. Choose another."
    elif any(word and password.lower() == word.lower() for word in about):
        problem = "Do not use your name or address as the password."
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
