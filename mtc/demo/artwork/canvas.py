"""A small SVG canvas: shapes, gradients, groups and lettering, written compactly."""

# ruff: noqa: E501 - path data and tables of drawings read worse when they are folded

import math
import random
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from mtc.demo.artwork.typeface import Point, typeface

XY = tuple[float, float]
Stop = str | tuple[float, str] | tuple[float, str, float]


def number(value: float) -> str:
    """A coordinate with at most one decimal, without padding."""
    text = f"{value:.1f}"
    text = text[:-2] if text.endswith(".0") else text
    return "0" if text == "-0" else text


def attributes(values: dict[str, object]) -> str:
    """Attributes for a tag; `stroke_width=2` becomes stroke-width="2", None is left out."""
    parts = []
    for key, value in values.items():
        if value is not None:
            shown = f"{value:.3g}" if isinstance(value, float) and abs(value) < 10 else value
            shown = number(shown) if isinstance(shown, float) else shown
            parts.append(f' {key.rstrip("_").replace("_", "-")}="{shown}"')
    return "".join(parts)


class Canvas:
    """A picture of a width and height in pixels; everything random in it comes from its seed."""

    def __init__(self, width: int, height: int, seed: str) -> None:
        self.w, self.h, self.seed = width, height, seed
        self.rng = random.Random(seed)  # noqa: S311
        self.defs: list[str] = []
        self.parts: list[str] = []
        self.count = 0

    # -- paints ------------------------------------------------------------------------------------------
    def _define(self, tag: str, attrs: dict[str, object], body: str) -> str:
        for definition in self.defs:
            if definition.endswith(f"{attributes(attrs)}>{body}</{tag}>"):
                return definition.split('"')[1]
        self.count += 1
        name = f"d{self.count}"
        self.defs.append(f'<{tag} id="{name}"{attributes(attrs)}>{body}</{tag}>')
        return name

    @staticmethod
    def _stops(stops: Sequence[Stop]) -> str:
        out = []
        for index, stop in enumerate(stops):
            offset = index / max(1, len(stops) - 1) if isinstance(stop, str) else stop[0]
            color = stop if isinstance(stop, str) else stop[1]
            opacity = stop[2] if not isinstance(stop, str) and len(stop) == 3 else None
            out.append(f"<stop{attributes({'offset': round(offset, 3), 'stop-color': color})}")
            out.append(f' stop-opacity="{opacity:g}"/>' if opacity is not None else "/>")
        return "".join(out)

    def linear(self, *stops: Stop, angle: float = 90) -> str:
        """A gradient over the shape's box; 90 degrees runs from top to bottom, 0 from left to right."""
        dx, dy = math.cos(math.radians(angle)), math.sin(math.radians(angle))
        box = {"x1": 0.5 - dx / 2, "y1": 0.5 - dy / 2, "x2": 0.5 + dx / 2, "y2": 0.5 + dy / 2}
        attrs: dict[str, object] = {key: round(value, 2) for key, value in box.items()}
        return f"url(#{self._define('linearGradient', attrs, self._stops(stops))})"

    def radial(self, *stops: Stop, cx: float = 0.5, cy: float = 0.5, r: float = 0.5) -> str:
        """A round gradient over the shape's box, in fractions of it."""
        return f"url(#{self._define('radialGradient', {'cx': cx, 'cy': cy, 'r': r}, self._stops(stops))})"

    def blur(self, amount: float) -> str:
        """A filter value that blurs by an amount of pixels."""
        attrs: dict[str, object] = {"x": "-50%", "y": "-50%", "width": "200%", "height": "200%"}
        body = f'<feGaussianBlur stdDeviation="{amount:g}"/>'
        return f"url(#{self._define('filter', attrs, body)})"

    def pattern(self, width: float, height: float, body: str, transform: str | None = None) -> str:
        """A tiling paint from a snippet of SVG."""
        attrs: dict[str, object] = {
            "width": width, "height": height, "patternUnits": "userSpaceOnUse", "patternTransform": transform,
        }  # fmt: skip
        return f"url(#{self._define('pattern', attrs, body)})"

    def clip(self, body: str) -> str:
        """A clip-path value from a snippet of SVG."""
        return f"url(#{self._define('clipPath', {}, body)})"

    # -- shapes ------------------------------------------------------------------------------------------
    def add(self, markup: str) -> None:
        """Put raw markup on the canvas."""
        self.parts.append(markup)

    def rect(self, x: float, y: float, w: float, h: float, fill: str, **more: object) -> None:
        """A rectangle; rx rounds it."""
        box = {"x": number(x), "y": number(y), "width": number(w), "height": number(h), "fill": fill}
        self.add(f"<rect{attributes({**box, **more})}/>")

    def fill(self, paint: str, **more: object) -> None:
        """Paint the whole canvas."""
        self.rect(0, 0, self.w, self.h, paint, **more)

    def circle(self, x: float, y: float, r: float, fill: str, **more: object) -> None:
        """A circle."""
        self.add(f"<circle{attributes({'cx': number(x), 'cy': number(y), 'r': number(r), 'fill': fill, **more})}/>")

    def ellipse(self, x: float, y: float, rx: float, ry: float, fill: str, **more: object) -> None:
        """An ellipse."""
        box = {"cx": number(x), "cy": number(y), "rx": number(rx), "ry": number(ry), "fill": fill}
        self.add(f"<ellipse{attributes({**box, **more})}/>")

    def path(self, d: str, fill: str = "none", **more: object) -> None:
        """A path from ready path data."""
        self.add(f"<path{attributes({'d': d, 'fill': fill, **more})}/>")

    def poly(self, points: Sequence[XY], fill: str, **more: object) -> None:
        """A closed polygon."""
        self.path("M" + " ".join(f"{number(x)} {number(y)}" for x, y in points) + "z", fill, **more)

    def stroke(self, d: str, color: str, width: float, **more: object) -> None:
        """A line along path data."""
        self.path(d, "none", stroke=color, stroke_width=number(width), stroke_linecap="round", **more)

    @contextmanager
    def group(self, **attrs: object) -> Iterator[None]:
        """Everything drawn inside gets these attributes (transform, opacity, filter, clip_path)."""
        self.add(f"<g{attributes(attrs)}>")
        yield
        self.add("</g>")

    def dots(self, count: int, box: tuple[float, float, float, float], sizes: XY, fill: str,
             **more: object) -> None:  # fmt: skip
        """Many small dots in one path, as stars, dust, snow or bubbles."""
        x0, y0, x1, y1 = box
        d = []
        for _ in range(count):
            x, y = self.rng.uniform(x0, x1), self.rng.uniform(y0, y1)
            d.append(f"M{x:.0f} {y:.0f}h.1")
        width = sum(sizes)
        self.path("".join(d), "none", stroke=fill, stroke_width=number(width), stroke_linecap="round", **more)

    # -- lettering ---------------------------------------------------------------------------------------
    def letters(self, font: str, text: str, x: float, y: float, size: float, anchor: str = "middle",
                spacing: float = 0.0, fit: float | None = None) -> tuple[str, float]:  # fmt: skip
        """Path data of a line with its baseline at y, shrunk to `fit` pixels; returns it and the used size."""
        face = typeface(font)
        width = face.width(text, spacing)
        if fit and width * size > fit:
            size = fit / width
        left = x - {"start": 0.0, "middle": 0.5, "end": 1.0}[anchor] * width * size
        data = []
        scale = size / face.units
        for character in text:
            for contour in face.contours(character):
                data.append(_contour(contour, left, y, scale, 1 if size < 36 else 0))
            left += (face.advance(character) + spacing) * size
        return "".join(data), size

    def text(self, font: str, text: str, x: float, y: float, size: float, fill: str, *, anchor: str = "middle",
             spacing: float = 0.0, fit: float | None = None, **more: object) -> float:  # fmt: skip
        """Draw a line of lettering; returns the size that fitted."""
        data, used = self.letters(font, text, x, y, size, anchor, spacing, fit)
        self.path(data, fill, **more)
        return used

    def label(self, text: str, x: float, y: float, size: float, fill: str, **more: object) -> None:
        """Small live text in the reader's system font, for invented interfaces."""
        safe = text.replace("&", "&amp;").replace("<", "&lt;")
        attrs = {"x": number(x), "y": number(y), "font-size": number(size), "fill": fill, **more}
        self.add(f"<text{attributes(attrs)}>{safe}</text>")

    def layered(self, data: str, layers: Sequence[dict[str, object]]) -> None:
        """One outline used several times (shadow, edge, face), from back to front."""
        self.count += 1
        name = f"t{self.count}"
        self.defs.append(f'<path id="{name}" d="{data}"/>')
        for layer in layers:
            self.add(f'<use href="#{name}"{attributes(layer)}/>')

    def svg(self) -> str:
        """The finished document."""
        live = ' font-family="system-ui,Segoe UI,Roboto,Helvetica,Arial,sans-serif"' if "<text" in "".join(
            self.parts) else ""  # fmt: skip
        head = f'<svg xmlns="http://www.w3.org/2000/svg" width="{self.w}" height="{self.h}"'
        defs = f"<defs>{''.join(self.defs)}</defs>" if self.defs else ""
        return f'{head} viewBox="0 0 {self.w} {self.h}"{live}>{defs}{"".join(self.parts)}</svg>\n'


