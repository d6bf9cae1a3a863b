"""Sentences for people that are not marked for translation, counted by folder.

Templates: text between tags and in the attributes that people read, in literals given to macros too. Python:
literals given to flash(), to errors, to titles of pages and to labels of forms. It is a measure, not a proof:
what it does not see, the pseudo-locale shows.

`python -m tests.messages.literals FOLDER` lists them; with `--write` the numbers in literals.json go down.
"""

from __future__ import annotations

import ast
import builtins
import json
import re
import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from jinja2 import Environment, nodes
from markupsafe import Markup

from mtc.core.paths import ROOT

BASELINE = Path(__file__).with_name("literals.json")
_ENVIRONMENT = Environment(autoescape=True, extensions=["jinja2.ext.i18n"])
_READ = ("title", "alt", "placeholder", "aria-label", "aria-description", "content", "data-confirm")
_ATTRIBUTE = re.compile(rf"\b(?:{'|'.join(_READ)})=\"(?!width=)([^\"\x00]{{1,400}})\"")
_TAG = re.compile(r"<[^<>]{0,2000}>")
_OUTSIDE = re.compile(
    r"\b(?:data|aria)-[a-z-]{1,40}(?![\w=-])|[\w:-]{1,60}=\"[^\"<>]{0,400}\""
    r"|^[^<>]{0,2000}>|<[^<>]{0,2000}$"
)
"""Attributes that a macro writes into the tag of its caller, and tags that begin or end elsewhere."""
_MARK = "\x00"
_IGNORED = re.compile(r"<(script|style|svg)\b[^<>]{0,400}>[^<]{0,20000}</\1>")
_WORDS = re.compile(r"[A-Za-z]{2,}[ ,.!?:;’'…-]+[A-Za-z]{2,}|\b[A-Z][a-z]{2,}\b")
_SENTENCE = re.compile(r"[A-Z][^<>{}]* [^<>{}]*[a-z]")
_MARKS = frozenset({"_", "gettext", "ngettext", "pgettext", "npgettext"})
_SAYS = frozenset({"flash", "View", "Failure"})
_FONTS = "serif"  # the end of each list of fonts
_STORED = frozenset({"annotate_audit"})  # written down in English
_LABELS = frozenset({"label", "title", "help", "description", "placeholder", "message", "hint"})
_OPERATORS = "seen by who runs MTC: on the command line, in logs and before it starts"
_AUTHORS = "seen by who writes plugins, themes and templates, beside English code"
_PROGRAMS = "answers to programs, whose authors look them up in English documentation"
_STORED_DATA = "written down as data of a demo or a measurement"
_EXCEPT = {
    "mtc/backup": _OPERATORS,
    "mtc/bench": _STORED_DATA,
    "mtc/catalog/cli.py": _OPERATORS,
    "mtc/cli": _OPERATORS,
    "mtc/config": _OPERATORS,
    "mtc/core/crypto.py": _OPERATORS,
    "mtc/core/encrypted_columns.py": _OPERATORS,
    "mtc/core/registry.py": _AUTHORS,
    "mtc/core/sql_guard": _OPERATORS,
    "mtc/core/template_engine": _AUTHORS,
    "mtc/demo": _STORED_DATA,
    "mtc/idempotency": _PROGRAMS,
    "mtc/infra/mail/smtp.py": _OPERATORS,
    "mtc/infra/redis_connection.py": _OPERATORS,
    "mtc/key_rotation": _OPERATORS,
    "mtc/lifecycle.py": _OPERATORS,
    "mtc/middleware/api_key_auth.py": _PROGRAMS,
    "mtc/api/payments.py": _PROGRAMS,
    "mtc/api/plugin_webhooks.py": _PROGRAMS,
    "mtc/api/v1": _PROGRAMS,
    "mtc/pages/contributions.py": _AUTHORS,
    "mtc/pages/services/plugin_components.py": _AUTHORS,
    "mtc/pages/services/plugin_sources.py": _AUTHORS,
    "mtc/pages/services/theme_folders.py": _AUTHORS,
    "mtc/payments/services/webhooks.py": _PROGRAMS,
    "mtc/payments/types/signatures.py": _PROGRAMS,
    "mtc/plugins/manifest.py": _AUTHORS,
    "mtc/plugins/scaffold.py": _AUTHORS,
    "mtc/plugins/services/before_hook_results.py": _AUTHORS,
    "mtc/plugins/package_cli.py": _OPERATORS,
    "mtc/plugins/services/background.py": _AUTHORS,
    "mtc/core/cron.py": _AUTHORS,
    "mtc/plugins/services/commands.py": _AUTHORS,
    "mtc/plugins/services/schedules.py": _AUTHORS,
    "mtc/plugins/services/context_members": _AUTHORS,
    "mtc/plugins/services/context_parts.py": _AUTHORS,
    "mtc/plugins/services/hook_options.py": _AUTHORS,
    "mtc/plugins/services/callback_rules.py": _AUTHORS,
    "mtc/plugins/services/import_rules.py": _AUTHORS,
    "mtc/plugins/services/packages.py": _AUTHORS,
    "mtc/plugins/services/uploaded.py": _AUTHORS,
    "mtc/plugins/services/inbox.py": _PROGRAMS,
    "mtc/plugins/services/loader.py": _AUTHORS,
    "mtc/plugins/services/plugin_db.py": _AUTHORS,
    "mtc/plugins/services/sources.py": _AUTHORS,
    "mtc/plugins/services/provide_hooks.py": _AUTHORS,
    "mtc/plugins/services/settings_check.py": _AUTHORS,
    "mtc/plugins/services/tables.py": _AUTHORS,
    "mtc/processes": _OPERATORS,
    "mtc/server": _OPERATORS,
    "mtc/testing": _STORED_DATA,
    "mtc/web/json_body.py": _PROGRAMS,
    "mtc/web/uploads.py": _PROGRAMS,
}
"""Where sentences stay English, and why."""
_FOR_DEVELOPERS = frozenset(name for name, value in vars(builtins).items() if isinstance(value, type))
"""Errors of Python itself: they tell who called a function wrongly."""


