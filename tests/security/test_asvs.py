"""The verification sheet (docs/security/asvs.md): every requirement answered, every named test there."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

from tests.architecture.tree import ROOT, functions

SHEET = ROOT / "docs" / "security" / "asvs.md"
ANSWERS = ("tested", "by design", "not applicable", "not met")
_ROW = re.compile(r"\| (V\d+\.\d+\.\d+) \| ([12]) \| (.*?) \| (.*) \|")
_TEST = re.compile(r"`(tests/[\w/]+\.py)::(\w+)`")


@dataclass(frozen=True)
class Row:
    """One line of the sheet."""

    id: str
    level: int
    answer: str
    how: str


def rows(text: str) -> list[Row]:
    """The lines of a sheet."""
    found = (_ROW.fullmatch(line) for line in text.splitlines() if line.startswith("| V"))
    return [Row(one[1], int(one[2]), one[3], one[4]) for one in found if one is not None]


def faults(text: str) -> Iterator[str]:
    """What is wrong with a sheet."""
    wanted = json.loads(SHEET.with_name("asvs-5.0.json").read_text(encoding="utf-8"))["requirements"]
    found = rows(text)
    if [(one.id, one.level) for one in found] != [(one["id"], one["level"]) for one in wanted]:
        listed = Counter(one.id for one in found)
        for one in wanted:
            if listed[one["id"]] != 1:
                yield f"{one['id']} stands there {listed[one['id']]} times"
        yield from (f"{name} is no requirement" for name in listed.keys() - {one["id"] for one in wanted})
        yield "the requirements are not those of the list, in its order and with its levels"
    for one in found:
        tests = _TEST.findall(one.how)
        reason = _TEST.sub("", one.how).strip(" ,")
        if one.answer not in ANSWERS:
            yield f"{one.id}: {one.answer!r} is no answer"
        if one.answer == "tested" and not tests:
            yield f"{one.id} names no test"
        if len(reason) < (3 if tests else 15):
            yield f"{one.id} gives no reason"
        for path, name in tests:
            file = ROOT / path
            if not file.exists() or name not in {node.name for node in functions(file)}:
                yield f"{one.id}: {path}::{name} does not exist"
    counted = Counter((one.answer, one.level) for one in found)
    for answer in ANSWERS:
        first, second = counted[answer, 1], counted[answer, 2]
        if f"| {answer} | {first} | {second} | {first + second} |" not in text:
            yield f"{answer} is counted wrongly: {first} + {second} = {first + second}"


def test_every_requirement_is_answered() -> None:
    text = SHEET.read_text(encoding="utf-8")
    assert list(faults(text)) == []
    assert len(rows(text)) == 253


def test_a_bad_sheet_is_found() -> None:
    """The control: each kind of fault, planted."""
    text = SHEET.read_text(encoding="utf-8")
    line = next(one for one in text.splitlines() if one.startswith("| V7.4.1 "))
    planted = {
        "V7.4.1 stands there 0 times": text.replace(line + "\n", ""),
        "V7.4.1 stands there 2 times": text.replace(line, line + "\n" + line),
        "V7.4.99 is no requirement": text.replace(line, line + "\n" + line.replace("V7.4.1 ", "V7.4.99 ")),
        "V7.4.1: '' is no answer": text.replace(line, line.replace("tested", "")),
        "V7.4.1 names no test": text.replace(line, _TEST.sub("", line)),
        "V7.4.1 gives no reason": text.replace(line, "| V7.4.1 | 1 | by design |  |"),
        "V7.4.1: tests/security/test_sessions.py::test_nothing does not exist": text.replace(
            line, line.replace(_TEST.findall(line)[0][1], "test_nothing")
        ),
        "the requirements are not those of the list, in its order and with its levels": text.replace(
            line, line.replace("| 1 |", "| 2 |")
        ),
    }
    for fault, sheet in planted.items():
        assert fault in list(faults(sheet)), fault
    assert any("counted wrongly" in one for one in faults(text.replace("| tested | ", "| tested | 1")))
