"""Reads glyph outlines from WOFF files, so that lettering can be drawn as plain paths."""

# ruff: noqa: E501 - path data and tables of drawings read worse when they are folded

import struct
import zlib
from functools import cache
from pathlib import Path

Point = tuple[float, float, bool]
FOLDER = Path(__file__).parent / "typefaces"


class Typeface:
    """One WOFF (version 1, TrueType outlines) file: advance widths, kerning-free layout, outlines.

    Source: WOFF 1.0 (https://www.w3.org/TR/WOFF/) and the OpenType 'glyf', 'loca', 'cmap', 'hmtx' tables.
    """

    def __init__(self, path: Path) -> None:
        self.tables = _tables(path.read_bytes())
        head = self.tables["head"]
        self.units: int = struct.unpack(">H", head[18:20])[0]
        long_offsets = struct.unpack(">h", head[50:52])[0]
        raw = self.tables["loca"]
        count = len(raw) // (4 if long_offsets else 2)
        offsets = struct.unpack(f">{count}{'I' if long_offsets else 'H'}", raw)
        self.offsets = offsets if long_offsets else tuple(value * 2 for value in offsets)
        self.metrics: int = struct.unpack(">H", self.tables["hhea"][34:36])[0]
        self.glyph_of = _characters(self.tables["cmap"])

    def advance(self, character: str) -> float:
        """Width of a character in ems."""
        index = min(self.glyph_of.get(ord(character), 0), self.metrics - 1)
        width: int = struct.unpack(">H", self.tables["hmtx"][index * 4 : index * 4 + 2])[0]
        return width / self.units

    def width(self, text: str, spacing: float = 0.0) -> float:
        """Width of a line in ems, with extra spacing (ems) between the letters."""
        return sum(map(self.advance, text)) + spacing * max(0, len(text) - 1)

    def contours(self, character: str) -> list[list[Point]]:
        """Closed outlines of a character in font units, y upwards; each point says whether it is on the curve."""
        return self._glyph(self.glyph_of.get(ord(character), 0))

    def _glyph(self, index: int) -> list[list[Point]]:
        start, end = self.offsets[index], self.offsets[index + 1]
        if start == end:
            return []
        data = self.tables["glyf"][start:end]
        ends = struct.unpack(">h", data[:2])[0]
        return _simple(data, ends) if ends >= 0 else self._composite(data)

    def _composite(self, data: bytes) -> list[list[Point]]:
        out: list[list[Point]] = []
        at, more = 10, True
        while more:
            flags, index = struct.unpack(">HH", data[at : at + 4])
            at += 4
            dx, dy = struct.unpack(">hh" if flags & 1 else ">bb", data[at : at + (4 if flags & 1 else 2)])
            at += 4 if flags & 1 else 2
            at += 2 if flags & 8 else 4 if flags & 0x40 else 8 if flags & 0x80 else 0
            out += [[(x + dx, y + dy, on) for x, y, on in line] for line in self._glyph(index)]
            more = bool(flags & 0x20)
        return out


@cache
def typeface(name: str) -> Typeface:
    """The typeface in `typefaces/<name>.woff`."""
    return Typeface(FOLDER / f"{name}.woff")


def _tables(data: bytes) -> dict[str, bytes]:
    count = struct.unpack(">H", data[12:14])[0]
    tables = {}
    for number in range(count):
        tag, offset, packed, full, _ = struct.unpack(">4sIIII", data[44 + number * 20 : 64 + number * 20])
        body = data[offset : offset + packed]
        tables[tag.decode()] = zlib.decompress(body) if packed < full else body
    return tables


def _characters(cmap: bytes) -> dict[int, int]:
    count = struct.unpack(">H", cmap[2:4])[0]
    for number in range(count):
        offset = struct.unpack(">I", cmap[8 + number * 8 : 12 + number * 8])[0]
        if struct.unpack(">H", cmap[offset : offset + 2])[0] == 4:
            return _segments(cmap[offset:])
    raise ValueError("The font has no character map of format 4.")


def _segments(table: bytes) -> dict[int, int]:
    size = struct.unpack(">H", table[6:8])[0]
    half = size // 2
    ends = struct.unpack(f">{half}H", table[14 : 14 + size])
    starts = struct.unpack(f">{half}H", table[16 + size : 16 + 2 * size])
    deltas = struct.unpack(f">{half}H", table[16 + 2 * size : 16 + 3 * size])
    base = 16 + 3 * size
    glyphs = {}
    for number, (start, end, delta) in enumerate(zip(starts, ends, deltas, strict=True)):
        jump = struct.unpack(">H", table[base + 2 * number : base + 2 * number + 2])[0]
        for code in range(start, min(end, 0xFFFE) + 1):
            glyph = code
            if jump:
                at = base + 2 * number + jump + 2 * (code - start)
                glyph = struct.unpack(">H", table[at : at + 2])[0]
                if not glyph:
                    continue
            glyphs[code] = (glyph + delta) & 0xFFFF
    return glyphs


def _simple(data: bytes, count: int) -> list[list[Point]]:
    ends = struct.unpack(f">{count}H", data[10 : 10 + 2 * count])
    at = 10 + 2 * count
    at += 2 + struct.unpack(">H", data[at : at + 2])[0]
    total = ends[-1] + 1
    flags: list[int] = []
    while len(flags) < total:
        flag = data[at]
        at += 1
        flags.append(flag)
        if flag & 8:
            flags += [flag] * data[at]
            at += 1
    xs, at = _deltas(data, at, flags, 2, 16)
    ys, at = _deltas(data, at, flags, 4, 32)
    points: list[Point] = [(x, y, bool(flag & 1)) for x, y, flag in zip(xs, ys, flags, strict=False)]
    return [points[first : last + 1] for first, last in zip((0, *(end + 1 for end in ends)), ends, strict=False)]


def _deltas(data: bytes, at: int, flags: list[int], short: int, same: int) -> tuple[list[int], int]:
    value, out = 0, []
    for flag in flags:
        if flag & short:
            value += data[at] if flag & same else -data[at]
            at += 1
        elif not flag & same:
            value += struct.unpack(">h", data[at : at + 2])[0]
            at += 2
        out.append(value)
    return out, at
