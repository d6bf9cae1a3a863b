"""Names that were given up do not come back (docs/glossary.md)."""

import ast
from collections.abc import Iterator
from pathlib import Path

from tests.architecture.tree import ROOT, python_files

RETIRED = frozenset({
    "attempt", "discard_work", "rows_met", "contested", "proves", "touch_content", "note_attention",
    "give_way",
    "let_go", "take_up", "tenant_key", "hold_for_order", "hold_for_payment", "post_mail", "post_letter",
    "write_letter", "resend_mail", "forgive", "speaker",
    "Grip", "House", "Deed", "Giveback", "Charge", "Started", "Asked", "Typed", "AddReport", "TypeBook",
    "RuleBook", "Letter", "Way", "SupportVisit", "PasskeyChallenge", "AccountNotice",
})  # fmt: skip
MODULES = frozenset({"jobs", "kinds", "schemas", "views", "panels", "keys", "letters", "notices", "visits"})
OTHER_MEANING = frozenset({"mtc/api/v1/schemas.py"})  # JSON Schemas


def defined(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            yield node.name


def test_functions_and_classes_have_no_retired_name() -> None:
    found = {
        f"{path.relative_to(ROOT)}: {name}"
        for path in python_files("mtc")
        for name in defined(path)
        if name in RETIRED
    }
    assert found == set()


def test_modules_have_no_retired_name() -> None:
    paths = {path.relative_to(ROOT) for path in python_files("mtc")}
    found = {str(path) for path in paths if path.stem in MODULES or path.parent.name in MODULES}
    assert found - OTHER_MEANING == set()
