"""SQL text as tokens, and tokens as a tree of brackets: comments and literals cannot be mistaken for code."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

_TOKEN = re.compile(
    r"""
    (?P<space>\s+|--[^\r\n]*(?=\n|$))
  | (?P<comment>/\*)
  | (?P<unicode>[uU]&")
  | (?P<escaped>[eE]'(?:[^'\\]|\\.|'')*')
  | (?P<string>(?:[bBxXnN]|[uU]&)?'(?:[^']|'')*')
  | (?P<dollar>\$(?P<tag>[A-Za-z_]\w*)?\$.*?\$(?(tag)(?P=tag))\$)
  | (?P<quoted>"(?:[^"]|"")*"|`[^`]*`|\[[A-Za-z_]\w*\])
  | (?P<param>%\(\w+\)s|%s|\?|\$\d+|(?<!:):[A-Za-z_]\w*)
  | (?P<number>(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?)
  | (?P<word>[^\W\d][\w$]*)
  | (?P<punct>::|==|<>|!=|<=|>=|\|\||->>|->|[-+*/%<>=~!@\#^&|,.;:()\[\]{}])
    """,
    re.VERBOSE | re.DOTALL,
)


class UnreadableError(ValueError):
    """The text is no SQL that the guard understands."""


@dataclass(frozen=True, slots=True)
class Token:
    """One piece of a statement. `text` is in small letters for words and quoted names."""

    kind: str  # word quoted string number param punct
    text: str
    place: int | str = -1  # of a parameter: its position or name

    @property
    def is_name(self) -> bool:
        """Return whether it can stand for a table or column."""
        return self.kind in ("word", "quoted")

    def says(self, *words: str) -> bool:
        """Return whether it is one of these bare words."""
        return self.kind == "word" and self.text in words

    def marks(self, *signs: str) -> bool:
        """Return whether it is one of these signs."""
        return self.kind == "punct" and self.text in signs


@dataclass(slots=True)
class Group:
    """Content of two round brackets."""

    nodes: list[Token | Group] = field(default_factory=list)

    kind = "group"
    text = ""
    is_name = False

    def says(self, *_words: str) -> bool:
        """A group is no word."""
        return False

    def marks(self, *_signs: str) -> bool:
        """A group is no sign."""
        return False


Node = Token | Group


def read(sql: str) -> list[Node]:
    """The statement as a tree; raises UnreadableError."""
    root = Group()
    stack = [root]
    count = 0
    position = 0
    while position < len(sql):
        match = _TOKEN.match(sql, position)
        if (
            match is None
            or match.lastgroup == "unicode"
            or sql.startswith("--", position) > bool(match["space"])
        ):
            raise UnreadableError(f"{sql[position : position + 20]!r} is not understood")
        position = match.end()
        kind, text = match.lastgroup or "", match.group()
        if kind == "space":
            continue
        if kind == "comment":
            position = _end_of_comment(sql, position)
        elif text == "(":
            group = Group()
            stack[-1].nodes.append(group)
            stack.append(group)
        elif text == ")":
            stack.pop()
            if not stack:
                raise UnreadableError("a bracket closes nothing")
        else:
            token, count = _token(kind, text, count)
            stack[-1].nodes.append(token)
    if len(stack) != 1:
        raise UnreadableError("a bracket is left open")
    return root.nodes


def _end_of_comment(sql: str, position: int) -> int:
    # PostgreSQL nests comments and SQLite does not: what they would read differently is refused.
    end = sql.find("*/", position)
    inner = sql.find("/*", position)
    if end < 0 or 0 <= inner < end:
        raise UnreadableError("a comment is nested or left open")
    return end + 2


def _token(kind: str, text: str, count: int) -> tuple[Token, int]:
    if kind == "word":
        return Token("word", text.lower()), count
    if kind == "quoted":
        inner = text[1:-1].replace('""', '"') if text[0] == '"' else text[1:-1]
        return Token("quoted", inner.lower()), count
    if kind == "string":
        return Token("string", text.partition("'")[2][:-1].lower()), count
    if kind in ("escaped", "dollar"):
        return Token("string", ""), count
    if kind == "param":
        if text in ("?", "%s"):
            return Token("param", text, count), count + 1
        if text.startswith("$"):
            return Token("param", text, int(text[1:]) - 1), count
        return Token("param", text, text[2:-2] if text.startswith("%") else text[1:]), count
    return Token(kind, text), count


def names_in(nodes: list[Node]) -> set[str]:
    """Every name in the tree, at any depth; SQLite takes a text in single quotes for a name, too."""
    names: set[str] = set()
    for node in nodes:
        if isinstance(node, Group):
            names |= names_in(node.nodes)
        elif node.is_name or node.kind == "string":
            names.add(node.text)
    return names


def split(nodes: list[Node], sign: str = ",") -> list[list[Node]]:
    """The parts between the signs, on this level of brackets."""
    parts: list[list[Node]] = [[]]
    for node in nodes:
        if node.marks(sign):
            parts.append([])
        else:
            parts[-1].append(node)
    return parts
