"""A wrong plugin is refused when the process starts, with a sentence that says what to change."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from flask import Flask

from mtc.plugins.errors import PluginError
from mtc.plugins.manifest import _HINTS, _OWN
from mtc.plugins.services.loader import loaded
from mtc.plugins.versions import MTC_VERSION, works_with
from tests.plugins.kit import loading
from tests.plugins.samples import adds, write

CODE = adds("!")


def refusal(folder: Path) -> str:
    """The sentence with which the folder is refused; nothing of it is loaded."""
    with pytest.raises(PluginError) as error, loading(folder):
        pass
    return error.value.message


AUTHOR = "`author`: Write a name, or an object with name, url (https:) and security (mailto: or https:)."


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"name": None}, "`name` must be given."),
        ({"name": None, "mtc": None}, "`name`, `mtc` must be given."),
        ({"colour": "red", "flavour": []}, "`colour`, `flavour` cannot be used here."),
        ({"sdk": None}, "`sdk` must be given."),
        ({"sdk": "0"}, '`sdk`: Write the number of the SDK that it is written for, such as "1".'),
        ({"sdk": 1}, '`sdk`: Write the number of the SDK that it is written for, such as "1".'),
        ({"trust": "some"}, "`trust`: Choose sdk or full."),
        (
            {"name": None, "colour": "red", "level": "store", "version": "1"},
            "`name` must be given. `colour` cannot be used here."
            " `version`: Write three numbers, such as 1.0.0. `level`: Choose one of tenant, platform, both.",
        ),
        ({"name": ""}, "`name`: Write a text of 1 to 200 characters."),
        ({"version": "1.0"}, "`version`: Write three numbers, such as 1.0.0."),
        ({"mtc": "any"}, "`mtc`: Write which versions of MTC it works with, such as >=0.1,<1."),
        ({"description": "x" * 1001}, "`description`: Write a text of at most 1000 characters."),
        ({"author": 3}, AUTHOR),
        ({"author": {"name": "Ada", "url": "http://ada.example"}}, AUTHOR),
        ({"author": {"url": "https://ada.example"}}, AUTHOR),
        ({"summary": "x" * 141}, "`summary`: Write a text of 1 to 140 characters."),
        ({"icon": "a b"}, "`icon`: Write the name of an icon of static/icons/sprite.svg, such as star."),
        (
            {"changelog": "../CHANGES.md"},
            "`changelog`: Write the name of a file of its folder, such as CHANGELOG.md.",
        ),
        ({"conflicts": ["A"]}, "`conflicts`: Write a list of ids of plugins."),
        (
            {"requires": ["other"]},
            "`requires`: Write a list of objects with `plugin`, an id, and perhaps `version`, such as >=1.2.",
        ),
        ({"license": []}, "`license`: Write a text of 1 to 200 characters."),
        ({"categories": ["a", "a"]}, "`categories`: Write a list of different texts."),
        ({"level": "store"}, "`level`: Choose one of tenant, platform, both."),
        (
            {"permissions": {"needs": []}},
            "`permissions`: Write an object with the lists `uses` and `defines`.",
        ),
        ({"hooks": "all"}, "`hooks`: Write a list of the hooks it implements, each once."),
        ({"on_error": "ignore"}, "`on_error`: Choose proceed or refuse."),
        ({"settings_schema": []}, "`settings_schema`: Write a JSON Schema object."),
    ],
)
def test_a_wrong_manifest(app: Flask, folder: Path, change: dict[str, Any], sentence: str) -> None:
    write(folder, "wrong", CODE, **change)
    assert refusal(folder) == f"wrong: plugin.json is not right. {sentence}"
    assert "wrong" not in loaded(app)


@pytest.mark.parametrize("plugin", ["Wrong", "wr", "1wrong", "wrong-one", "w" * 41])
def test_a_wrong_id(app: Flask, folder: Path, plugin: str) -> None:
    write(folder, plugin, CODE)
    assert refusal(folder).endswith(
        "`id`: Use 3 to 40 lower-case letters, digits and underscores, a letter first."
    )


def test_every_name_of_the_manifest_has_its_sentence() -> None:
    assert list(_HINTS) == list(_OWN)


@pytest.mark.parametrize("text", ["{", "[1", "\udcff"])
def test_a_manifest_that_is_no_json(app: Flask, folder: Path, text: str) -> None:
    (write(folder, "wrong", CODE) / "plugin.json").write_bytes(text.encode(errors="surrogateescape"))
    assert refusal(folder).startswith("wrong: plugin.json is no JSON (")


def test_a_manifest_that_is_a_list(app: Flask, folder: Path) -> None:
    (write(folder, "wrong", CODE) / "plugin.json").write_text("[]")
    assert refusal(folder) == "wrong: plugin.json is not right. It must be a JSON object."


def test_the_folder_is_called_like_the_id(app: Flask, folder: Path) -> None:
    write(folder, "other", CODE, id="wrong")
    assert refusal(folder) == "other: the folder must be called like the id, wrong."


def test_another_version_of_mtc(app: Flask, folder: Path) -> None:
    write(folder, "wrong", CODE, mtc=">=7,<8")
    assert refusal(folder) == f"wrong: this is MTC {MTC_VERSION}, the plugin needs >=7,<8."


@pytest.mark.parametrize(
    ("wanted", "fits"),
    [
        (">=0.1,<1", True),
        ("==0.1.0", True),
        ("==0.1", True),
        (">= 0.1, != 0.1.0", False),
        (">0.1", False),
        ("<=0.0.9", False),
        ("<0.10", True),
    ],
)
def test_ranges_of_versions(wanted: str, fits: bool) -> None:
    assert works_with(wanted, "0.1.0") is fits


def test_the_version_is_the_projects(root: Path) -> None:
    assert f'\nversion = "{MTC_VERSION}"\n' in (root / "pyproject.toml").read_text()


@pytest.mark.parametrize(
    ("hooks", "code", "sentence"),
    [
        (
            ["before_product_create", "before_refund"],
            CODE,
            "manifest and code differ in these hooks: before_refund.",
        ),
        ([], CODE, "manifest and code differ in these hooks: before_product_create."),
        (
            ["before_coffee"],
            "@hookimpl\ndef before_coffee(ctx, payload):\n    return None\n",
            "MTC has no hooks called before_coffee.",
        ),
    ],
)
def test_code_and_manifest_name_the_same_hooks(
    app: Flask, folder: Path, hooks: list[str], code: str, sentence: str
) -> None:
    write(folder, "wrong", code, hooks=hooks)
    assert refusal(folder) == f"wrong: {sentence}"


def test_a_hook_with_other_parameters(app: Flask, folder: Path) -> None:
    write(folder, "wrong", "@hookimpl\ndef before_product_create(context, product):\n    return None\n")
    assert refusal(folder).startswith("wrong: write the parameters as ctx, payload (")


@pytest.mark.parametrize(
    ("code", "sentence"),
    [
        ("def", "wrong: plugin.py cannot be imported (SyntaxError: "),
        (
            "import nowhere_at_all",
            "wrong: plugin.py cannot be imported (ModuleNotFoundError: No module named",
        ),
    ],
)
def test_code_that_cannot_be_imported(app: Flask, folder: Path, code: str, sentence: str) -> None:
    write(folder, "wrong", code)
    assert refusal(folder).startswith(sentence)


def test_no_code(app: Flask, folder: Path) -> None:
    (write(folder, "wrong", CODE) / "plugin.py").unlink()
    assert refusal(folder) == "wrong: it has no plugin.py."


def test_a_name_that_another_package_has(app: Flask, tmp_path: Path) -> None:
    folder = tmp_path / "plugins"
    write(folder, "order_guard", CODE)
    with pytest.raises(PluginError) as error, loading(folder):
        pass
    assert error.value.message.startswith("order_guard: another package is called plugins.order_guard.plugin")


@pytest.mark.parametrize(
    ("properties", "sentence"),
    [
        ({"a": {"type": "null"}}, "settings_schema, properties-a-type: Choose one of string"),
        (
            {"a": {"type": "string", "pattern": "x"}},
            "settings_schema, properties-a-pattern: Patterns are not",
        ),
        (
            {"a": {"type": "object", "properties": {"b": {"type": "string", "format": "secret"}}}},
            "settings_schema, a.b: Keep secrets on the first level.",
        ),
    ],
)
def test_settings_are_described_in_the_field_language(
    app: Flask, folder: Path, properties: dict[str, Any], sentence: str
) -> None:
    write(folder, "wrong", CODE, settings_schema={"type": "object", "properties": properties})
    assert refusal(folder).startswith(f"wrong: {sentence}")


def test_a_folder_without_plugins_is_fine(app: Flask, tmp_path: Path) -> None:
    before = dict(loaded(app))
    with loading(tmp_path / "nowhere"):
        assert loaded(app) == before


def test_parts_of_a_plugin_import_each_other(app: Flask, folder: Path) -> None:
    made = write(folder, "parts", "from .words import WORD\n" + adds("!"))
    (made / "words.py").write_text("WORD = 'yes'\n")
    with loading(folder):
        assert loaded(app)["parts"].module.WORD == "yes"
        assert loaded(app)["parts"].priorities == {"before_product_create": 100}
    assert "parts" not in loaded(app)
