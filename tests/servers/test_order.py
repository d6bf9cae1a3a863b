"""The order in which the tests of a run begin."""

from __future__ import annotations

import gc
from types import SimpleNamespace

import pytest

from tests.conftest import FOLDER, LONG, pytest_collection_modifyitems


def test_long_tests_begin_first_and_the_others_keep_their_order() -> None:
    assert [path for path in LONG if not path.exists()] == []
    names = ["web/test_a.py", "admin/test_b.py", "demo/test_c.py", "soak/test_soak.py", "admin/test_d.py"]
    items = [SimpleNamespace(path=FOLDER / name, add_marker=lambda _mark: None) for name in names]
    pytest_collection_modifyitems(items)  # type: ignore[arg-type]
    begun = [str(item.path.relative_to(FOLDER)) for item in items]
    assert begun == [
        "soak/test_soak.py",
        "demo/test_c.py",
        "web/test_a.py",
        "admin/test_b.py",
        "admin/test_d.py",
    ]


def test_what_was_collected_is_no_garbage_to_look_at(request: pytest.FixtureRequest) -> None:
    assert gc.get_freeze_count() > len(request.session.items)
    assert gc.get_threshold() == (10_000, 20, 50)
