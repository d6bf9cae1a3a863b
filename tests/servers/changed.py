"""Run the tests that the changes since main are likeliest to break: those of their folders, and importers."""

import ast
import subprocess
import sys
from collections.abc import Iterable
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
# What is no module of mtc/, by the beginning of its path: the longest that fits counts.
FOLDERS = {
    "templates/admin/": ["tests/admin", "tests/pages"],
    "templates/": ["tests/pages", "tests/storefront"],
    "themes/": ["tests/pages", "tests/storefront"],
    "static/": ["tests/web", "tests/pages"],
    "migrations/": ["tests/migrations"],
}
ALWAYS = ["tests/architecture"]
# The whole gate has the rest; a test that was itself changed runs whatever it is marked with.
QUICK = "not browser and not thorough"


def main(arguments: list[str]) -> int:
    """Run them in two processes; `arguments` go to pytest. 0 when all passed."""
    edited, near = selected(changed(ROOT), ROOT)
    print("Tests of what has changed since main:", *edited, *near, flush=True)
    command = [sys.executable, "-m", "pytest", "-n", "2", "--durations", "10", *arguments]
    runs = [[*command, "-m", QUICK, *near]]
    if edited:
        runs.append([*command, "--dist", "loadgroup", *edited])
    return max(subprocess.run(run, check=False, cwd=ROOT).returncode for run in runs)


def changed(root: Path) -> list[str]:
    """Files that differ from where this branch left main, committed or not, and new ones."""
    base = _git(root, "merge-base", "main", "HEAD")
    new = _git(root, "ls-files", "--others", "--exclude-standard")
    return sorted({*_git(root, "diff", "--name-only", base[0]), *new})


def _git(root: Path, *command: str) -> list[str]:
    ran = subprocess.run(["git", *command], cwd=root, capture_output=True, text=True, check=True)
    return ran.stdout.splitlines()


def selected(files: Iterable[str], root: Path) -> tuple[list[str], list[str]]:
    """(test files that were changed themselves, folders and files near the other changes)."""
    imports = {path: _imports(path) for path in _tests(root)}
    edited, near = set(), set(ALWAYS)
    for name in files:
        if (root / name).exists() and Path(name).match("test_*.py"):
            edited.add(name)
            continue
        near |= {one for one in _folders(name) if (root / one).exists()}
        module = name.removesuffix(".py").removesuffix("/__init__").replace("/", ".")
        near |= {str(path.relative_to(root)) for path in _reached(module, imports, root)}
    covered = {one for one in near if not any(str(up) in near for up in Path(one).parents)}
    return sorted(edited), sorted(covered)


def _folders(name: str) -> list[str]:
    parts = name.split("/")
    if parts[0] == "mtc" and len(parts) > 2:
        return [f"tests/{parts[1]}"]
    if parts[0] == "plugins" and len(parts) > 2:
        return ["/".join(parts[:2])]
    if parts[-1] == "conftest.py":
        return ["/".join(parts[:-1])]
    fitting = [start for start in FOLDERS if name.startswith(start)]
    return FOLDERS[max(fitting, key=len)] if fitting else []


def _tests(root: Path) -> list[Path]:
    return [path for top in ("tests", "plugins") for path in sorted((root / top).rglob("*.py"))]


def _imports(path: Path) -> set[str]:
    """Every module that a file may import: `from a.b import c` names a.b and a.b.c."""
    found = set()
    for node in ast.walk(ast.parse(path.read_bytes())):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            found |= {node.module, *(f"{node.module}.{alias.name}" for alias in node.names)}
    return found


def _reached(module: str, imports: dict[Path, set[str]], root: Path) -> set[Path]:
    """Test files that import the module, themselves or through other files of the tests."""
    wanted, seen, found = [module], {module}, set()
    while wanted:
        one = wanted.pop()
        for path in (path for path, names in imports.items() if one in names):
            if path.match("test_*.py"):
                found.add(path)
            through = ".".join(path.relative_to(root).with_suffix("").parts)
            # A conftest reaches a whole folder: that is what the folder of its own is for.
            if path.name != "conftest.py" and through not in seen:
                seen.add(through)
                wanted.append(through)
    return found


if __name__ == "__main__":
    try:
        sys.exit(main(sys.argv[1:]))
    except KeyboardInterrupt:
        sys.exit(130)
