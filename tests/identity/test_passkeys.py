"""Passkeys: what an honest one may do, and every lie that a page, a browser or a copy could tell."""

import json
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from typing import Any

import cbor2
import pytest
from flask import Flask
from webauthn.helpers import bytes_to_base64url

from mtc.core import clock
from mtc.core.db import session, unit_of_work
from mtc.core.errors import ConflictError, UnauthorizedError, ValidationError
from mtc.core.tenancy import platform_scope
from mtc.identity.models import User, WebAuthnChallenge
from mtc.identity.queries.factors import notices_of, passkeys_of
from mtc.identity.services import create_user
from mtc.identity.services.passkeys import (
    RelyingParty,
    accept_passkey,
    enrol_passkey,
    enrolment_options,
    first_options,
    rename_passkey,
    second_options,
)
from mtc.identity.services.webauthn_challenges import FIRST, SECOND, purge_challenges
from tests.fakes.authenticator import Authenticator
from tests.servers.database import both_databases

HERE = RelyingParty.of("http://localhost:8000")
BROWSER, OTHER = "the cookie of this browser", "the cookie of another one"


@pytest.fixture
def ada(app: Flask) -> User:
    """Somebody with a password."""
    with platform_scope("make a person"), unit_of_work():
        return create_user("ada@shop.example", "Ada", "a mild winter in Graz")


def in_one(what: Callable[[], Any]) -> Any:
    """Do it as one request would."""
    with platform_scope("a request"), unit_of_work():
        return what()


def registered(ada: User, key: Authenticator | None = None, name: str = "Laptop") -> Authenticator:
    key = key or Authenticator()
    options = in_one(lambda: enrolment_options(HERE, ada, BROWSER))
    in_one(lambda: enrol_passkey(HERE, ada.id, BROWSER, name, key.create(options)))
    return key


def log_in(key: Authenticator, *, holder: str = BROWSER, **more: Any) -> Any:
    options = in_one(lambda: first_options(HERE, BROWSER))
    return in_one(lambda: accept_passkey(HERE, holder, key.get(options, **more), purpose=FIRST))


def test_the_relying_party_is_the_stored_address() -> None:
    assert RelyingParty.of("https://Shops.example:8443/") == RelyingParty(
        "shops.example", "https://shops.example:8443"
    )


@both_databases
def test_several_are_registered_and_each_logs_in(ada: User) -> None:
    options = json.loads(in_one(lambda: enrolment_options(HERE, ada, BROWSER)))
    assert (options["rp"]["id"], options["attestation"], len(options["challenge"])) == (
        "localhost",
        "none",
        43,
    )
    first, second = registered(ada), registered(ada, name="  Phone  of Ada ")
    assert log_in(first).name == "Laptop"
    assert log_in(second).name == "Phone of Ada"
    found = in_one(lambda: passkeys_of(ada.id))
    assert [(one.name, one.sign_count, one.last_used_at is not None) for one in found] == [
        ("Laptop", 1, True),
        ("Phone of Ada", 1, True),
    ]
    known = json.loads(in_one(lambda: enrolment_options(HERE, ada, BROWSER)))["excludeCredentials"]
    assert [one["id"] for one in known] == [first.id, second.id]
    in_one(lambda: rename_passkey(ada.id, found[0].id, "Desk"))
    assert in_one(lambda: passkeys_of(ada.id))[0].name == "Desk"


@both_databases
def test_lies_are_refused(ada: User, subtests: pytest.Subtests) -> None:
    """Each with the same sentence; the control is the same key without the lie."""
    key = registered(ada)
    assert log_in(key).user_id == ada.id

    def lie(**changes: Any) -> Authenticator:
        key.counter += 1
        return replace(key, **changes)

    lies: dict[str, Callable[[], Any]] = {
        "another origin": lambda: log_in(lie(origin="https://evil.example")),
        "a store's origin": lambda: log_in(lie(origin="http://games.localhost:8000")),
        "another port": lambda: log_in(lie(origin="http://localhost:9000")),
        "another relying party": lambda: log_in(lie(rp_id="evil.example")),
        "nobody verified": lambda: log_in(lie(verifies=False)),
        "another key": lambda: log_in(replace(Authenticator(), credential=key.credential, handle=key.handle)),
        "an unknown credential": lambda: log_in(replace(Authenticator(), handle=key.handle)),
        "somebody else's handle": lambda: log_in(lie(), handle="AAAAAAAAAAAAAAAAAAAAAA"),
        "no handle": lambda: log_in(lie(), handle=""),
        "another browser": lambda: log_in(lie(), holder=OTHER),
        "no browser": lambda: log_in(lie(), holder=""),
    }
    for name, tell in lies.items():
        with subtests.test(name), pytest.raises(UnauthorizedError, match="not accepted"):
            tell()
    key.counter += 1
    assert log_in(key).user_id == ada.id


