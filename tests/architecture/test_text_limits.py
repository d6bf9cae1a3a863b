"""Text of people is normalised, parsed and matched at a cost that grows with its length and no faster."""

from __future__ import annotations

import ast
import importlib
import re
from collections.abc import Iterator

import pytest

from tests.architecture.regexes import faults
from tests.architecture.tree import name_of, python_files, tree_of

# What costs more than the length of its input, and who may call it, and why.
COSTLY: dict[str, dict[str, str]] = {
    "unicodedata": {
        "mtc/core/normalization.py": "cuts, and bounds runs of marks",
        "mtc/core/amount_text.py": "one character of at most 40",
        "mtc/core/domain_names.py": "one character of a label of at most 63",
        "mtc/core/email_addresses.py": "one character of at most 64",
    },
    "html.unescape": {
        "mtc/core/normalization.py": "cuts numbers of thousands of digits",
        "mtc/demo/artwork/downloads.py": "texts of the demo",
    },
    ".unescape": {
        "mtc/core/normalization.py": "the one above",
        "mtc/demo/artwork/downloads.py": "texts of the demo",
    },
    ".striptags": {},
    "nh3": {"mtc/core/html_cleaning.py": "balances tags first"},
    "html.parser": {},
    'encode("idna")': {
        "mtc/core/normalization.py": "refuses long names",
        "mtc/config/formats.py": "settings of the operator; the lowest layer imports nothing of the program",
    },
    "urllib.parse.urlsplit": {
        "mtc/core/normalization.py": "refuses long addresses",
        "mtc/config/formats.py": "settings of the operator; the lowest layer imports nothing of the program",
        "mtc/config/settings.py": "settings of the operator, read and judged before",
        "mtc/identity/services/passkeys.py": "settings of the operator",
        "mtc/infra/storage/local.py": "settings of the operator",
        "mtc/infra/storage/s3.py": "settings of the operator",
        "mtc/infra/mail/smtp.py": "settings of the operator",
    },
    "urllib.parse.urlparse": {},
}

# Patterns that the rules refuse, and why they are fast all the same.
KNOWN_LINEAR = {
    "mtc/media/services/picture_formats.py:_VIEWBOX": "looks at 4,000 bytes at most",
    "mtc/backup/tar.py:_NAME": "names of 255 characters at most",
    "mtc/bench/pages.py:re.findall": "pages of the demo",
    "mtc/core/sql_guard/tokens.py:_TOKEN": "statements of programs; nothing has to follow a token",
    "mtc/core/security_log.py:_DETAIL": "the end of the text always ends it",
    "mtc/demo/artwork/downloads.py:re.findall": "texts of the demo",
    "mtc/demo/artwork/downloads.py:re.sub": "texts of the demo",
}

SEARCHING = {"search", "sub", "subn", "findall", "finditer", "split"}
MATCHING = {"match", "fullmatch"}


