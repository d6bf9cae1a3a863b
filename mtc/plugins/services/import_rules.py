"""The rule for imports of plugins: of MTC only `mtc.sdk` (docs/plugins/manifest.md)."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

from mtc.plugins.errors import PluginError

_OPEN = "mtc.sdk"
_FOR_TESTS = "mtc.sdk.testing"  # it loads pytest and makes databases


def check_imports(name: str, folder: Path) -> None:
    """Raise PluginError when a module of the plugin imports another part of MTC; its tests may.

    A module that is no Python is left to the import, which names the line; what lies in a folder such as
    .venv cannot be imported as a part of the plugin.
    """
    faults: list[str] = []
    for path in sorted(folder.rglob("*.py")):
        parts = path.relative_to(folder).parts
        if parts[0] == "tests" or parts[-1] == "conftest.py" or any(part.startswith(".") for part in parts):
            continue
        try:
            tree = ast.parse(path.read_bytes())
        except (SyntaxError, ValueError, RecursionError, MemoryError, OSError):
            continue
        for line, module in _imported(tree):
            if not _is_below(module, _OPEN) or _is_below(module, _FOR_TESTS):
                faults.append(f"{'/'.join(parts)}, line {line}, imports {module}")
    if faults:
        raise PluginError(
            f"{name}: {'; '.join(faults[:5])}. Import mtc.sdk only, or write"
            ' "trust": "full" into plugin.json.'
        )


def _is_below(module: str, package: str) -> bool:
    return f"{module}.".startswith(f"{package}.")


def _imported(tree: ast.AST) -> Iterator[tuple[int, str]]:
    """Yield line and dotted name of each import of MTC, names that are taken out of a package included."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom) and not node.level:
            module = node.module or ""
            parts = [f"{module}.{alias.name}" for alias in node.names]
            names = parts if module in {"mtc", _OPEN} else [module]
        else:
            continue
        yield from ((node.lineno, name) for name in names if name.split(".")[0] == "mtc")