def folder_of(path: Path) -> str:
    """The folder that a file is counted in: one below mtc, templates, themes and plugins."""
    parts = path.relative_to(ROOT).parts
    return "/".join(parts[:2]) if len(parts) > 2 else parts[0]


def literals() -> Iterator[tuple[Path, str]]:
    """Every unmarked sentence with its file."""
    for path in sorted((ROOT / "mtc").rglob("*.py")) + sorted((ROOT / "plugins").rglob("*.py")):
        name = path.relative_to(ROOT).as_posix()
        if not name.startswith(tuple(_EXCEPT)) and "tests" not in path.parts:
            for text in in_python(path.read_text(encoding="utf-8")):
                yield path, text
    for folder in ("templates", "themes", "plugins"):
        for path in sorted((ROOT / folder).rglob("*")):
            if path.suffix in (".html", ".txt"):
                for text in in_template(path.read_text(encoding="utf-8")):
                    yield path, text


def in_python(source: str) -> Iterator[str]:
    """Literals that are shown to people: of errors, flash(), titles and labels, and constants for them."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Call):
            name = node.func.id if isinstance(node.func, ast.Name) else getattr(node.func, "attr", "")
            if name in _SAYS or (name.endswith("Error") and name not in _FOR_DEVELOPERS):
                for argument in node.args:
                    yield from _texts(argument)
            for keyword in node.keywords:
                if keyword.arg in _LABELS and name not in _STORED:
                    yield from _texts(keyword.value)
        elif isinstance(node, ast.Assign) and all(
            isinstance(target, ast.Name) and target.id.isupper() for target in node.targets
        ):
            yield from (text for text in _texts(node.value) if text.endswith((".", "?", "!")))


def _texts(node: ast.expr) -> Iterator[str]:
    """The sentences of a literal, also within lists, dictionaries, choices and f-strings."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        if _SENTENCE.search(node.value):
            yield node.value
    elif isinstance(node, ast.JoinedStr):
        text = "".join(str(part.value) if isinstance(part, ast.Constant) else "x" for part in node.values)
        if _SENTENCE.search(text):
            yield text
    elif isinstance(node, ast.List | ast.Tuple | ast.Set):
        for one in node.elts:
            yield from _texts(one)
    elif isinstance(node, ast.Dict):
        for one in node.values:
            yield from _texts(one)
    elif isinstance(node, ast.IfExp):
        yield from _texts(node.body)
        yield from _texts(node.orelse)
    elif isinstance(node, ast.BinOp):
        yield from _texts(node.left)
        yield from _texts(node.right)


def in_template(source: str) -> Iterator[str]:
    """Words of the text and of readable attributes, and literal arguments of macros that hold a sentence."""
    tree = _ENVIRONMENT.parse(source)
    inside: set[int] = set()
    for call in tree.find_all(nodes.Call):
        if isinstance(call.node, nodes.Name) and call.node.name in _MARKS:
            inside |= {id(node) for node in call.find_all(nodes.Const)}
    for mark in tree.find_all(nodes.Filter):
        if mark.name == "t":
            inside |= {id(node) for node in mark.find_all(nodes.Const)}
    # Tags and attributes are whole only where what Jinja puts into them stands there as a mark.
    yield from _words(_MARK.join(data.data for data in tree.find_all(nodes.TemplateData)))
    for constant in tree.find_all(nodes.Const):
        value = constant.value
        if (
            isinstance(value, str)
            and not value.endswith(_FONTS)
            and id(constant) not in inside
            and _SENTENCE.search(value)
        ):
            yield value


def _words(html: str) -> Iterator[str]:
    text = _IGNORED.sub(" ", html)
    yield from (found for found in _ATTRIBUTE.findall(text) if _WORDS.search(found))
    for part in _TAG.split(text):
        for piece in _OUTSIDE.sub(" ", part).split(_MARK):
            shown = str(Markup(piece).unescape()).strip()
            if _WORDS.search(shown):
                yield shown


def count() -> dict[str, int]:
    """How many unmarked sentences there are, by folder."""
    return dict(sorted(Counter(folder_of(path) for path, _ in literals()).items()))


def baseline() -> dict[str, int]:
    """The numbers that may not be exceeded."""
    found: dict[str, int] = json.loads(BASELINE.read_text(encoding="utf-8"))
    return found


def lowered(most: dict[str, int], counted: dict[str, int]) -> dict[str, int]:
    """The new numbers: none rises, a folder that was moved takes its number along, and so the sum falls."""
    if sum(counted.values()) > sum(most.values()):
        raise SystemExit("There are more unmarked sentences than before. Mark them first.")
    return {name: min(number, most.get(name, number)) for name, number in counted.items()}


def main(arguments: list[str]) -> None:
    """List the sentences of folders, or write lower numbers down."""
    if "--write" in arguments:
        BASELINE.write_text(json.dumps(lowered(baseline(), count()), indent=2) + "\n", encoding="utf-8")
    for path, text in literals():
        name = path.relative_to(ROOT).as_posix()
        if any(name.startswith(folder) for folder in arguments):
            print(f"{name}: {' '.join(text.split())[:120]}")


if __name__ == "__main__":
    main(sys.argv[1:])