@both_databases
def test_an_answer_counts_once_and_for_its_purpose(ada: User) -> None:
    key = registered(ada)
    options = in_one(lambda: first_options(HERE, BROWSER))
    answer = key.get(options)
    with pytest.raises(UnauthorizedError):
        in_one(lambda: accept_passkey(HERE, BROWSER, answer, purpose=SECOND, user_id=ada.id))
    assert in_one(lambda: accept_passkey(HERE, BROWSER, answer, purpose=FIRST)).user_id == ada.id
    with pytest.raises(UnauthorizedError):
        in_one(lambda: accept_passkey(HERE, BROWSER, answer, purpose=FIRST))
    forged = in_one(lambda: first_options(HERE, BROWSER))
    wrong = replace(key, origin="https://evil.example").get(forged)
    for answer in (wrong, key.get(forged)):
        # The refused answer has used the challenge up, although the request left nothing else.
        with pytest.raises(UnauthorizedError):
            in_one(lambda answer=answer: accept_passkey(HERE, BROWSER, answer, purpose=FIRST))


@both_databases
def test_a_copy_is_noticed_by_its_counter_and_its_owner_is_told(ada: User) -> None:
    key = registered(ada)
    copy = replace(key)
    log_in(key)
    with pytest.raises(UnauthorizedError):
        log_in(copy)
    told = [one.text for one in in_one(lambda: notices_of(ada.id, 1))]
    assert told == ["The passkey “Laptop” seems to have a copy: its counter went back. Remove it."]


def test_keys_that_do_not_count_may_stay_at_zero(ada: User) -> None:
    key = registered(ada)
    for _ in range(2):
        key.counter = -1
        assert log_in(key).user_id == ada.id


def test_as_a_second_step_it_need_not_verify_but_must_be_ones_own(ada: User) -> None:
    key = registered(ada, Authenticator(verifies=False))
    with platform_scope("make a person"), unit_of_work():
        bob = create_user("bob@shop.example", "Bob", "a mild winter in Graz")
    for person, allowed in ((ada, True), (bob, False)):
        options = in_one(lambda person=person: second_options(HERE, person, BROWSER))
        assert [one["id"] for one in json.loads(options)["allowCredentials"]] == ([key.id] if allowed else [])
        answer = key.get(options)
        if allowed:
            in_one(lambda a=answer: accept_passkey(HERE, BROWSER, a, purpose=SECOND, user_id=ada.id))
        else:
            with pytest.raises(UnauthorizedError):
                in_one(lambda a=answer: accept_passkey(HERE, BROWSER, a, purpose=SECOND, user_id=bob.id))


@both_databases
def test_an_enrolment_is_refused_when_it_lies(ada: User, subtests: pytest.Subtests) -> None:
    def enrol(key: Authenticator, holder: str = BROWSER, name: str = "x") -> None:
        options = in_one(lambda: enrolment_options(HERE, ada, BROWSER))
        in_one(lambda: enrol_passkey(HERE, ada.id, holder, name, key.create(options)))

    cases: dict[str, Callable[[], None]] = {
        "origin": lambda: enrol(Authenticator(origin="http://games.localhost:8000")),
        "relying party": lambda: enrol(Authenticator(rp_id="games.localhost")),
        "browser": lambda: enrol(Authenticator(), holder=OTHER),
        "name": lambda: enrol(Authenticator(), name=" "),
        "long name": lambda: enrol(Authenticator(), name="x" * 61),
    }
    for name, tell in cases.items():
        with subtests.test(name), pytest.raises(ValidationError):
            tell()
    inside = ("{}", '{"clientDataJSON": 7}', '{"clientDataJSON": "e30"}')
    said = [f'{{"response": {one}}}' for one in inside]
    for answer in ("", "[]", "{}", "null", "9" * 30_000, "[" * 19_000, *said):
        with subtests.test(answer[:40]), pytest.raises(ValidationError):
            in_one(lambda a=answer: enrol_passkey(HERE, ada.id, BROWSER, "x", a))
    assert in_one(lambda: passkeys_of(ada.id)) == []


