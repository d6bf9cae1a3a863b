"""Pages as they are read: where their templates break a line does not show."""

from __future__ import annotations

import re

from flask import Response

_TAG = re.compile(r"(<[!/A-Za-z](?:[^<>\"']|\"[^\"]*\"|'[^']*')*>)")
_GAP = re.compile(r"\"[^\"]*\"|'[^']*'|\s+")
_INLINE = re.compile(
    r"</?(?:a|abbr|b|bdi|button|cite|code|data|del|dfn|em|i|img|input|ins|kbd|label|mark|meter|output|progress"
    r"|q|s|samp|select|small|span|strong|sub|sup|svg|textarea|time|u|var|wbr)(?![A-Za-z0-9-])",
    re.IGNORECASE,
)
_AS_WRITTEN = re.compile(r"<(?:pre|textarea|script|style|code)\b")


class Page(Response):
    """An answer whose text has no line breaks that mean nothing in HTML; its bytes are what was sent."""

    def get_data(self, as_text: bool = False) -> bytes | str:  # type: ignore[override]
        """The body."""
        data = super().get_data(as_text)
        return unbroken(data) if isinstance(data, str) and self.mimetype == "text/html" else data


def unbroken(html: str) -> str:
    """The page with each tag on one line, and without the white space around its blocks."""
    parts = _TAG.split(html)
    tags = [_one_line(tag) for tag in parts[1::2]]
    out = []
    for at, text in enumerate(parts[::2]):
        before, behind = tags[at - 1] if at else "", tags[at] if at < len(tags) else ""
        out.append(text if _AS_WRITTEN.match(before) else _joined(text, before, behind))
        out.append(behind)
    return "".join(out)


def _one_line(tag: str) -> str:
    line = _GAP.sub(lambda gap: " " if gap[0].isspace() else gap[0], tag)
    return line.replace(" >", ">") if line.endswith(" >") else line


def _joined(text: str, before: str, behind: str) -> str:
    lines = text.split("\n")
    last = len(lines) - 1
    text = " ".join(
        (one if at == 0 else one.lstrip()) if at == last else (one.rstrip() if at == 0 else one.strip())
        for at, one in enumerate(lines)
    )
    if last and _ends(before, inner="<button"):
        text = text.lstrip()
    if last and _ends(behind, inner="</button"):
        text = text.rstrip()
    return text


def _ends(tag: str, inner: str) -> bool:
    """White space beside the tag is not shown."""
    return not _INLINE.match(tag) or tag.startswith(inner)
