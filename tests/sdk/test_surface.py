"""What plugins import stays as it is: within one number of the SDK, names and fields are only added."""

from __future__ import annotations

from mtc.sdk import SDK_VERSION, events, payloads, provided
from tests.architecture.described_events import declared_events
from tests.architecture.described_hooks import dataclasses_in
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


def test_every_payload_and_answer_of_a_hook_is_there(app) -> None:
    hooks = app.extensions["mtc.hooks"].specifications.values()
    asked = {hook.payload.__name__ for hook in hooks if hook.phase in ("before", "provide")}
    assert asked == set(payloads.__all__)
    answers = {
        part.__name__ for hook in hooks if hook.phase == "provide" for part in dataclasses_in(hook.result)
    }
    assert answers == set(provided.__all__)


def test_what_breaks_a_promise_is_found() -> None:
    before = {"a.f": {"": "function (x: int)"}, "a.C": {"": "class", "size": "int"}, "a.gone": {"": "int"}}
    now = {"a.f": {"": "function (x: str)"}, "a.C": {"": "class", "size": "int", "more": "str"}}
    assert broken_promises(before, now) == ["a.f", "a.gone"]
    assert broken_promises(before, {**before, "a.new": {"": "int"}}) == []
    assert broken_promises(before, {**before, "a.C": {"": "class"}}) == ["a.C.size"]
    before = {"a.g": {"": "function (x: int) -> str"}, "a.C": {"": "class", "email": "str"}}
    more = {
        "a.g": {"": "function (x: int, *, y: int = 3) -> str"},
        "a.C": {"": "class", "email": "Personal[str]"},
    }
    assert broken_promises(before, more) == []
    assert broken_promises(before, {**more, "a.g": {"": "function (x: int, y: int) -> str"}}) == ["a.g"]
    assert broken_promises(before, {**more, "a.g": {"": "function (y: int = 3, z: int = 3)"}}) == ["a.g"]
