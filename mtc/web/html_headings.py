"""The headings of rich text at the levels of the place where it is shown."""

from __future__ import annotations

import re

_HEADING = re.compile(r"<(/?)h([1-6])(?=[\s>])")
_LAST = 6


def headings(html: str, top: int) -> str:
    """Cleaned HTML whose highest headings have the level `top`, the ones below them the next, and so on.

    People choose a heading by its size: on a page it may be the first below h1, in a section below h2, and
    readers of a screen miss the levels between.
    """
    above: list[int] = []

    def level(heading: re.Match[str]) -> str:
        said = int(heading[2])
        if not heading[1]:
            while above and above[-1] >= said:
                above.pop()
            above.append(said)
        return f"<{heading[1]}h{min(top + max(len(above) - 1, 0), _LAST)}"

    return _HEADING.sub(level, html)
