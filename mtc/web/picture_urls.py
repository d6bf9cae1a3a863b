"""The addresses of a picture's smaller copies, told from the address and the size of the picture alone."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from mtc.infra import ports
from mtc.infra.pictures.base import rendition_key, widths_of

# Pictures of stores that have smaller copies; drawings need none.
_OURS = re.compile(r"/media/[0-9a-f-]{36}/[A-Za-z0-9]{8,64}\.(?:png|jpe?g|webp|gif|avif)")
_USUAL = 1024


def copies(image: Mapping[str, Any]) -> list[tuple[int, str]]:
    """(width, address) of each smaller copy, the smallest first; none for other hosts' pictures and drawings.

    An address leads to the picture itself for as long as its copy is not made.
    """
    src, width = image.get("src"), image.get("width")
    if not isinstance(src, str) or not isinstance(width, int) or not _OURS.fullmatch(src):
        return []
    return (
        [(copy_width, rendition_key(src, copy_width)) for copy_width in widths_of(width)]
        if ports.pictures.renders
        else []
    )


def smaller(image: Mapping[str, Any], width: int = _USUAL) -> str:
    """The address of the smallest copy that is at least so wide, else the widest; empty without copies."""
    sizes = copies(image)
    return next(
        (address for copy_width, address in sizes if copy_width >= width), sizes[-1][1] if sizes else ""
    )


def served(image: Any) -> dict[str, Any] | None:
    """A picture as pages show it: `src` is that of a smaller copy, `srcset` names all, `largest` the widest.

    None without a picture; one that was served already, or has no copies, is returned as it is.
    """
    if not isinstance(image, Mapping) or not image.get("src"):
        return None
    sizes = copies(image)
    if not sizes:
        return {"largest": image["src"], **image}
    return {
        **image,
        "src": smaller(image),
        "srcset": ", ".join(f"{address} {width}w" for width, address in sizes),
        "largest": sizes[-1][1],
    }