ODD = ("\0", "\ud800", "é", "=", "A", "x" * 5000, "n5" * 99, 7, 1.5, None, True, [], ["\ud800", {}], {"a": 1})


@both_databases
def test_answers_of_any_shape_are_refused_and_nothing_worse(ada: User, subtests: pytest.Subtests) -> None:
    """The answer is JSON inside a form: what no form may hold can still stand in it."""
    key = registered(ada)
    for place in ("id", "rawId", "type", "response", "userHandle", "clientDataJSON", "authenticatorData"):
        for odd in ODD:
            with subtests.test(f"{place}: {odd!a:.20}"):
                answer = json.loads(key.get(in_one(lambda: first_options(HERE, BROWSER))))
                (answer if place in answer else answer["response"])[place] = odd
                with pytest.raises(UnauthorizedError):
                    in_one(partial(accept_passkey, HERE, BROWSER, json.dumps(answer), purpose=FIRST))
    assert log_in(key).user_id == ada.id


def test_keys_of_any_shape_are_refused_and_nothing_worse(ada: User, subtests: pytest.Subtests) -> None:
    """What an authenticator says of its key, and of who made it."""
    point = bytes(32)
    keys = ({}, [], 5, None, "x", {1: 2, 3: -7}, {1: "x", 3: "y"}, {1: [], 3: {}}, {1: 9, 3: -7, -1: 1})
    stories = [("none", {}, one) for one in keys]
    good = {1: 2, 3: -7, -1: 1, -2: point, -3: point}
    for kind in ("packed", "tpm", "apple", "fido-u2f", "android-key", "android-safetynet", "x", 5, None):
        for said in ({}, [], 5, {"sig": 5, "x5c": 5, "alg": "x"}, {"x5c": [b"a"], "sig": b"b", "alg": -7}):
            stories.append((kind, said, good))  # type: ignore[arg-type]
    for kind, said, held in stories:
        with subtests.test(f"{kind} {said} {held}"[:60]):
            key = Authenticator()
            options = in_one(lambda: enrolment_options(HERE, ada, BROWSER))
            told = {"fmt": kind, "attStmt": said, "authData": key.told(cbor2.dumps(held))}
            answer = json.loads(key.create(options))
            answer["response"]["attestationObject"] = bytes_to_base64url(cbor2.dumps(told))
            with pytest.raises(ValidationError):
                in_one(partial(enrol_passkey, HERE, ada.id, BROWSER, "Odd", json.dumps(answer)))
    assert in_one(lambda: passkeys_of(ada.id)) == []


def test_one_key_cannot_be_two_peoples(ada: User) -> None:
    key = registered(ada)
    with platform_scope("make a person"), unit_of_work():
        bob = create_user("bob@shop.example", "Bob", "a mild winter in Graz")
    options = in_one(lambda: enrolment_options(HERE, bob, BROWSER))
    with pytest.raises(ConflictError):
        in_one(lambda: enrol_passkey(HERE, bob.id, BROWSER, "Stolen", key.create(options)))


def test_challenges_run_out_and_are_swept_up(ada: User) -> None:
    key = registered(ada)
    with clock.frozen(clock.now()):
        options = in_one(lambda: first_options(HERE, BROWSER))
        clock.advance(301)
        with pytest.raises(UnauthorizedError):
            in_one(lambda: accept_passkey(HERE, BROWSER, key.get(options), purpose=FIRST))
        in_one(purge_challenges)
    assert in_one(lambda: session.query(WebAuthnChallenge).count()) == 0
