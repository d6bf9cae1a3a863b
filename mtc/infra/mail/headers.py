"""The headers of a mail as they travel (RFC 5322, RFC 2047).

They are written here because the library breaks long ones when it folds them: of two encoded words on two
lines the blank between them is lost, a quoted name loses its quotes, so that a comma or a semicolon in it
ends the address (python/cpython #80222), and a long link is encoded, so that no program can follow it. What
looks like an encoded word is none when people have typed it: it is encoded, or readers would show what it
hides.
"""

from __future__ import annotations

import re
from email.header import Header
from email.headerregistry import Address
from email.policy import EmailPolicy

_LINE = 76
_ATOMS = re.compile(r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+(?: [A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+)*")


class Written(str):
    """The value of a header for people, with the lines of it that go over the wire."""

    name: str
    _lines: list[str]

    def __new__(cls, name: str, value: str, lines: list[str]) -> Written:
        """The header `name` with the `value` that its lines say."""
        made = super().__new__(cls, value)
        made.name, made._lines = name, lines
        return made

    def fold(self, *, policy: EmailPolicy) -> str:
        """The header with its line ends, as the policy asks for it."""
        return f"{self.name}: {f'{policy.linesep} '.join(self._lines)}{policy.linesep}"


def address_header(name: str, who: Address) -> Written:
    """One address with the name of whom it belongs to; the name is never torn apart."""
    spec = f"<{who.addr_spec}>" if who.display_name else who.addr_spec
    lines = [*_phrase(name, who.display_name), spec]
    line = " ".join(lines)
    return Written(name, str(who), [line] if len(f"{name}: {line}") <= _LINE else lines)


def text_header(name: str, text: str) -> Written:
    """A text of one line, such as a subject or a link; words are never torn apart."""
    if not _is_plain(text) or text != " ".join(text.split()):
        return Written(name, text, _encoded(name, text))
    lines, room = [""], _LINE - len(name) - 2
    for word in text.split(" "):
        joined = f"{lines[-1]} {word}" if lines[-1] else word
        if len(joined) <= room or not lines[-1]:
            lines[-1] = joined
        else:
            lines.append(word)
            room = _LINE - 1
    return Written(name, text, lines)


def _phrase(name: str, shown: str) -> list[str]:
    if not shown or (_is_plain(shown) and _ATOMS.fullmatch(shown)):
        return [shown] if shown else []
    if _is_plain(shown):
        escaped = shown.replace("\\", "\\\\").replace('"', '\\"')
        return [f'"{escaped}"']
    return _encoded(name, shown)


def _is_plain(text: str) -> bool:
    return text.isascii() and "=?" not in text


def _encoded(name: str, text: str) -> list[str]:
    """The whole text as encoded words: blanks between two of them say nothing, those within are kept."""
    return Header(text, "utf-8", maxlinelen=_LINE, header_name=name).encode(linesep="\n").split("\n ")
