"""Every word of the template and the condition language is in its reference."""

from pathlib import Path

from mtc.core.rules.language import OPERATORS
from mtc.core.template_engine.filters import FILTERS
from mtc.core.template_engine.predicates import PREDICATES

DOCS = Path(__file__).parents[2] / "docs"


def test_filters_and_tests_are_documented() -> None:
    text = (DOCS / "templates.md").read_text()
    names = [name for name in [*FILTERS, *PREDICATES] if name.isalnum()]
    assert [name for name in names if f"`{name}`" not in text and f"`{name}(" not in text] == []


def test_operators_are_documented() -> None:
    text = (DOCS / "rules.md").read_text()
    assert [name for name in OPERATORS if f"`{name}`" not in text] == []
