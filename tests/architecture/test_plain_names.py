"""Variables and docstrings that say nothing are refused in the folders that are clean of them."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]

CLEAN_FOLDERS = (
    "mtc/admin",
    "mtc/analytics",
    "mtc/api",
    "mtc/audit",
    "mtc/backup",
    "mtc/bench",
    "mtc/catalog",
    "mtc/checkout",
    "mtc/cli",
    "mtc/config",
    "mtc/core",
    "mtc/delivery",
    "mtc/demo",
    "mtc/emails",
    "mtc/events",
    "mtc/idempotency",
    "mtc/identity",
    "mtc/infra",
    "mtc/integrations",
    "mtc/key_rotation",
    "mtc/media",
    "mtc/middleware",
    "mtc/notifications",
    "mtc/orders",
    "mtc/pages",
    "mtc/payments",
    "mtc/platform",
    "mtc/plugins",
    "mtc/pricing",
    "mtc/processes",
    "mtc/sdk",
    "mtc/senders",
    "mtc/server",
    "mtc/storefront",
    "mtc/superadmin",
    "mtc/tasks",
    "mtc/team",
    "mtc/tenants",
    "mtc/testing",
    "mtc/web",
    "plugins",
)

EMPTY_NAMES = {"found", "one"}
PUBLISHED = {
    ("mtc/core/template_engine/filters/texts.py", "one"),  # pluralize(one, many): docs/templates.md
    ("mtc/senders/presenters.py", "found"),  # the field `found` of the API
    ("mtc/senders/services/dns_records.py", "found"),  # as it is kept in the row
}
QUESTION = re.compile(r"(What|Which|Whether|How)\b")


def names(tree: ast.AST) -> Iterator[tuple[int, str]]:
    """Yield line and name of each variable, parameter and keyword field that the module binds."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
            yield node.lineno, node.id
        elif isinstance(node, ast.arg):
            yield node.lineno, node.arg


def docstrings(tree: ast.AST) -> Iterator[tuple[int, str]]:
    """Yield line and text of each docstring of the module, its classes and its functions."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef):
            text = ast.get_docstring(node)
            if text:
                yield node.body[0].lineno, text


@pytest.mark.parametrize("folder", CLEAN_FOLDERS)
def test_names_and_docstrings_say_what_they_hold(folder):
    offences = []
    paths = sorted((ROOT / folder).rglob("*.py"))
    assert paths, f"{folder} holds no module"
    for path in paths:
        tree = ast.parse(path.read_text())
        where = path.relative_to(ROOT)
        empty = {name for name in EMPTY_NAMES if (str(where), name) not in PUBLISHED}
        offences += [f"{where}:{line}: `{name}`" for line, name in names(tree) if name in empty]
        offences += [
            f"{where}:{line}: {text[:40]!r}" for line, text in docstrings(tree) if QUESTION.match(text)
        ]
    assert offences == []


def test_the_check_finds_what_it_refuses():
    tree = ast.parse('"""What this is."""\ndef load(one):\n    found = one\n')
    assert sorted(name for _, name in names(tree)) == ["found", "one"]
    assert [QUESTION.match(text) is not None for _, text in docstrings(tree)] == [True]
