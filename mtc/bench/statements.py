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
    """Ask for each page four times and print the least: the first fills what a process remembers, and a
    slow machine may look a second-old store up again, which a watcher does in the server.
    """
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
        numbers = []
        for _ in range(4):
            seen.clear()
            answer = client.get(path, headers={"Host": host})
            if answer.status_code != 200:
                raise SystemExit(f"{path} was answered with {answer.status_code}")
            numbers.append(len(seen))
        counted[path] = min(numbers)
    print(json.dumps(counted))


if __name__ == "__main__":
    main()
