"""The demo is loaded anew when anything that it is made by or from has changed, and on another day."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from tests.servers import demo
from tests.servers.demo import SOURCES, key, put_demo

NOON, NEXT = datetime(2026, 3, 1, 12, tzinfo=UTC), datetime(2026, 3, 2, 0, tzinfo=UTC)


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    """Sources of a demo."""
    for name in SOURCES:
        file = tmp_path / name if "." in name else tmp_path / name / "deep" / "one.py"
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text("before")
    return tmp_path


def test_each_source_and_the_day_make_another_demo(tree: Path) -> None:
    names = [key(tree, NOON), key(tree, NEXT)]
    assert key(tree, NOON.replace(hour=23)) == names[0]
    for name in SOURCES:
        file = tree / name if "." in name else tree / name / "deep" / "one.py"
        file.write_text("after")
        names.append(key(tree, NOON))
        if "." not in name:
            file.rename(file.with_name("two.py"))
            names.append(key(tree, NOON))
    assert len(set(names)) == len(names) == 2 + 5 * 2 + 1
    (tree / "mtc" / "deep" / "two.pyc").write_bytes(b"compiled")
    assert key(tree, NOON) == names[-1]


def test_it_is_loaded_once_and_then_copied_and_what_is_old_goes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    loaded: list[str] = []

    def load(ready: Path) -> None:
        ready.mkdir()
        (ready / "mtc.db").write_text(f"demo {len(loaded)}")
        loaded.append(ready.name)

    names = iter(["1-a", "1-a", "1-b", "1-b"])
    monkeypatch.setattr(demo, "KEPT", tmp_path / "kept")
    monkeypatch.setattr(demo, "_load", load)
    monkeypatch.setattr(demo, "key", lambda _root, _now: next(names))
    for number in range(4):
        put_demo(tmp_path / str(number))
        copied = tmp_path / str(number) / "mtc.db"
        assert copied.read_text() == f"demo {number // 2}"
        copied.write_text("changed")
    assert loaded == ["1-a", "1-b"]
    assert [one.name for one in sorted((tmp_path / "kept").glob("*-*"))] == ["1-b"]
    assert (tmp_path / "kept" / "1-b" / "mtc.db").read_text() == "demo 1"
