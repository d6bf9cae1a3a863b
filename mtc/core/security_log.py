"""The security journal: who was let in or refused, and from where; one line of JSON for each, on stderr.

Lines hold no secret: addresses of people are hashed, routes stand for paths (which may carry tokens), and
JSON in ASCII keeps whatever a visitor sends from looking like another line. docs/security/logging.md lists
what is written.
"""

from __future__ import annotations

import json
import logging
import re
import sys
from collections.abc import Mapping
from contextvars import ContextVar
from datetime import UTC, datetime
from types import MappingProxyType
from typing import Any

from mtc.core.context import current
from mtc.core.crypto import keyed_hash
from mtc.core.email_addresses import address_key

LONGEST = 300
# PostgreSQL tells the values of a row that it refuses.
_DETAIL = re.compile(r"DETAIL:.*?(?=\n\n|\n\[SQL:|\Z)", re.DOTALL)
_log = logging.getLogger("mtc.security")
_scene: ContextVar[Mapping[str, str]] = ContextVar("mtc_scene", default=MappingProxyType({}))


def begin(**facts: str) -> None:
    """Name the scene of what follows: address, host, method, route and number of the request."""
    _scene.set(facts)


def add(**facts: str) -> None:
    """Add to the scene what is known by now, such as who is logged in."""
    _scene.set({**_scene.get(), **facts})


def note(event: str, *, level: int = logging.INFO, **facts: Any) -> None:
    """Write a line: `event` is noun.verb, facts are short and hold no secret."""
    _log.log(level, event, extra={"facts": facts})


def refuse(event: str, **facts: Any) -> None:
    """Write a line about somebody who was not let in."""
    note(event, level=logging.WARNING, **facts)


def alias(address: str) -> str:
    """Return a pseudonym of a person's e-mail address: always the same for the same address."""
    return keyed_hash(address_key(address), "journal")[:16]


class JsonLines(logging.Formatter):
    """Each record as one line of JSON: when, how bad, where in the program, in which request, what."""

    def format(self, record: logging.LogRecord) -> str:
        """The line."""
        line: dict[str, Any] = {
            "at": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "log": record.name,
            "what": _short(record.getMessage()),
            **_scene.get(),
        }
        tenant = current().tenant_id
        if tenant is not None:
            line["tenant"] = str(tenant)
        line.update({name: _short(value) for name, value in getattr(record, "facts", {}).items()})
        if record.exc_info:
            line["trace"] = _DETAIL.sub("DETAIL: left out", self.formatException(record.exc_info))
        return json.dumps(line, default=str)


def _short(value: Any) -> Any:
    return value if isinstance(value, int | float | None) else str(value)[:LONGEST]


def install(stream: Any = None) -> None:
    """Write everything that the program logs as JSON lines; doing it twice changes nothing."""
    root = logging.getLogger()
    if any(isinstance(handler.formatter, JsonLines) for handler in root.handlers):
        return
    handler = logging.StreamHandler(stream or sys.stderr)
    handler.setFormatter(JsonLines())
    root.addHandler(handler)
    _log.setLevel(logging.INFO)
