"""`python -m mtc.bench.statements HOST PATH...`: the statements that each page sends, as JSON."""

from __future__ import annotations

import json
import sys
from typing import Any

from sqlalchemy import event

from mtc.app import create_app
from mtc.extensions import db

_NOT_COUNTED = ("BEGIN", "COMMIT", "ROLLBACK", "PRAGMA")


def main() -> None:
    """Ask for each page twice, and count the second time: the first fills what a process remembers."""
    host, *paths = sys.argv[1:]
    app = create_app()
    seen: list[str] = []

    def note(_connection: Any, _cursor: Any, statement: str, *_: Any) -> None:
        if not statement.lstrip().upper().startswith(_NOT_COUNTED):
            seen.append(statement)

    with app.app_context():
        event.listen(db.engine, "before_cursor_execute", note)
    client = app.test_client()
    counted = {}
    for path in paths:
        for _ in range(2):
            seen.clear()
            answer = client.get(path, headers={"Host": host})
        if answer.status_code != 200:
            raise SystemExit(f"{path} was answered with {answer.status_code}")
        counted[path] = len(seen)
    print(json.dumps(counted))


if __name__ == "__main__":
    main()
