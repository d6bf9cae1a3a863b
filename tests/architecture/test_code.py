"""What may be written where, with every exception by name."""

import re
from collections import Counter
from pathlib import Path

from tests.architecture.tree import ROOT, calls, name_of, python_files

# Who may end a transaction besides core/db, and why.
COMMITS = {
    "mtc/bench/baseline_app.py": "a program of its own that MTC is measured against",
    "mtc/core/owner_connection.py": "changes of the schema, outside of any unit of work",
}

# Where select() is built outside queries, and why.
SELECTS = {
    "mtc/bench/baseline_app.py": "a program of its own that MTC is measured against",
    "mtc/core/change_tracking/recorder.py": "reads the rows that a statement is about to change",
    "mtc/core/row_locking.py": "the primitive that takes rows; it reads and writes in one statement",
    "mtc/core/retention.py": "chooses a batch of rows in the statement that deletes them",
    "mtc/catalog/services/collection_members.py": "insert from select: a write",
    "mtc/testing/statements/reads.py": "statements that try to reach another tenant",
    "mtc/testing/statements/writes.py": "statements that try to reach another tenant",
    "mtc/testing/two_tenants.py": "what the other tenant has, before and after",
    "mtc/testing/leak_detector.py": "what the victim has, before and after",
    "mtc/tasks/services/queue.py": "looks whether a dedupe key is taken, in the step that takes it",
    "mtc/emails/services/outbox.py": "looks whether a dedupe key is taken, in the step that takes it",
    "mtc/tenants/services/stores.py": "reads the row that it changes",
}

# Suppressions of the linter and of the type checker; more of a kind needs a reason worth a line here.
SUPPRESSIONS = {
    "noqa: PLC0415": "drivers and slow imports that only one profile or command needs",
    "noqa: S303": "SHA-1 inside HMAC, as every authenticator app computes it (RFC 6238)",
    "noqa: S311": "random numbers without a secret: jitter, order of work, demo data",
    "noqa: S704": "markup that the house made itself or cleaned with nh3",
    "noqa: S603": "the server starts its own processes",
    "noqa: S104": "names an address, binds none",
    "noqa: S105": "a name, not a password",
    "noqa: B007": "loop over rows of a fixed shape",
    "noqa: F401": "imported for its effect",
    "type: ignore[attr-defined]": "attributes that libraries give at run time: rowcount, __table__,"
    " marks on views",
    "type: ignore[method-assign]": "the WSGI stack is put around the application, as Flask documents",
    "type: ignore[assignment]": "SQLAlchemy's types",
    "type: ignore[arg-type]": "Flask's proxy stands for the application",
}
MOST = 90


def sources() -> list[Path]:
    return python_files("mtc", "plugins")


def test_transactions_end_in_one_place() -> None:
    found = {
        name_of(path)
        for path in sources()
        if name_of(path) != "mtc/core/db/units_of_work.py"
        and any(name == ".commit" for name, _ in calls(path))
    }
    assert found == set(COMMITS)


def test_selects_are_built_in_queries() -> None:
    found = {
        name_of(path)
        for path in sources()
        if not re.search(r"/queries(/|\.py$)", name_of(path))
        and any(name == "select" for name, _ in calls(path))
    }
    assert found - set(SELECTS) == set()


def test_suppressions_are_known_and_few() -> None:
    pattern = re.compile(r"# (noqa: [A-Z]+\d+|type: ignore\[[a-z-]+\])|# (noqa|type: ignore)\b(?!:)(?!\[)")
    found: Counter[str] = Counter()
    for path in sources():
        for match in pattern.finditer(path.read_text(encoding="utf-8")):
            found[match[1] or f"bare {match[2]} in {name_of(path)}"] += 1
    assert set(found) - set(SUPPRESSIONS) == set()
    assert sum(found.values()) <= MOST


def test_nothing_is_left_for_later() -> None:
    words = re.compile(r"\b(TODO|FIXME|NotImplementedError|HACK)\b|pytest\.(?:mark\.)?(?:skip|xfail)")
    files = [path for path in python_files("mtc", "plugins", "tests") if path != Path(__file__)]
    assert [name_of(path) for path in files if words.search(path.read_text(encoding="utf-8"))] == []


def test_templates_hold_no_code_and_no_style() -> None:
    """Scripts carry a nonce and styles are files, except in mails: their readers know nothing else."""
    inline = re.compile(
        r"<script(?![^>]*\bnonce=)|<style\b|<[a-z][^>{}]*\sstyle=|<[a-z][^>{}]*\son[a-z]+=|javascript:",
        re.IGNORECASE,
    )
    found = []
    for folder in ("templates", "themes", "plugins"):
        for path in sorted((ROOT / folder).rglob("*.html")):
            if "mail" in path.parts:
                continue
            for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
                if inline.search(line):
                    found.append(f"{name_of(path)}:{number}: {line.strip()[:100]}")
    assert found == []
