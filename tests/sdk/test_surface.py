"""What plugins import stays as it is: within one number of the SDK, names and fields are only added."""

from __future__ import annotations

from mtc.sdk import SDK_VERSION, events, payloads
from tests.architecture.described_events import declared_events
from tests.sdk.surface import broken_promises, describe, modules, stored, surface


def test_the_surface_is_the_one_that_was_written_down() -> None:
    version, names = stored()
    assert (version, names) == (SDK_VERSION, surface()), "run: .venv/bin/python -m tests.sdk.surface"


def test_every_name_says_what_it_is() -> None:
    missing = []
    for module in modules():
        for name in module.__all__:
            thing = getattr(module, name)
            if describe(thing) == "class" or describe(thing).startswith("function"):
                text = (thing.__doc__ or "").strip()
                missing += [] if text and not text.startswith(f"{name}(") else [f"{module.__name__}.{name}"]
    assert missing == []


def test_every_event_is_there() -> None:
    assert {event.__name__ for event in declared_events()} == set(events.__all__) - {"DomainEvent"}


def test_every_payload_of_a_before_hook_is_there(app) -> None:
    hooks = app.extensions["mtc.hooks"]
    specs = [getattr(hooks.manager.hook, name).spec.function for name in hooks.names() if name[0] == "b"]
    assert {spec.__annotations__["payload"] for spec in specs} == set(payloads.__all__)


def test_what_breaks_a_promise_is_found() -> None:
    before = {"a.f": {"": "function (x: int)"}, "a.C": {"": "class", "size": "int"}, "a.gone": {"": "int"}}
    now = {"a.f": {"": "function (x: str)"}, "a.C": {"": "class", "size": "int", "more": "str"}}
    assert broken_promises(before, now) == ["a.f", "a.gone"]
    assert broken_promises(before, {**before, "a.new": {"": "int"}}) == []
    assert broken_promises(before, {**before, "a.C": {"": "class"}}) == ["a.C.size"]
