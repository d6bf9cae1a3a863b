"""Stores that live under a path: the addresses in a page get the path in front."""

from __future__ import annotations

import re

_ADDRESS = re.compile(r'(\s(?:href|action|src|poster|hx-(?:get|post|delete))=")/(?!/)([^"]*)')
_SET = re.compile(r'(\ssrcset=")([^"]*)')
_SET_ADDRESS = re.compile(r"(^|,\s*)/(?!/)")


def rebase(html: str, root: str) -> str:
    """The page with `root` (such as /s/games) before each address of the application that lacks it."""
    if not root:
        return html
    inside = f"{root}/".removeprefix("/")

    def put(match: re.Match[str]) -> str:
        there = match[2].startswith(inside)
        return f"{match[1]}/{match[2]}" if there else f"{match[1]}{root}/{match[2]}"

    def put_set(match: re.Match[str]) -> str:
        return match[1] + _SET_ADDRESS.sub(rf"\g<1>{root}/", match[2])

    return _SET.sub(put_set, _ADDRESS.sub(put, html))
