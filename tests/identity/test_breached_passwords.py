"""Leaked passwords are looked up in a sorted file, line by line found and nothing else."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from flask import Flask

from mtc.config import ConfigError, load
from mtc.core.errors import ValidationError
from mtc.identity.services.breached_passwords import _line_from, is_breached
from mtc.identity.services.passwords import check_password_rules

LEAKED = [f"leaked phrase {number}" for number in range(500)]


def sha1(text: str) -> str:
    return hashlib.sha1(text.encode(), usedforsecurity=False).hexdigest().upper()


def _file(path: Path, end: str, lines: list[str] = LEAKED) -> str:
    # Counts of many lengths, so that no line begins where its number would let one guess.
    rows = sorted(f"{sha1(one)}:{7 ** (place % 9)}" for place, one in enumerate(lines))
    path.write_bytes("".join(row + end for row in rows).encode())
    return str(path)


@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_each_line_is_found_and_nothing_else(tmp_path: Path, end: str) -> None:
    path = _file(tmp_path / "pwned.txt", end)
    assert [one for one in LEAKED if not is_breached(one, path)] == []
    assert [one for one in LEAKED if is_breached(one + "!", path) or is_breached(one.upper(), path)] == []
    for number in (0, 1, 2, 3):
        few = _file(tmp_path / f"few-{number}.txt", end, LEAKED[:number])
        assert [is_breached(one, few) for one in LEAKED[:4]] == [place < number for place in range(4)]
    whole = (tmp_path / "pwned.txt").read_bytes()
    (tmp_path / "pwned.txt").write_bytes(whole.rstrip())  # no line end after the last one
    assert [one for one in LEAKED if not is_breached(one, path)] == []
    (tmp_path / "pwned.txt").write_bytes(whole.lower())
    assert is_breached(LEAKED[3], path)


def test_few_lines_are_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path, read = _file(tmp_path / "pwned.txt", "\n"), []

    def counted(file: Any, place: int) -> tuple[int, bytes]:
        read.append(place)
        return _line_from(file, place)

    monkeypatch.setattr("mtc.identity.services.breached_passwords._line_from", counted)
    assert is_breached(LEAKED[77], path) and not is_breached("nobody has leaked this", path)
    assert len(read) <= 2 * 16  # the file has 2 ** 15 bytes


def test_leaked_passwords_are_refused_where_the_file_is_named(
    app: Flask, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    assert check_password_rules(LEAKED[5]) == LEAKED[5], "without the file nothing is known of it"
    path = _file(tmp_path / "pwned.txt", "\n")
    monkeypatch.setitem(app.config, "MTC", replace(app.config["MTC"], breached_passwords=path))
    with pytest.raises(ValidationError) as refused:
        check_password_rules(LEAKED[5])
    assert "known from a leak elsewhere" in refused.value.details["password"][0]
    assert check_password_rules("a phrase of nobody's") == "a phrase of nobody's"
    (tmp_path / "pwned.txt").unlink()
    assert check_password_rules(LEAKED[5]) == LEAKED[5], "a file that is gone keeps nobody out"
    assert "MTC_BREACHED_PASSWORDS cannot be read" in caplog.text
    assert LEAKED[5] not in caplog.text and sha1(LEAKED[5]) not in caplog.text


def test_a_file_that_is_none_stops_the_start(tmp_path: Path) -> None:
    wrong = tmp_path / "wrong.txt"
    given = {"MTC_VAR": str(tmp_path / "var"), "MTC_BREACHED_PASSWORDS": str(wrong)}
    with pytest.raises(ConfigError, match="No such file"):
        load(given)
    for text in ("password\n", "", "5BAA61E4\n", "x" * 300):
        wrong.write_text(text)
        with pytest.raises(ConfigError, match="write lines of SHA-1:count, sorted"):
            load(given)
    assert load({**given, "MTC_BREACHED_PASSWORDS": _file(wrong, "\r\n")}).breached_passwords == str(wrong)
