"""What the code declares is documented, word for word; every hook is tested, every word has a place."""

import re
from dataclasses import fields

import pytest
from flask import Flask

from mtc.config import Config
from mtc.core.db import Base
from mtc.core.hook_payloads import payload_fields
from mtc.core.hooks import Hooks
from tests.architecture.described import pages
from tests.architecture.described_events import declared_events
from tests.architecture.tree import ROOT, python_files

AGAIN = "run: .venv/bin/python -m tests.architecture.write_docs"

# The words of the design: where each of them is.
WORDS = {
    "TenantService": "mtc.tenants.services",
    "ProductService": "mtc.catalog.services",
    "ProductTypeService": "mtc.catalog.services",
    "PricingService": "mtc.pricing.services",
}


WRITTEN = ["settings.md", "hooks.md", "events.md", "events.json", "tables.md", "routes.md", "sdk.md"]


@pytest.mark.parametrize("name", WRITTEN)
def test_a_page_says_what_the_code_says(app: Flask, name: str) -> None:
    assert (ROOT / "docs" / name).read_text(encoding="utf-8") == pages(app)[name], AGAIN


def test_every_setting_has_a_sentence() -> None:
    assert [f.name for f in fields(Config) if not f.metadata["help"].endswith(".")] == []


def test_every_hook_is_documented_with_each_field(app: Flask) -> None:
    hooks: Hooks = app.extensions["mtc.hooks"]
    text = (ROOT / "docs" / "hooks.md").read_text(encoding="utf-8")
    specs = {name: getattr(hooks.manager.hook, name).spec.function for name in hooks.names()}
    sections = {part.split("`")[1]: part for part in text.split("\n## ")[1:]}
    assert sorted(sections) == sorted(specs)
    for name, hook in hooks.specifications.items():
        for field in payload_fields(hook.payload):
            assert f"| `{field.name}`" in sections[name], f"{name}: {field.name}"
        assert payload_fields(hook.payload), name
    assert [name for name, spec in specs.items() if not spec.__doc__] == []


def test_every_hook_is_tested(app: Flask) -> None:
    """By name: a hook is in a table of operations, or a test names it; and the code calls it."""
    tests = "\n".join(path.read_text(encoding="utf-8") for path in python_files("tests", "plugins"))
    calls = "\n".join(
        path.read_text(encoding="utf-8") for path in python_files("mtc") if path.name != "hooks.py"
    )
    hooks: Hooks = app.extensions["mtc.hooks"]
    after = {event.hook for event in declared_events()}  # tests/plugins/test_event_hooks.py, all of them
    for name in hooks.names():
        if name not in after:
            assert f'"{name}"' in tests, f"no test names {name}"
            assert f'"{name}"' in calls, f"nothing calls {name}"


def test_every_mapped_class_says_what_a_row_is(app: Flask) -> None:
    assert [m.class_.__name__ for m in Base.registry.mappers if not (m.class_.__doc__ or "").strip()] == []


def test_every_table_has_a_rule_how_long_its_rows_are_kept(app: Flask) -> None:
    """A new table goes into the row of docs/security/data.md that fits, or gets a purge and its own row."""
    page = (ROOT / "docs" / "security" / "data.md").read_text(encoding="utf-8")
    section = page.partition("## How long each table is kept")[2].partition("\n\nLimits")[0]
    rows = [line.split(" | ")[-1] for line in section.splitlines() if line.startswith("| ")][1:]
    named = [name for row in rows for name in re.findall(r"`(\w+)`", row)]
    assert sorted(named) == sorted(Base.metadata.tables)


def test_the_words_of_the_design_resolve() -> None:
    from importlib import import_module

    assert [word for word, module in WORDS.items() if not hasattr(import_module(module), word)] == []


def test_links_between_pages_lead_somewhere() -> None:
    broken = []
    for page in sorted((ROOT / "docs").rglob("*.md")):
        for target in re.findall(r"\]\((?!https?:|#|mailto:)([^)#]+)", page.read_text(encoding="utf-8")):
            if not (page.parent / target).exists():
                broken.append(f"{page.name} -> {target}")
    assert broken == []


def test_files_that_pages_name_exist() -> None:
    """Decisions are left out, which tell of their day, and plugins that the guide lets its reader make."""
    named = re.compile(r"`((?!plugins/)[a-z_/]+\.py)`")
    files = [
        "/" + path.relative_to(ROOT).as_posix() for path in python_files("mtc", "plugins", "static", "tests")
    ]
    gone = [
        f"{page.name}: {name}"
        for page in sorted((ROOT / "docs").glob("*.md"))
        for name in named.findall(page.read_text(encoding="utf-8"))
        if not any(file.endswith("/" + name) for file in files)
    ]
    assert gone == []


def test_no_page_names_a_place_where_it_was_written() -> None:
    places = re.compile(r"(?<![\w.])/(?:root|home|tmp|wor[k])/")
    found = [
        path.relative_to(ROOT).as_posix()
        for folder in ("docs", "mtc", "plugins", "templates", "migrations")
        for path in sorted((ROOT / folder).rglob("*"))
        if path.suffix in {".md", ".py", ".html", ".sql", ".ini", ".json"}
        and places.search(path.read_text(encoding="utf-8"))
    ]
    assert found == []