def _contour(points: list[Point], left: float, base: float, scale: float, digits: int) -> str:
    """One glyph outline as compact relative quadratic segments."""
    placed = [(left + x * scale, base - y * scale, on) for x, y, on in points]
    full: list[Point] = []
    for here, following in zip(placed, [*placed[1:], placed[0]], strict=True):
        full.append(here)
        if not here[2] and not following[2]:
            full.append(((here[0] + following[0]) / 2, (here[1] + following[1]) / 2, True))
    first = next(index for index, point in enumerate(full) if point[2])
    full = full[first:] + full[: first + 1]
    px, py = round(full[0][0], digits), round(full[0][1], digits)
    out = [f"M{px:g} {py:g}"]
    pending: XY | None = None
    for x, y, on in full[1:]:
        if not on:
            pending = (x, y)
            continue
        ex, ey = round(x, digits), round(y, digits)
        if pending:
            qx, qy = round(pending[0] - px, digits), round(pending[1] - py, digits)
            out.append(_pack("q", qx, qy, ex - px, ey - py))
        elif ex == px:
            out.append(_pack("v", ey - py))
        elif ey == py:
            out.append(_pack("h", ex - px))
        else:
            out.append(_pack("l", ex - px, ey - py))
        px, py, pending = ex, ey, None
    return "".join(out) + "z"


def _pack(command: str, *values: float) -> str:
    out = command
    for index, value in enumerate(values):
        text = f"{round(value, 1):g}"
        text = text.replace("0.", ".", 1) if text.startswith(("0.", "-0.")) else text
        out += text if index == 0 or text.startswith("-") else f" {text}"
    return out
