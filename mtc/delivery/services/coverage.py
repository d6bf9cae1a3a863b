"""Bytes of a file that were sent to a buyer, in the copy in progress, and the open streams.

A download counts when the bytes that were sent add up to a copy, whatever the order, the pieces, the link or
the address. Bytes that are sent again add up like any others; a small allowance forgives what players and
download managers ask for twice.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import pairwise
from typing import Any

STALE = timedelta(minutes=10)  # a stream that has reported nothing for so long has died with its process
MOST_PIECES = 200


@dataclass
class Stream:
    """A running answer: the bytes up to `position` are recorded, those up to `end` are reserved."""

    position: int
    end: int
    reported_at: datetime


@dataclass
class Progress:
    """The copy in progress: disjoint `received` pieces, `repeated` bytes, downloads `charged` for it.

    `version` tells the contents of the file apart: its storage key.
    """

    version: str = ""
    received: list[list[int]] = field(default_factory=list)
    repeated: int = 0
    charged: int = 0
    streams: dict[str, Stream] = field(default_factory=dict)

    @property
    def is_new(self) -> bool:
        """Return whether nothing of the next copy was sent or is on its way."""
        return not self.received and not self.streams

    @property
    def covered(self) -> int:
        """Return how many different bytes were sent."""
        return sum(end - start for start, end in self.received)

    def add(self, start: int, end: int, size: int) -> int:
        """Add bytes that were sent; returns how many downloads they complete."""
        if end <= start or size <= 0:
            return 0
        before = self.covered
        self.received = _merged([*self.received, [start, end]])
        self.repeated += (end - start) - (self.covered - before)
        complete = self.covered == size
        total = self.covered + self.repeated
        owed = max(total // (size - allowance(size)), 1 if complete else 0)
        counted = max(0, owed - self.charged)
        self.charged += counted
        if complete:
            left = total - self.charged * size
            self.received, self.charged = [], 0
            self.repeated = left if left > allowance(size) else 0
        return counted

    def projected(self, size: int) -> tuple[Progress, int]:
        """Return the coverage once all open streams have reached their ends, and the downloads of that."""
        copy = Progress(self.version, [list(piece) for piece in self.received], self.repeated, self.charged)
        return copy, sum(copy.add(stream.position, stream.end, size) for stream in self.streams.values())

    def missing_from(self, start: int, size: int) -> int:
        """Return the end of the gap around `start`, in a copy counted and not yet sent whole; else 0."""
        if not self.charged:
            return 0
        if any(piece[0] <= start < piece[1] for piece in self.received):
            return 0
        return min((piece[0] for piece in self.received if piece[0] > start), default=size)

    def drop_stale(self, now: datetime) -> None:
        """Forget the streams whose process has died."""
        self.streams = {
            name: stream for name, stream in self.streams.items() if now - stream.reported_at <= STALE
        }  # fmt: skip


def allowance(size: int) -> int:
    """Return how many bytes of a copy may be missing or sent twice without making a difference: 1%."""
    return min(size // 4, max(16, size // 100))


def load(stored: dict[str, Any], version: str) -> Progress:
    """The progress as a row keeps it; that of another version of the file is none."""
    if stored.get("version", version) != version:
        return Progress(version)
    streams = {
        name: Stream(values[0], values[1], datetime.fromisoformat(values[2]))
        for name, values in stored.get("streams", {}).items()
    }
    return Progress(
        version, stored.get("received", []), stored.get("repeated", 0), stored.get("charged", 0), streams
    )


def dump(progress: Progress) -> dict[str, Any]:
    """The progress for a JSON column."""
    return {
        "version": progress.version,
        "received": progress.received,
        "repeated": progress.repeated,
        "charged": progress.charged,
        "streams": {
            name: [stream.position, stream.end, stream.reported_at.isoformat()]
            for name, stream in progress.streams.items()
        },
    }


def _merged(pieces: list[list[int]]) -> list[list[int]]:
    """Sorted pieces that touch no other. Beyond MOST_PIECES the smallest gaps are taken as sent."""
    merged: list[list[int]] = []
    for start, end in sorted(pieces):
        if merged and start <= merged[-1][1]:
            merged[-1][1] = max(merged[-1][1], end)
        else:
            merged.append([start, end])
    while len(merged) > MOST_PIECES:
        gaps = [after[0] - before[1] for before, after in pairwise(merged)]
        place = gaps.index(min(gaps))
        merged[place : place + 2] = [[merged[place][0], merged[place + 1][1]]]
    return merged
