"""The import rules that import-linter cannot state."""

import ast
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
REQUEST_NAMES = {"request", "session", "g", "redirect", "render_template", "url_for", "abort", "flash"}
ROOMS = ("services", "queries", "models", "events", "types", "hooks", "presenters", "handlers", "periodic")


def imports(path: Path) -> Iterator[tuple[str, str]]:
    """Every (module, name) that a file imports; name is empty for `import module`."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from ((alias.name, "") for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            yield from ((node.module, alias.name) for alias in node.names)


def foreign_plugins(plugins: Path) -> list[str]:
    """Each import of one plugin by another, as "plugin/file -> module"."""
    found = []
    names = {folder.name for folder in plugins.iterdir() if folder.is_dir()} if plugins.is_dir() else set()
    for name in sorted(names):
        for path in sorted((plugins / name).rglob("*.py")):
            for module, imported in imports(path):
                dotted = f"{module}.{imported}".split(".")
                if dotted[0] == "plugins" and dotted[1] in names - {name}:
                    found.append(f"{path.relative_to(plugins)} -> {module}")
    return found


def request_users(package: Path) -> list[str]:
    """Each domain room that imports something of a running request, as "file -> name"."""
    found = []
    models = ("models.py", "models/__init__.py")
    for domain in sorted(one for one in package.iterdir() if any((one / name).exists() for name in models)):
        for room in ROOMS:
            for path in [domain / f"{room}.py", *sorted((domain / room).rglob("*.py"))]:
                if path.exists():
                    used = {name for module, name in imports(path) if module == "flask"} & REQUEST_NAMES
                    found += [f"{path.relative_to(package)} -> {name}" for name in sorted(used)]
    return found


def test_plugins_know_no_plugin() -> None:
    assert foreign_plugins(ROOT / "plugins") == []


def test_domains_know_no_request() -> None:
    assert request_users(ROOT / "mtc") == []


def test_a_plugin_that_imports_another_is_found(tmp_path: Path) -> None:
    (tmp_path / "mail").mkdir()
    (tmp_path / "chat").mkdir()
    (tmp_path / "mail" / "services.py").write_text("from plugins.chat import services\nimport plugins.mail\n")
    assert foreign_plugins(tmp_path) == ["mail/services.py -> plugins.chat"]


def test_a_service_that_imports_the_request_is_found(tmp_path: Path) -> None:
    (tmp_path / "orders" / "services").mkdir(parents=True)
    (tmp_path / "orders" / "models.py").write_text("")
    (tmp_path / "orders" / "services" / "place.py").write_text("from flask import current_app, request\n")
    assert request_users(tmp_path) == ["orders/services/place.py -> request"]
