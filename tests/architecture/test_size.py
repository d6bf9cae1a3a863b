"""Short files and short functions: three hundred lines and fifty."""

import ast
from pathlib import Path

from tests.architecture.tree import ROOT, functions, name_of, python_files, tree_of

FILE_LINES = 300
FUNCTION_LINES = 50
INIT_LINES = 50


def lines_of(path: Path) -> int:
    return len(path.read_text(encoding="utf-8").splitlines())


def test_files_are_short() -> None:
    files = [*python_files("mtc", "plugins", "tests"), *(ROOT / "static" / "js").glob("**/*.js")]
    assert {name_of(path): lines_of(path) for path in files if lines_of(path) > FILE_LINES} == {}


def test_functions_are_short() -> None:
    long = {
        f"{name_of(path)}: {node.name}": length
        for path in python_files("mtc", "plugins")
        for node in functions(path)
        if (length := (node.end_lineno or 0) - node.lineno + 1) > FUNCTION_LINES
    }
    assert long == {}


def test_packages_hold_no_code() -> None:
    """An __init__ re-exports, mounts or gathers verbs under one name; what it does fits on a screen."""
    long = {
        name_of(path): lines_of(path)
        for path in python_files("mtc", "plugins")
        if path.name == "__init__.py" and lines_of(path) > INIT_LINES
    }
    assert long == {}


def test_there_are_no_lumber_rooms() -> None:
    lumber = {"utils.py", "util.py", "helpers.py", "misc.py", "common.py"}
    assert [name_of(p) for p in python_files("mtc", "plugins", "tests") if p.name in lumber] == []


def test_every_file_says_what_it_is_for() -> None:
    silent = [
        name_of(path)
        for path in python_files("mtc", "plugins", "tests")
        if path.read_text(encoding="utf-8").strip() and not ast.get_docstring(tree_of(path))
    ]
    assert silent == []
