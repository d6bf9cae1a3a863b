"""Passwords: argon2id, a dummy for unknown names, and the rules of ASVS 5.0 V6.2.

Two keyboards write the same letter as one character or as a letter and its mark, and a blank as one of many:
a password is compared in one form (RFC 8265, OpaqueString), so that whoever chose it on one device logs in on
another.
"""

from __future__ import annotations

import gzip
import re
from functools import cache
from pathlib import Path

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from flask import current_app

from mtc.core.context import current
from mtc.core.errors import ValidationError
from mtc.core.i18n import _l
from mtc.core.normalization import compose, fold
from mtc.identity.services.breached_passwords import is_breached

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


def _place_names() -> tuple[str, ...]:
    """The names of the store that is asked, and of the platform's host."""
    store = current().store
    names = (store.name, store.slug, store.tenant_name, store.primary_host or "") if store is not None else ()
    return (*names, current_app.config["MTC"].platform_host if current_app else "")


def _only_context(password: str, about: tuple[str, ...]) -> bool:
    """Return whether the password consists of known words, the person's and the place's among them."""
    own = {part for text in about for part in _NO_LETTER.split(fold(text, 300)) if len(part) > 2}
    left = [part for part in _NO_LETTER.split(fold(password, LONGEST)) if part]
    return bool(left) and len(left) < 4 and all(_made_of(part, CONTEXT_WORDS | own) for part in left)


def _made_of(text: str, words: frozenset[str]) -> bool:
    """Return whether the text is one of the words, or several of them without a gap."""
    ends = {0}
    for place in range(len(text)):
        if place in ends:
            ends |= {place + len(word) for word in words if text.startswith(word, place)}
    return len(text) in ends


def _leaked(password: str) -> bool:
    """Return whether the file that the operator has named, if any, holds it."""
    path: str = current_app.config["MTC"].breached_passwords if current_app else ""
    return bool(path) and is_breached(password, path)


def check_password_rules(password: str, *, about: tuple[str, ...] = ()) -> str:
    """The password, if it may be used; `about` are words it must not consist of. Raises ValidationError."""
    problem, about, password = None, (*about, *_place_names()), in_one_form(password)
    if len(password) < SHORTEST:
        problem = _l(
            "Use at least %(least)s characters; a few words make a good password.", least=SHORTEST
        )
    elif len(password) > LONGEST:
        problem = _l("Use at most %(most)s characters.", most=LONGEST)
    elif password.lower() in _common() or len(set(password)) < 4:
        problem = _l("This password is one of the first that anyone would try. Choose another.")
    elif _leaked(password):
        problem = _l("This password is known from a leak elsewhere, so others try it. Choose another.")
    elif any(word and password.lower() == word.lower() for word in about):
        problem = _l("Do not use a name or address as the password: not yours, and not the store's.")
    elif _only_context(password, about):
        problem = _l(
            "Anyone would try these words here, the store's name first. Add words about something else."
        )
    if problem:
        raise ValidationError(_l("Choose another password."), {"password": [problem]})
    return password


def in_one_form(password: str) -> str:
    """The password as it is hashed: composed (NFC), every kind of blank a plain one."""
    if password.isascii():
        return password
    return "".join(" " if char.isspace() and not char.isascii() else char for char in compose(password))


def hash_password(password: str) -> str:
    """The argon2id hash (RFC 9106), with its parameters in the text."""
    return _hasher.hash(in_one_form(password))


@cache
def _dummy() -> str:
    return _hasher.hash("nobody has this password")


def verify_password(hashed: str | None, password: str) -> bool:
    """Return whether the password is right; takes as long when there is no hash."""
    plain = in_one_form(password)
    # Hashes from before there was one form were made of what had been typed.
    forms = [plain] if plain == password else [plain, password]
    return any(_is_hash_of(hashed, form) for form in forms)


def _is_hash_of(hashed: str | None, password: str) -> bool:
    try:
        return _hasher.verify(hashed or _dummy(), password[: LONGEST + 1]) and hashed is not None
    except (VerificationError, InvalidHashError):
        return False


def needs_rehash(hashed: str) -> bool:
    """Return whether the hash was made with older parameters."""
    return _hasher.check_needs_rehash(hashed)
