"""Pictures decoded by Pillow in a process of its own, one of a kind at a time."""

from __future__ import annotations

import json
import logging
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from mtc.core.errors import UnavailableError
from mtc.core.i18n import _l
from mtc.infra.pictures import base
from mtc.infra.pictures.base import Cleaned, PictureError, Rendition
from mtc.infra.pictures.containers import check_size, is_avif, is_gif, take_apart, unknown

log = logging.getLogger(__name__)
_PROGRAM = Path(__file__).with_name("pillow_process.py")
_MEMORY, _PATIENCE = 3 * 2**30 // 2, 40
_SECONDS = {"clean": 30, "render": 120}
"""How long one picture may take: somebody waits for the first, nobody for the second."""
_REFUSED = {"damaged": base.DAMAGED, "animated": base.ANIMATED, "large": base.TOO_LARGE}
_OUT_OF_TIME = getattr(signal, "SIGXCPU", 0)
_KINDS = {"PNG": ("image/png", "png"), "JPEG": ("image/jpeg", "jpg"), "WEBP": ("image/webp", "webp")}
# What a process needs to start; keys and addresses of servers are not among it.
_ENVIRONMENT = ("LD_LIBRARY_PATH", "SYSTEMROOT", "PATH")


class PillowPictures:
    """A `Pictures` that decodes every picture before it is taken."""

    formats = "PNG, JPEG, WebP, GIF or AVIF"
    accepts = "image/png,image/jpeg,image/webp,image/gif,image/avif"
    renders = True

    def __init__(self) -> None:
        self._one_at_a_time = {name: threading.Lock() for name in _SECONDS}

    def clean(self, data: bytes, *, moving: bool = False) -> Cleaned:
        """The picture itself where nothing but descriptions had to go, otherwise encoded anew."""
        if is_gif(data) or is_avif(data):
            job: dict[str, Any] = {"orientation": None}
        else:
            parts = take_apart(data)
            if parts is None:
                raise PictureError(unknown(data, self.formats))
            if parts.moving and not moving:
                raise PictureError(base.ANIMATED)
            job = {"orientation": parts.orientation, "encode": parts.moving and parts.kind == "webp"}
            data = parts.data
        facts, made = self._ask({"do": "clean", "moving": moving, **job}, data)
        content_type, extension = _KINDS[facts["kind"]]
        width, height = facts["size"]
        check_size(width, height)
        return Cleaned(made[0] if made else data, content_type, extension, width, height)

    def render(self, data: bytes, widths: Sequence[int]) -> list[Rendition]:
        """WebP in these widths, the widest first."""
        if not widths:
            return []
        facts, made = self._ask({"do": "render", "widths": list(widths)}, data)
        return [Rendition(width, content) for width, content in zip(facts["widths"], made, strict=True)]

    def _ask(self, job: dict[str, Any], data: bytes) -> tuple[dict[str, Any], list[bytes]]:
        turn, seconds = self._one_at_a_time[job["do"]], _SECONDS[job["do"]]
        limits = {"max_side": base.MAX_SIDE, "max_pixels": base.MAX_PIXELS}
        if not turn.acquire(timeout=_PATIENCE):
            raise UnavailableError(_l("Many pictures are being read. Please try again in a minute."))
        try:
            facts, made = self.run(job | limits | {"memory": _MEMORY, "seconds": seconds}, data)
        finally:
            turn.release()
        if "refused" in facts:
            raise PictureError(_REFUSED[facts["refused"]])
        return facts, made

    def run(self, job: dict[str, Any], data: bytes) -> tuple[dict[str, Any], list[bytes]]:
        """One job in a process of its own; one that dies or takes too long says nothing about the next."""
        environment = {name: os.environ[name] for name in _ENVIRONMENT if name in os.environ}
        program = [sys.executable, "-I", "-B", str(_PROGRAM)]
        try:
            done = subprocess.run(  # noqa: S603 - our own program
                program,
                input=json.dumps(job).encode() + b"\n" + data,
                capture_output=True,
                env=environment | {"MALLOC_ARENA_MAX": "1"},
                timeout=job["seconds"],
                check=False,
            )
        except subprocess.TimeoutExpired:
            raise PictureError(base.TOO_SLOW) from None
        if done.returncode < 0:  # it was ended: by its limits, or by what it had to decode
            raise PictureError(base.TOO_SLOW if -done.returncode == _OUT_OF_TIME else base.DAMAGED)
        if done.returncode:
            log.error("the program that reads pictures failed: %s", done.stderr[-2000:])
            raise UnavailableError(_l("Pictures cannot be read at the moment. Please try again later."))
        line, _, rest = done.stdout.partition(b"\n")
        facts = json.loads(line)
        made, place = [], 0
        for length in facts["lengths"]:
            made.append(rest[place : place + length])
            place += length
        return facts, made
