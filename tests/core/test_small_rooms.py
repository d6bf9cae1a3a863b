"""Ids, the clock, the context, registries and errors."""

import time
from datetime import UTC, datetime, timedelta, timezone
from uuid import UUID

import pytest

from mtc.core import clock, errors
from mtc.core.context import ANONYMOUS, SYSTEM, Actor, Context, acting, current, use
from mtc.core.ids import token, uuid7
from mtc.core.registry import Registry

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)


def test_ids_are_version_7_and_sort_by_time() -> None:
    before = time.time_ns() // 1_000_000
    made = [uuid7() for _ in range(500)]
    after = time.time_ns() // 1_000_000
    assert len(set(made)) == 500
    assert {(i.version, i.variant) for i in made} == {(7, "specified in RFC 4122")}
    stamps = [i.int >> 80 for i in made]
    assert before <= min(stamps)
    assert max(stamps) <= after
    # Within a millisecond, too: what is written one after the other is read in that order.
    moments = [i.int >> 64 for i in made]
    assert moments == sorted(moments)
    assert len(set(moments)) > len(set(stamps))


def test_tokens_are_long_and_fit_into_addresses() -> None:
    made = {token() for _ in range(100)}
    assert len(made) == 100
    assert {len(t) for t in made} == {43}
    assert all(
        set(t) <= set("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_") for t in made
    )
    assert len(token(9)) == 12


def test_the_clock_runs_in_utc_and_can_be_stopped() -> None:
    assert clock.now().tzinfo is UTC
    with clock.frozen(NOON.astimezone(timezone(timedelta(hours=5)))):
        assert clock.now() == NOON
        assert clock.now().tzinfo is UTC
        clock.advance(90)
        assert clock.now() == NOON + timedelta(seconds=90)
        with clock.frozen(NOON - timedelta(days=1)):
            assert clock.now() == NOON - timedelta(days=1)
        assert clock.now() == NOON + timedelta(seconds=90)
    assert clock.now() > NOON
    with pytest.raises(RuntimeError, match="frozen"):
        clock.advance(1)


def test_the_context_is_the_systems_outside_a_request() -> None:
    assert current() == Context(actor=SYSTEM, locale="en")
    mine = Context(tenant_id=UUID(int=1), actor=ANONYMOUS, locale="de", currency="GBP")
    with use(mine):
        assert current() is mine
        with acting(currency="JPY") as other:
            assert (other.tenant_id, other.currency) == (UUID(int=1), "JPY")
        assert current() is mine
    assert current().tenant_id is None


@pytest.mark.parametrize(
    ("held", "asked", "allowed"),
    [
        (set(), "orders:read", False),
        ({"orders:read"}, "orders:read", True),
        ({"orders:read"}, "orders:refund", False),
        ({"orders:*"}, "orders:refund", True),
        ({"orders:*"}, "ordersextra:read", False),
        ({"*"}, "anything:at-all", True),
        ({"platform"}, "platform", True),
        ({"orders:read"}, "orders", False),
        ({""}, "orders:read", False),
    ],
)
def test_what_an_actor_may(held: set[str], asked: str, allowed: bool) -> None:
    assert Actor("staff", permissions=frozenset(held)).may(asked) is allowed


def test_a_registry_keeps_order_and_gives_a_name_once() -> None:
    things: Registry[object] = Registry("kind of delivery")
    one, two = object(), object()
    assert things.register("b", one) is one
    assert things.add("a")(two) is two
    assert things.register("b", one) is one
    assert [name for name, _ in things.items()] == ["b", "a"]
    assert (things.get("b"), things.find("c"), "a" in things, "c" in things) == (one, None, True, False)
    with pytest.raises(ValueError, match="kind of delivery 'b' is registered twice"):
        things.register("b", two)
    with pytest.raises(errors.NotFoundError, match="There is no kind of delivery called “c”"):
        things.get("c")


def test_errors_know_their_status_and_what_to_say() -> None:
    statuses = {
        kind.__name__: (kind.status, kind.code)
        for kind in vars(errors).values()
        if isinstance(kind, type) and issubclass(kind, errors.AppError)
    }
    assert statuses == {
        "AppError": (500, "error"),
        "ValidationError": (400, "invalid"),
        "UnauthorizedError": (401, "unauthorized"),
        "ForbiddenError": (403, "forbidden"),
        "NotFoundError": (404, "not_found"),
        "ConflictError": (409, "conflict"),
        "GoneError": (410, "gone"),
        "PayloadTooLargeError": (413, "too_large"),
        "MisdirectedError": (421, "unknown_host"),
        "UnsupportedMediaError": (415, "unsupported_media"),
        "UnprocessableError": (422, "unprocessable"),
        "BusyError": (409, "busy"),
        "TooManyRequestsError": (429, "too_many_requests"),
        "UnavailableError": (503, "unavailable"),
        "StoreClosedError": (503, "store_closed"),
        "OutageError": (503, "unavailable"),
    }
    error = errors.ValidationError("Check the form.", {"name": ["Give a name."]})
    assert (str(error), error.message, error.details) == (
        "Check the form.",
        "Check the form.",
        {"name": ["Give a name."]},
    )
    assert errors.TooManyRequestsError("Wait.", 30).details == {"retry_after": 30}