def costly(tree: ast.Module) -> Iterator[str]:
    """What of COSTLY a file names."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield node.module
            yield from (f"{node.module}.{alias.name}" for alias in node.names)
        elif isinstance(node, ast.Attribute):
            yield f".{node.attr}"
            yield f"{getattr(node.value, 'id', '')}.{node.attr}"
        elif isinstance(node, ast.Call) and [getattr(a, "value", "") for a in node.args[:1]] == ["idna"]:
            yield 'encode("idna")'


def test_what_is_costly_is_called_behind_a_bound() -> None:
    found: dict[str, set[str]] = {name: set() for name in COSTLY}
    for path in python_files("mtc", "plugins"):
        for name in set(costly(tree_of(path))) & set(COSTLY):
            found[name].add(name_of(path))
    assert found == {name: set(allowed) for name, allowed in COSTLY.items()}


@pytest.mark.parametrize(
    "source",
    [
        "import unicodedata\nunicodedata.normalize('NFC', text)",
        "from unicodedata import normalize",
        "from html import unescape",
        "import html\nhtml.unescape(text)",
        "Markup(text).unescape()",
        "Markup(text).striptags()",
        "text.encode('idna')",
        "import nh3",
        "from urllib.parse import quote, urlsplit",
    ],
)
def test_a_call_without_a_bound_is_found(source: str) -> None:
    assert set(costly(ast.parse(source))) & set(COSTLY)


def patterns() -> Iterator[tuple[str, str | bytes, int, bool]]:
    """(place, pattern, flags, whether it is searched for) of every regular expression of the program."""
    searched = {
        (path, node.func.value.id)
        for path in python_files("mtc", "plugins")
        for node in ast.walk(tree_of(path))
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and node.func.attr in SEARCHING
        and isinstance(node.func.value, ast.Name)
    }
    for path in python_files("mtc", "plugins"):
        file = name_of(path)
        for name, call in _named_calls(tree_of(path)):
            if call.func.attr == "compile":  # type: ignore[attr-defined]
                assert name, f"{file}:{call.lineno}: give the pattern a name of the module"
                value = getattr(importlib.import_module(file[:-3].replace("/", ".")), name)
                users = {where for where, used in searched if used == name}
                inside = path in users or (not name.startswith("_") and bool(users))
                yield f"{file}:{name}", value.pattern, value.flags & ~re.UNICODE, inside
            else:
                text = call.args[0]
                assert isinstance(text, ast.Constant), f"{file}:{call.lineno}: give the pattern a name"
                method = call.func.attr  # type: ignore[attr-defined]
                yield f"{file}:re.{method}", text.value, 0, method in SEARCHING


def _named_calls(tree: ast.Module) -> Iterator[tuple[str, ast.Call]]:
    """Every re.…() with a pattern, and the name of the module that it is assigned to."""
    names = {
        id(inner): target.id
        for statement in tree.body
        if isinstance(statement, ast.Assign)
        for target in statement.targets
        if isinstance(target, ast.Name)
        for inner in ast.walk(statement.value)
    }
    for node in ast.walk(tree):
        if (
            isinstance(node, ast.Call)
            and isinstance(node.func, ast.Attribute)
            and getattr(node.func.value, "id", "") == "re"
            and node.func.attr in {"compile"} | SEARCHING | MATCHING
        ):
            yield names.get(id(node), ""), node


def test_patterns_are_linear() -> None:
    found = {
        place: problems
        for place, pattern, flags, searched in patterns()
        if (problems := faults(pattern, flags, searched=searched))
    }
    assert {place: found[place] for place in sorted(set(found) - set(KNOWN_LINEAR))} == {}
    assert set(KNOWN_LINEAR) - set(found) == set()


@pytest.mark.parametrize(
    ("pattern", "searched"),
    [
        (r"(a+)+$", False),
        (r"(\w+\s?)*x", False),
        (r"(?:a|a)*b+b+", False),
        (r"(a*b?)*c", False),
        (r"([a-z]+[0-9]*)+!", False),
        (r"\s*\s*x", False),
        (r"\d+x?\d+y", False),
        (r"[\d ]*\d{1,3} +x", False),
        (r"^(\d+,?)+$", False),
        (r"(?:\.\w+|\w+)+@", False),
        (r"<[^>]*>", True),
        (r"\s+$", True),
        (r"=.*;", True),
        (r"(?:ab)+c", True),
        (rb"[\d.]+x", True),
    ],
)
def test_a_slow_pattern_is_found(pattern: str, searched: bool) -> None:
    assert faults(pattern, 0, searched=searched)


@pytest.mark.parametrize(
    ("pattern", "searched"),
    [
        (r"\w+", True),
        (r"[a-z0-9]+(?:-[a-z0-9]+)*", False),
        (r"<[^<>]*>", True),
        (r"(?<=/)[a-z]{32,}(?=/)", True),
        (r"\d+\.\d+x", False),
        (r"\s+$", False),
        (r"^\s*\d+\s*$", True),
        (r"\[\[key:[0-9a-f-]{36}\]\]", True),
        (r"#(?:[0-9]{3}|[0-9]{6})", True),
        (r"a{1,64}a{1,64}b", False),
        (r"[+-]?[0-9]+(?:[.,][0-9]+)*(?:e[0-9]+)?", False),
    ],
)
def test_a_linear_pattern_is_not(pattern: str, searched: bool) -> None:
    assert faults(pattern, 0, searched=searched) == []
