"""The part of Markdown that merchants write texts in, rendered as clean HTML.

Headings, paragraphs with kept line breaks, bullet and numbered lists, bold, italic, links and rules, as in
CommonMark; HTML is allowed and goes through the same sanitiser as rich text. Each line is read once.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from mtc.core.fields import canonical

LONGEST = 100_000
_HEADING = re.compile(r"(#{1,4}) +(\S.{0,300})")
_BULLET = re.compile(r"[-*+] +(\S.*)")
_NUMBERED = re.compile(r"\d{1,3}[.)] +(\S.*)")
_RULE = re.compile(r"(?:-{3,60}|\*{3,60}|_{3,60})")
_LINK = re.compile(r"\[([^\[\]\n]{1,300})\]\(([^()\s]{1,1000})\)")
_BOLD = re.compile(r"\*\*(?=\S)([^*\n]{1,1000})\*\*")
_ITALIC = re.compile(r"(?<![*\w])\*(?=\S)([^*\n]{1,1000})\*(?![*\w])")


def render_markdown(text: str) -> str:
    """The HTML of the text, cleaned; what is longer than LONGEST characters is left out."""
    lines = text[:LONGEST].replace("\r\n", "\n").replace("\r", "\n").split("\n")
    return canonical("richtext", "\n".join(_blocks(lines))) or ""


def _blocks(lines: list[str]) -> Iterator[str]:
    paragraph: list[str] = []
    items: list[str] = []
    list_tag = ""
    for line in [*lines, ""]:
        stripped = line.strip()
        listed, item = _item(stripped)
        if paragraph and (not stripped or listed or _is_block(stripped)):
            yield _paragraph(paragraph)
            paragraph = []
        if items and listed != list_tag:
            if stripped and line[:1] in " \t" and not _is_block(stripped):  # goes on with the item
                items[-1] += f" {_inline(stripped)}"
                continue
            yield f"<{list_tag}>{''.join(f'<li>{item}</li>' for item in items)}</{list_tag}>"
            items = []
        if listed:
            list_tag = listed
            items.append(_inline(item))
        elif heading := _HEADING.fullmatch(stripped):
            level = min(len(heading[1]) + 1, 4)  # the page's own title is the first level
            yield f"<h{level}>{_inline(heading[2])}</h{level}>"
        elif _RULE.fullmatch(stripped):
            yield "<hr>"
        elif stripped:
            paragraph.append(stripped)


def _item(line: str) -> tuple[str, str]:
    """ul or ol with the text of the item, or two empty texts."""
    if _RULE.fullmatch(line):
        return "", ""
    for list_tag, pattern in (("ul", _BULLET), ("ol", _NUMBERED)):
        if match := pattern.fullmatch(line):
            return list_tag, match[1]
    return "", ""


def _is_block(line: str) -> bool:
    return bool(_HEADING.fullmatch(line) or _RULE.fullmatch(line))


def _paragraph(lines: list[str]) -> str:
    text = "<br>\n".join(_inline(line) for line in lines)
    return text if lines[0].startswith("<") and lines[-1].endswith(">") else f"<p>{text}</p>"


def _inline(text: str) -> str:
    linked = _LINK.sub(lambda match: f'<a href="{_quoted(match[2])}">{match[1]}</a>', text)
    return _ITALIC.sub(r"<em>\1</em>", _BOLD.sub(r"<strong>\1</strong>", linked))


def _quoted(address: str) -> str:
    return address.replace("&", "&amp;").replace('"', "&quot;").replace("<", "&lt;").replace(">", "&gt;")
