"""The rule for imports of plugins: of MTC only `mtc.sdk` (docs/plugins/manifest.md)."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

from mtc.plugins.errors import PluginError

_OPEN = "mtc.sdk"


def check_imports(folder: Path) -> None:
    """Raise PluginError when a module of the folder imports another part of MTC; its tests may.

    A module that is no Python is left to the import, which names the line.
    """
    faults: list[str] = []
    for path in sorted(folder.rglob("*.py")):
        parts = path.relative_to(folder).parts
        if parts[0] == "tests" or parts[-1] == "conftest.py":
            continue
        try:
            tree = ast.parse(path.read_bytes())
        except (SyntaxError, ValueError, RecursionError, MemoryError, OSError):
            continue
        for line, module in _imported(tree):
            if not f"{module}.".startswith(f"{_OPEN}."):
                faults.append(f"{'/'.join(parts)}, line {line}, imports {module}")
    if faults:
        raise PluginError(
            f"{folder.name}: {'; '.join(faults[:5])}. Import mtc.sdk only, or write"
            ' "trust": "full" into plugin.json.'
        )


def _imported(tree: ast.AST) -> Iterator[tuple[int, str]]:
    """Yield line and dotted name of each import of MTC, names that are taken out of a package included."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom) and not node.level:
            module = node.module or ""
            names = [f"mtc.{alias.name}" for alias in node.names] if module == "mtc" else [module]
        else:
            continue
        yield from ((node.lineno, name) for name in names if name.split(".")[0] == "mtc")
