"""What the documentation imports and names is in the code."""

from __future__ import annotations

import importlib
import re
from collections.abc import Iterator
from types import ModuleType
from typing import Any

import pytest

from tests.architecture.tree import ROOT

IMPORT = re.compile(r"from (mtc[a-z0-9_.]*) import ([\w, ]+)")
NAMED = re.compile(r"`(mtc(?:\.\w+)+)`")
OTHERS = {"mtc.cacheable", "mtc.security"}
"""A key of the WSGI environment and the name of a logger."""
PAGES = [
    ROOT / "README.md",
    ROOT / "CONTRIBUTING.md",
    *(ROOT / "docs").glob("*.md"),
    *(ROOT / "docs/plugins").glob("*.md"),
    *(ROOT / "docs/security").glob("*.md"),
]


def _module(name: str) -> ModuleType | None:
    try:
        return importlib.import_module(name)
    except ModuleNotFoundError:
        return None


def _is_there(dotted: str) -> bool:
    parts = dotted.split(".")
    for count in range(len(parts), 0, -1):
        found: Any = _module(".".join(parts[:count]))
        if found is not None:
            for name in parts[count:]:
                found = getattr(found, name, None)
            return found is not None
    return False


def missing(text: str) -> Iterator[str]:
    """The names in a page that the code does not have."""
    for module, names in IMPORT.findall(text):
        for name in names.split(","):
            dotted = f"{module}.{name.split(' as ')[0].strip()}"
            if not _is_there(dotted):
                yield dotted
    yield from (dotted for dotted in NAMED.findall(text) if dotted not in OTHERS and not _is_there(dotted))


@pytest.mark.parametrize("page", PAGES, ids=lambda path: path.name)
def test_pages_name_what_is_there(page: Any) -> None:
    assert list(missing(page.read_text(encoding="utf-8"))) == []


def test_a_name_that_has_gone_is_found() -> None:
    page = "`mtc.core.gone`\n    from mtc.core.fields import FieldSet, lint\n"
    page += "    from mtc.gone import x\n`mtc.app.create_app`"
    assert sorted(missing(page)) == ["mtc.core.fields.lint", "mtc.core.gone", "mtc.gone.x"]
